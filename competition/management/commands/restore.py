"""`manage.py restore`: a backup onto an empty host."""

import time
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from competition.errors import Conflict
from competition.operations.backup_folder import FaultyBackup, read_backup
from competition.operations.restore_backup import faults_after, load, make_tables, other_key, refuse_used_host

NEXT = """\
What is left to do:
- Put labels_private_key of the lost host where the workers find it; without it nothing can be scored.
- Start web, worker and sweeper. Valkey may be empty: the sweeper rings for everything that waits.
- Everybody has to log in again; tokens work as before.
- Repeat what was done after {taken_at}: uploads since then are lost, and persons deleted since then are back.
"""
OTHER_KEY = (
    "The labels were sealed with another key than the LABELS_PUBLIC_KEY of this host: put the lost host's pair in "
    "place before anything is started."
)


class Command(BaseCommand):
    """Exit code 0: restored and verified; 1: not, and why."""

    help = (
        "Bring a backup back into an empty database and an empty storage. Checks all of it before it writes anything."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Where from."""
        parser.add_argument("source", type=Path, help="the folder that `manage.py backup` wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, load, bring up to date, verify, and say what comes next."""
        source, began = options["source"].absolute(), time.monotonic()
        try:
            manifest = read_backup(source)
            refuse_used_host(manifest)
            make_tables(manifest)
            load(source, manifest)
        except (FaultyBackup, Conflict) as fault:
            raise CommandError(str(fault)) from fault
        call_command("migrate", interactive=False, verbosity=0)
        call_command("grant_roles", stdout=self.stdout)
        faults = faults_after(manifest)
        if faults:
            raise CommandError("Restored, and not as it was:\n" + "\n".join(faults))
        rows, files = sum(table["rows"] for table in manifest["tables"]), len(manifest["files"])
        self.stdout.write(f"restored {rows} rows and {files} files in {time.monotonic() - began:.1f} s")
        self.stdout.write(f"boards {manifest['board_checksum']}")
        self.stdout.write(NEXT.format(taken_at=manifest["taken_at"]), ending="")
        if other_key(manifest):
            self.stderr.write(OTHER_KEY)
