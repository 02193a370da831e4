"""`manage.py export_competition`: what a competition says, as a folder for `create_competition`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competition.models import Competition
from competition.operations.export_description import export_folder


class Command(BaseCommand):
    """Exit code 0: done; 1: anything else. No label, group or seed of the split is written."""

    help = "Write competition.yaml and the files it names, but for the hidden ones, into a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which one, and where to."""
        parser.add_argument("slug", metavar="SLUG")
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="made where it is not there")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write."""
        competition = Competition.objects.filter(slug=options["slug"]).first()
        if competition is None:
            raise CommandError(f"There is no competition {options['slug']}.")
        try:
            export_folder(competition, options["folder"])
        except OSError as error:
            raise CommandError(f"{error.filename} can't be written: {error.strerror}.") from error
        self.stdout.write(str(options["folder"]))
