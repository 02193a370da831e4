"""`manage.py move_clock`: the clock of a rehearsal goes forward."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competition.errors import Refusal
from competition.models import Competition
from competition.operations.move_clock import move_clock


class Command(BaseCommand):
    """Exit code 0: done, and the rehearsal's time is the last line; 1: anything else."""

    help = "Move the clock of a rehearsal to an instant of its time, or by so many days."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which one, and how far."""
        parser.add_argument("slug", metavar="SLUG")
        how = parser.add_mutually_exclusive_group(required=True)
        how.add_argument("--to", metavar="TIME", help="such as 2027-01-01T00:00:00Z")
        how.add_argument("--days", type=float, help="such as 1 or 0.5")

    def handle(self, *args: Any, **options: Any) -> None:
        """Move."""
        competition = Competition.objects.filter(slug=options["slug"]).first()
        if competition is None:
            raise CommandError(f"There is no competition {options['slug']}.")
        try:
            to = None if options["to"] is None else datetime.fromisoformat(options["to"])
            by = None if options["days"] is None else timedelta(days=options["days"])
        except (ValueError, OverflowError) as error:
            raise CommandError("Write a time like 2027-01-01T00:00:00Z, or a number of days.") from error
        if to is not None and to.tzinfo is None:
            to = to.replace(tzinfo=UTC)
        try:
            move_clock(competition, organizer=None, to=to, by=by)
        except Refusal as refusal:
            raise CommandError(refusal.detail) from refusal
        self.stdout.write(competition.now().isoformat(timespec="seconds"))
