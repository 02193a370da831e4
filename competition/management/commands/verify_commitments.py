"""`manage.py verify_commitments`: whether the sealed labels and splits are still those that were committed to."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competition.errors import Unavailable
from competition.models import Competition
from competition.operations.verify_commitments import verify_commitments


class Command(BaseCommand):
    """Exit code 0: every box holds what was committed to; 1: one doesn't. Changes nothing, and shows no label."""

    help = "Open the sealed labels and splits with the private key and compare them with their commitments."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which competitions."""
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help="left out: all")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and tell."""
        slugs = options["slugs"]
        competitions = Competition.objects.filter(slug__in=slugs) if slugs else Competition.objects.all()
        unknown = set(slugs) - {competition.slug for competition in competitions}
        if unknown:
            raise CommandError(f"There is no competition {min(unknown)}.")
        try:
            broken = [f"{one.slug}: {sentence}" for one in competitions for sentence in verify_commitments(one)]
        except Unavailable as refusal:
            raise CommandError(refusal.detail) from refusal
        for sentence in broken:
            self.stdout.write(sentence)
        if broken:
            sys.exit(1)
        self.stderr.write(f"all commitments of {len(competitions)} competitions hold")
