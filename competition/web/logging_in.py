"""Logging in: how often it may fail, by person, by address and in all, and what is told about an account."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.userkit import filter_users_by_email, get_user_by_username
from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest

from competition import tally
from competition.models import User
from competition.operations.tell_of_account import tell_of_account

UNKNOWN = "unknown"


class AccountAdapter(DefaultAccountAdapter):
    """What this server does otherwise than allauth."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt as a failure beforehand. Raises ValidationError while any of the three limits is reached.

        `authenticate` takes it back when the password is right, so that many at once don't get past the limits.
        """
        key = self._get_login_attempts_cache_key(request, **credentials)
        counted = _Counted()
        for action, of in (("login_failed_from", key), ("login_failed", key), ("login_failed_by_all", "all")):
            usage = ratelimit.consume(request, app="allauth.account", action=action, key=of)
            if usage is None:
                counted.rollback()
                tally.count("login_locked", action)
                raise self.validation_error("too_many_login_attempts")
            counted.usages.append(usage)
        self._login_failed_rl_usage = counted

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One key for a person, by whichever name; one for a name that is nobody's."""
        given = credentials.get("email") or credentials.get("username") or ""
        people = filter_users_by_email(given, prefer_verified=True) if "@" in given else []
        if not people and (named := get_user_by_username(given)):
            people = [named]
        return f"user:{min(person.pk for person in people)}" if people else f"name:{given.lower()}"

    def get_client_ip(self, request: HttpRequest) -> str:
        """The visitor's address: as many hops from the end of `X-Forwarded-For` as there are trusted proxies.

        What a visitor writes into the header stands further in front and is not looked at.
        """
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
        proxies = settings.ENVIRONMENT.trusted_proxies
        if 0 < proxies <= len(hops) and _is_address(hops[-proxies]):
            return hops[-proxies]
        return request.META.get("REMOTE_ADDR") or UNKNOWN

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of a letter, whatever host the request named."""
        return _of_this_server(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """The link of a letter, whatever host the request named."""
        return _of_this_server(super().get_email_confirmation_url(request, emailconfirmation))

    def send_notification_mail(self, template_prefix: str, user: User, context: Any = None, email: str = "") -> None:
        """Tell the person by a letter of the server's own, which stands on the account page too."""
        tell_of_account(user=user, event=template_prefix.rpartition("/")[2])


class _Counted:
    """What one attempt has counted for, to be taken back together."""

    def __init__(self) -> None:
        self.usages: list[ratelimit.RateLimitUsage] = []

    def rollback(self) -> None:
        """Count it no more."""
        for usage in self.usages:
            usage.rollback()


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _of_this_server(link: str) -> str:
    """The link with the first of ALLOWED_HOSTS where pages are served over HTTPS; without, there may be a port."""
    host = settings.ENVIRONMENT.allowed_hosts[0] if settings.ENVIRONMENT.allowed_hosts else ""
    if not settings.ENVIRONMENT.https or not host or host.startswith("."):
        return link
    return urlsplit(link)._replace(scheme="https", netloc=host).geturl()
