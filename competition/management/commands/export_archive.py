"""`manage.py export_archive SLUG FILE`: a competition whole, as one archive."""

import hashlib
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competition.models import Competition
from competition.operations.export_archive import export_archive


class Command(BaseCommand):
    """Exit code 0: done, and the SHA-256 of the archive is printed; 1: anything else, and there is no FILE."""

    help = "Write a competition with all that was handed in, scored and done into one ZIP archive. It holds no label."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which competition, and where to."""
        parser.add_argument("slug", metavar="SLUG")
        parser.add_argument("file", metavar="FILE", help="must not exist; - is the standard output")
        parser.add_argument("--people", action="store_true", help="also addresses, names and answers of persons")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, and tell the hash."""
        competition = Competition.objects.filter(slug=options["slug"]).first()
        if competition is None:
            raise CommandError(f"There is no competition {options['slug']}.")
        if options["file"] == "-":
            digest = self._write(competition, options["people"], sys.stdout.buffer)
        else:
            digest = self._write_file(competition, options["people"], Path(options["file"]))
        self.stderr.write(f"sha256 {digest}")

    def _write_file(self, competition: Competition, people: bool, path: Path) -> str:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise CommandError(f"{path} exists; name another file.") from error
        except OSError as error:
            raise CommandError(f"{path} can't be written: {error.strerror}.") from error
        whole = False
        try:
            with os.fdopen(descriptor, "wb") as file:
                digest = self._write(competition, people, file)
            whole = True
        except OSError as error:
            raise CommandError(f"{path} can't be written: {error.strerror}.") from error
        finally:
            if not whole:
                path.unlink(missing_ok=True)
        return digest

    def _write(self, competition: Competition, people: bool, file: BinaryIO) -> str:
        digest = hashlib.sha256()
        for piece in export_archive(competition, by=None, people=people):
            file.write(piece)
            digest.update(piece)
        return digest.hexdigest()
