"""`manage.py delete_person`: take a person out of the books, as the person asked for."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competition.errors import Conflict
from competition.models import User
from competition.operations.delete_person import delete_person


class Command(BaseCommand):
    """Also to repeat, by number, what a restored backup has brought back."""

    help = "Delete a person. Submissions, ranks, acceptances and the audit stay under “deleted person #n”."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, and that it is meant."""
        parser.add_argument("who", help="the username, or the account's number")
        parser.add_argument(
            "--confirm", required=True, metavar="USERNAME", help="the username once more; this is for good"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete and tell the pseudonym."""
        who = options["who"]
        user = User.objects.filter(username=who).first()
        if user is None and who.isascii() and who.isdigit():
            user = User.objects.filter(pk=int(who)).first()
        if user is None:
            raise CommandError(f"There is no account {who}.")
        if options["confirm"] != user.username:
            raise CommandError(f"--confirm does not name the account, which is {user.username}. Nothing was deleted.")
        try:
            self.stdout.write(delete_person(user, by=None))
        except Conflict as refusal:
            raise CommandError(refusal.detail) from refusal
        self.stderr.write(
            "Backups still hold the person. Note the number, and repeat this after a restore of an older one."
        )
