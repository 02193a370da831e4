"""`manage.py backup`: all that is true of this server, in one folder."""

import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competition.operations.backup_folder import MANIFEST, FaultyBackup, hash_of
from competition.operations.take_backup import take_backup


class Command(BaseCommand):
    """Run where the database's owner is and the storage can be read; the server goes on meanwhile."""

    help = (
        "Write the database and the uploaded files into a new folder, with a manifest of hashes. It has no private key."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument(
            "target", type=Path, help="a folder that does not exist yet, on another disk than the server's"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it and tell."""
        target, began = options["target"].absolute(), time.monotonic()
        try:
            manifest = take_backup(target)
        except FaultyBackup as fault:
            raise CommandError(str(fault)) from fault
        except OSError as error:
            raise CommandError(f"{target} can't be written: {error.strerror or error}.") from error
        rows, files = sum(table["rows"] for table in manifest["tables"]), len(manifest["files"])
        self.stdout.write(f"{target}: {rows} rows and {files} files in {time.monotonic() - began:.1f} s")
        self.stdout.write(f"manifest {hash_of(target / MANIFEST)[1]}")
        self.stdout.write(f"boards {manifest['board_checksum']}")
        sys.stderr.write(
            "The key that opens the labels is not in it. Keep labels_private_key apart from it: with both, all labels "
            "can be read; without the key, none ever again.\n"
        )
