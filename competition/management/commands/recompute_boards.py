"""`manage.py recompute_boards`: a second opinion on every number that a board tells."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from competition.models import Competition
from competition.operations.recompute import recompute


class Command(BaseCommand):
    """Exit code 0: no difference; 1: there is one. Changes nothing."""

    help = "Compute every board again by another way. Needs LABELS_PRIVATE_KEY_FILE, as workers have it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which competitions."""
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help="left out: all")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare and tell."""
        if settings.ENVIRONMENT.labels_private_key_file is None:
            raise CommandError("LABELS_PRIVATE_KEY_FILE is not set; run this where a worker runs.")
        competitions = Competition.objects.all()
        if options["slugs"]:
            competitions = competitions.filter(slug__in=options["slugs"])
        found = 0
        for competition in competitions:
            for difference in recompute(competition):
                found += 1
                self.stdout.write(f"{competition.slug}: {difference}")
        self.stderr.write(f"{len(competitions)} competitions, {found} differences")
        if found:
            sys.exit(1)
