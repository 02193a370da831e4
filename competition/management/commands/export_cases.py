"""`manage.py export_cases SLUG`: what each image adds to the scores of who stands, for challengeR."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competition.errors import Refusal
from competition.models import Competition
from competition.operations.export_cases import export_cases


class Command(BaseCommand):
    """Exit code 0: done; 1: there is no such competition, or no private key here."""

    help = "Write a CSV by case on the standard output. IT TELLS THE LABELS OF THE IMAGES, and needs the private key."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which competition."""
        parser.add_argument("slug", metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write."""
        competition = Competition.objects.filter(slug=options["slug"]).first()
        if competition is None:
            raise CommandError(f"There is no competition {options['slug']}.")
        try:
            for piece in export_cases(competition, by=None):
                sys.stdout.write(piece.decode())
        except Refusal as refusal:
            raise CommandError(refusal.detail) from refusal
        self.stderr.write("This file tells labels: keep it where the labels are kept.")
