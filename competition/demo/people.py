"""The demo's people: accounts whose passwords and API tokens stay the same from one start to the next."""

import secrets
from dataclasses import dataclass

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


def account_of(username: str) -> User:
    """The person's account; a new one has no password yet, since hashing one takes its time."""
    return User.objects.filter(username=username).first() or User.objects.create_user(username)


def log_in_of(user: User, scopes: tuple[str, ...], kept: LogIn | None) -> LogIn:
    """The log-in that was kept from an earlier start, made to work in a new database; else a new one."""
    password = kept.password if kept else secrets.token_urlsafe(PASSWORD_BYTES)
    if kept is None or not user.has_usable_password():
        user.set_password(password)
        user.save(update_fields=["password"])
    return LogIn(user.username, password, _living_token(user, scopes, kept))


def _living_token(user: User, scopes: tuple[str, ...], kept: LogIn | None) -> str:
    """The kept token if it works or can be made to, else a new one in the place of all that nobody knows any more."""
    token = token_of(kept.token) if kept else None
    if kept and token and token.user_id == user.pk:
        return kept.token
    earlier = ApiToken.objects.filter(user=user, name=TOKEN_NAME)
    secret = kept.token if kept and not earlier.exists() else ""
    for forgotten in earlier.alive():
        revoke_token(forgotten)
    return issue_token(user=user, name=TOKEN_NAME, scopes=scopes, days=None, secret=secret).secret
