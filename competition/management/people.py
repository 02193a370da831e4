"""Persons whom a command is told by their user name."""

from django.core.management.base import CommandError

from competition.models import User


def organizer_named(username: str | None) -> User | None:
    """The person, or None where nobody is named. CommandError where there is no such account."""
    if username is None:
        return None
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is no user {username}; make the account first.")
    return user
