"""A person's account: the competitions they are in, and their tokens for the API."""

from typing import Any

from allauth.account import views as allauth_views
from allauth.account.forms import LoginForm
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from competition.clock import database_now
from competition.models import ApiToken, Competition, Letter, Membership, User
from competition.operations.issue_token import LONGEST_DAYS, IssuedToken, issue_token, revoke_token

LETTERS_SHOWN = 20
SCOPES = {
    "read": _("read: your submissions, their files and results"),
    "submit": _("submit: enter competitions, upload, withdraw, select"),
    "organize": _("organize: run the competitions that you organize"),
}


class LogInForm(LoginForm):
    """Says that either name will do."""

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        self.fields["login"].label = _("Username or e-mail")


class TokenForm(forms.Form):
    """What a new token is for, what it may do, and for how long."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("Tells where it is used, such as “training machine”.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"), widget=forms.CheckboxSelectMultiple, choices=list(SCOPES.items()), initial=["read", "submit"]
    )
    days = forms.IntegerField(
        label=_("Days until it ends"),
        min_value=1,
        max_value=LONGEST_DAYS,
        initial=90,
        help_text=format_lazy(_("1 to {longest_days}."), longest_days=LONGEST_DAYS),
    )

    def __init__(self, *args: Any, organizes: bool, **words: Any) -> None:
        super().__init__(*args, **words)
        self.fields["scopes"].choices = [choice for choice in SCOPES.items() if organizes or choice[0] != "organize"]


@login_required
@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Entries and tokens."""
    return _page(request, _form(request.user))


@login_required
@never_cache
@require_POST
def new_token(request: HttpRequest) -> HttpResponse:
    """Make a token; this answer is the only one that ever shows its secret."""
    form = _form(request.user, request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    words = form.cleaned_data
    issued = issue_token(user=request.user, name=words["name"], scopes=tuple(words["scopes"]), days=words["days"])
    return _page(request, _form(request.user), issued)


@login_required
@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """End one of the person's own tokens at once."""
    token = get_object_or_404(ApiToken.objects.of(request.user), pk=token_id)
    revoke_token(token)
    messages.success(
        request, _("The token “{token}” is revoked; nothing can use it any more.").format(token=token.name)
    )
    return redirect("account")


@never_cache
def reset_password(request: HttpRequest) -> HttpResponse:
    """The form that has a link mailed; where no mail is sent, what to do instead."""
    if settings.ENVIRONMENT.email_url:
        return allauth_views.password_reset(request)
    return render(request, "account/no_mail.html")


@never_cache
def addresses(request: HttpRequest) -> HttpResponse:
    """The person's e-mail addresses, where the server can confirm them."""
    if settings.ENVIRONMENT.email_url:
        return allauth_views.email(request)
    return render(request, "account/no_addresses.html")


def _form(user: User, given: Any = None) -> TokenForm:
    return TokenForm(given, organizes=Competition.objects.organized_by(user).exists(), auto_id="token_%s")


def _page(request: HttpRequest, form: TokenForm, issued: IssuedToken | None = None, status: int = 200) -> HttpResponse:
    entries = Membership.objects.filter(user=request.user).select_related("team", "competition")
    facts = {
        "entries": entries.annotate(members=Count("team__memberships")).order_by("-joined_at"),
        "organized": Competition.objects.filter(organizers=request.user),
        "letters": Letter.objects.filter(user=request.user).order_by("-written_at", "-pk")[:LETTERS_SHOWN],
        "tokens": ApiToken.objects.of(request.user),
        "now": database_now(),
        "form": form,
        "issued": issued,
    }
    return render(request, "account/overview.html", facts, status=status)
