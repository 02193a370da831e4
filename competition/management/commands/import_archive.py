"""`manage.py import_archive FILE`: a competition from another installation, with all that was done there."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competition.errors import Refusal
from competition.management.people import organizer_named
from competition.operations.import_archive import Imported, import_archive
from competition.operations.read_archive import FaultyArchive

FAULTY_FILE = 3


class Command(BaseCommand):
    """Exit code 0: done; 3: the archive is faulty; 1: anything else. The slug is the last line of the output."""

    help = "Bring a competition in from an archive: readable, and taking nothing, for its labels are not in it."

    def add_arguments(self, parser: CommandParser) -> None:
        """The archive and how far to go."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="check everything and write nothing")
        parser.add_argument(
            "--match-people", action="store_true", help="take accounts of the same user name for the same persons"
        )
        parser.add_argument("--organizer", metavar="USERNAME", help="who runs the competition here")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, write, tell."""
        organizer = organizer_named(options["organizer"])
        words = {name: options[name] for name in ("dry_run", "match_people")}
        try:
            imported = import_archive(options["file"], organizer=organizer, **words)
        except FaultyArchive as faulty:
            self.stderr.write(faulty.detail)
            sys.exit(FAULTY_FILE)
        except Refusal as refusal:
            raise CommandError(refusal.detail) from refusal
        self._tell(imported)

    def _tell(self, imported: Imported) -> None:
        for name, rows in imported.rows.items():
            if rows:
                self.stderr.write(f"  {name}: {rows}")
        self.stderr.write(f"  persons: {len(imported.matched)} known here, {len(imported.placeholders)} without log-in")
        self.stdout.write(imported.slug)
