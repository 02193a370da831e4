"""Who calls: the bearer of a token, or the session of the web pages with its CSRF header."""

import copy
from typing import Any

from django.http import HttpRequest, QueryDict
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, CSRFCheck, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from competition import factor
from competition.models import ApiToken, User
from competition.operations.issue_token import token_of


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The token's owner and the token; None when the request carries none."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        secret = words[1].decode("ascii", "replace") if len(words) == 2 else ""
        token = token_of(secret)
        if token is None:
            raise AuthenticationFailed(
                "This token is unknown, revoked or expired; make a new one on your account page."
            )
        if factor.is_owed_by(token.user):
            raise PermissionDenied(factor.WHY, "second_factor_needed")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return "Bearer"


class HeaderSessionAuthentication(BaseAuthentication):
    """The session of the web pages; what changes anything needs the `X-CSRFToken` header.

    The token is looked for in the header only, so that a request is judged before its body is read.
    """

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """The session's user, or None."""
        user = getattr(request._request, "user", None)
        if user is None or not user.is_active:
            return None
        _require_csrf_header(request._request)
        if factor.is_owed_in(request._request):
            raise PermissionDenied(factor.WHY, "second_factor_needed")
        return user, None


class BearerInSchema(OpenApiAuthenticationExtension):
    """How the published schema names tokens."""

    target_class = BearerAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """HTTP's bearer scheme."""
        return {"type": "http", "scheme": "bearer"}


class SessionInSchema(OpenApiAuthenticationExtension):
    """How the published schema names the session of the web pages."""

    target_class = HeaderSessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A cookie."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


def _require_csrf_header(request: HttpRequest) -> None:
    probe = copy.copy(request)
    probe.POST = QueryDict()
    check = CSRFCheck(lambda _: None)
    check.process_request(probe)
    reason = check.process_view(probe, None, (), {})
    if reason:
        raise PermissionDenied(f"CSRF check failed: {reason}")
