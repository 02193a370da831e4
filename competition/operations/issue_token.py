"""Tokens for the API are issued, recognised and revoked; only their hash is kept."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from competition.clock import database_now
from competition.errors import Invalid
from competition.models import ApiToken, User
from competition.models.token import SCOPES

PREFIX = "vdb_"
LONGEST_DAYS = 366
USE_IS_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class IssuedToken:
    """A new token with its secret, which is shown this once."""

    token: ApiToken
    secret: str


def issue_token(*, user: User, name: str, scopes: tuple[str, ...], days: int | None, secret: str = "") -> IssuedToken:
    """Make a token that expires after so many days (None: never, for the demo and for trusted machines)."""
    if not name.strip():
        raise Invalid("name_missing", _("Give the token a name that tells where it is used."), field="name")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Invalid(
            "unknown_scope", _("Choose scopes among: {scopes}.").format(scopes=", ".join(SCOPES)), field="scopes"
        )
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise Invalid(
            "days_out_of_range",
            _("A token lives 1 to {longest_days} days.").format(longest_days=LONGEST_DAYS),
            field="days",
        )
    secret = secret or PREFIX + secrets.token_urlsafe(30)
    token = ApiToken.objects.create(
        user=user,
        name=name.strip()[:80],
        prefix=secret[: len(PREFIX) + 6],
        sha256=_hash(secret),
        scopes=list(scopes),
        expires_at=None if days is None else database_now() + timedelta(days=days),
    )
    return IssuedToken(token, secret)


def token_of(secret: str) -> ApiToken | None:
    """The living token with this secret, its use noted at most once a minute."""
    token = ApiToken.objects.alive().select_related("user").filter(sha256=_hash(secret)).first()
    if token is not None:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=Now() - USE_IS_NOTED_EVERY)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=Now())
    return token


def revoke_token(token: ApiToken) -> None:
    """End a token at once. Safe to call twice."""
    ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=Now())


def revoke_all_tokens(user: User) -> int:
    """End all tokens of a person at once, and say how many there were."""
    return ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=Now())


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
