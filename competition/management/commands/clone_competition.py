"""`manage.py clone_competition`: a hidden draft, or a rehearsal, that says what another competition says."""

import re
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competition.errors import Refusal
from competition.management.people import organizer_named
from competition.models import Competition
from competition.operations.clone import clone, rehearse

DAYS = re.compile(r"([+-]?\d{1,5})d")


class Command(BaseCommand):
    """Exit code 0: done, and the new slug is the last line; 1: anything else."""

    help = "Copy what a competition says, and none of its people, submissions and hidden labels."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which one, and how the copy differs."""
        parser.add_argument("slug", metavar="SLUG")
        parser.add_argument("new_slug", metavar="NEW-SLUG")
        parser.add_argument("--title", default="", help="left out: the same")
        parser.add_argument("--shift-dates", default="0d", metavar="365d", help="by how many days dates are moved")
        parser.add_argument("--sealed", action="store_true", help="with the same hidden labels and split, unopened")
        parser.add_argument(
            "--rehearsal", action="store_true", help="to be tried out by a clock of its own, and deleted"
        )
        parser.add_argument("--organizer", metavar="USERNAME", help="who runs the copy")

    def handle(self, *args: Any, **options: Any) -> None:
        """Copy."""
        source = Competition.objects.filter(slug=options["slug"]).first()
        if source is None:
            raise CommandError(f"There is no competition {options['slug']}.")
        by = organizer_named(options["organizer"])
        try:
            if options["rehearsal"]:
                rehearse(source, slug=options["new_slug"], by=by, sealed=options["sealed"])
            else:
                words = {name: options[name] for name in ("title", "sealed")}
                clone(source, slug=options["new_slug"], by=by, shift=_days(options["shift_dates"]), **words)
        except Refusal as refusal:
            raise CommandError(refusal.detail) from refusal
        self.stdout.write(options["new_slug"])


def _days(text: str) -> timedelta:
    match = DAYS.fullmatch(text)
    if match is None:
        raise CommandError("--shift-dates is a number of days, such as 365d or -30d.")
    return timedelta(days=int(match[1]))
