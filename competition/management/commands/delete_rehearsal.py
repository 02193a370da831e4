"""`manage.py delete_rehearsal`: a rehearsal and all that belongs to it goes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competition.errors import Refusal
from competition.models import Competition
from competition.operations.delete_rehearsal import delete_rehearsal


class Command(BaseCommand):
    """Exit code 0: done; 1: anything else. No other competition can be deleted."""

    help = "Delete a rehearsal with its submissions and their files."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which one, twice."""
        parser.add_argument("slug", metavar="SLUG")
        parser.add_argument("--confirm", required=True, metavar="SLUG", help="the same again")

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete."""
        competition = Competition.objects.filter(slug=options["slug"]).first()
        if competition is None:
            raise CommandError(f"There is no competition {options['slug']}.")
        try:
            submissions = delete_rehearsal(competition, organizer=None, confirm=options["confirm"])
        except Refusal as refusal:
            raise CommandError(refusal.detail) from refusal
        self.stdout.write(f"deleted, with {submissions} submission{'' if submissions == 1 else 's'}")
