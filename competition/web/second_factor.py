"""The second factor: how its secrets are kept, how often a code may be tried, and that organizers need it."""

import hashlib
from collections.abc import Callable

from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from nacl.encoding import Base64Encoder
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from competition import factor

GetResponse = Callable[[HttpRequest], HttpResponseBase]
PAGES = "/accounts/2fa/"
"""Below it are secrets; no browser keeps them."""
LEFT_ALONE = ("/api/", "/accounts/", settings.STATIC_URL)
SAFE = ("GET", "HEAD", "OPTIONS")
TOO_MANY = _(
    "Too many wrong codes. Wait before you try again: 5 in five minutes, 20 in an hour and 50 in a day are the most."
)
UNREADABLE = _("The server can't read this account's second factor any more. Ask its host to reset it.")


def asked_of_organizers(get_response: GetResponse) -> GetResponse:
    """Middleware: until an organizer's session has shown the second factor, only the account's own pages are there.

    The API asks for itself, since it answers in its own form.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(PAGES):
            response = get_response(request)
            add_never_cache_headers(response)
            return response
        if request.path.startswith(LEFT_ALONE) or not factor.is_owed_in(request):
            return get_response(request)
        if request.method in SAFE:
            return redirect("mfa_index")
        raise PermissionDenied(factor.WHY)

    return answer


class FactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets sealed, so that a copy of the database alone makes no codes."""

    def encrypt(self, text: str) -> str:
        """Seal with a key that follows from SECRET_KEY."""
        return _box().encrypt(text.encode(), encoder=Base64Encoder).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open what `encrypt` has sealed. Raises ValidationError where SECRET_KEY has changed since."""
        try:
            return _box().decrypt(encrypted_text.encode(), encoder=Base64Encoder).decode()
        except (CryptoError, ValueError) as error:
            raise forms.ValidationError(UNREADABLE) from error


class _Limited:
    """A wrong code counts against its person, whatever the address and the session; a right one does not."""

    def clean_code(self) -> str:
        """The code, if it is right. Raises ValidationError."""
        key = f"second-factor-{self.user.pk}"
        usage = ratelimit.consume(context.request, app="allauth.account", action="second_factor", key=key)
        if usage is None:
            raise forms.ValidationError(TOO_MANY)
        code = super().clean_code()
        usage.rollback()
        return code


class CodeForm(_Limited, AuthenticateForm):
    """The code that is asked for at log-in."""


class CodeAgainForm(_Limited, ReauthenticateForm):
    """The code that is asked for before something that matters."""


class FirstCodeForm(_Limited, ActivateTOTPForm):
    """The code that shows that the authenticator works; from then on this session has shown the factor."""

    def clean_code(self) -> str:
        """The code, if it is right. Raises ValidationError."""
        code = super().clean_code()
        record_authentication(context.request, self.user, method="mfa", type="totp")
        return code


def _box() -> SecretBox:
    key = hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=SecretBox.KEY_SIZE, person=b"second factor")
    return SecretBox(key.digest())
