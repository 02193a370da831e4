"""`manage.py reset_second_factor NAME`: for somebody who has lost authenticator and recovery codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competition.models import User
from competition.operations.reset_second_factor import reset_second_factor


class Command(BaseCommand):
    """Exit code 0: removed; 1: there is no such account, or nothing to remove."""

    help = "Take the second factor off an account. The person is told, and the audit of what they organize says so."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, and why."""
        parser.add_argument("username")
        parser.add_argument("--reason", required=True, help="how you know that it is the person; for the audit")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reset and tell."""
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no account {options['username']}.")
        if not reset_second_factor(user=user, reason=options["reason"]):
            raise CommandError(f"The account {user.username} has no second factor.")
        self.stdout.write(f"The second factor of {user.username} is removed. A new one can be set up after log-in.")
