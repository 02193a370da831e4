"""`manage.py verify_audit`: whether the audit is whole, row by row."""

import re
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competition.models import AuditHead, Competition
from competition.operations.verify_audit import Noted, verify_audit


class Command(BaseCommand):
    """Exit code 0: every chain holds; 1: one doesn't, and which rows. Changes nothing."""

    help = (
        "Find rows of the audit that were changed, removed or inserted. Prints each chain's end, to be noted elsewhere."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which competitions, and what was noted."""
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help="left out: all")
        parser.add_argument("--noted", metavar="NUMBER:HASH", help="an end that was printed before, of the one SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and tell."""
        slugs = options["slugs"]
        noted = self._noted(options["noted"], slugs)
        competitions = Competition.objects.filter(slug__in=slugs) if slugs else Competition.objects.all()
        unknown = set(slugs) - {competition.slug for competition in competitions}
        if unknown:
            raise CommandError(f"There is no competition {sorted(unknown)[0]}.")
        found = 0
        for competition in competitions:
            for sentence in verify_audit(competition, noted):
                found += 1
                self.stdout.write(f"{competition.slug}: {sentence}")
            head = AuditHead.objects.filter(competition=competition).first()
            if head is not None:
                self.stderr.write(f"{competition.slug}: ends with {head.number}:{head.hash}")
        if found:
            sys.exit(1)

    def _noted(self, text: str | None, slugs: list[str]) -> Noted | None:
        if text is None:
            return None
        if len(slugs) != 1 or not re.fullmatch(r"\d{1,9}:[0-9a-f]{64}", text):
            raise CommandError("--noted is NUMBER:HASH as this command prints it, with the one SLUG that it is of.")
        number, _, digest = text.partition(":")
        return Noted(int(number), digest)
