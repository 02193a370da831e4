"""The demo's people: accounts whose passwords and API tokens stay the same from one start to the next."""

import secrets
from dataclasses import dataclass

from django.db import transaction

from competition.models import ApiToken, User
from competition.operations.issue_token import issue_token, revoke_token, token_of

TOKEN_NAME = "demo"  # noqa: S105
PASSWORD_BYTES = 12


@dataclass(frozen=True)
class LogIn:
    """How a person of the demo is logged in."""

    username: str
    password: str
    token: str


@transaction.atomic
def settle(username: str, scopes: tuple[str, ...], kept: LogIn | None) -> tuple[User, LogIn]:
    """The person's account and log-in: the one that was kept from an earlier start, else a new one."""
    user = User.objects.filter(username=username).first()
    password = kept.password if kept else secrets.token_urlsafe(PASSWORD_BYTES)
    if user is None:
        user = User.objects.create_user(username, password=password)
        issued = issue_token(user=user, name=TOKEN_NAME, scopes=scopes, days=None, secret=kept.token if kept else "")
        return user, LogIn(username, password, issued.secret)
    if kept is None:
        user.set_password(password)
        user.save(update_fields=["password"])
    return user, LogIn(username, password, _living_token(user, scopes, kept))


def _living_token(user: User, scopes: tuple[str, ...], kept: LogIn | None) -> str:
    """The kept token if it still works, else a new one in the place of all that nobody knows any more."""
    token = token_of(kept.token) if kept else None
    if kept and token and token.user_id == user.pk:
        return kept.token
    for forgotten in ApiToken.objects.alive().filter(user=user, name=TOKEN_NAME):
        revoke_token(forgotten)
    return issue_token(user=user, name=TOKEN_NAME, scopes=scopes, days=None).secret
