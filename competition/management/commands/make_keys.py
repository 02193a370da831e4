"""`manage.py make_keys FOLDER`: every secret that a server needs, made once, one file each."""

import os
import secrets
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from nacl.encoding import HexEncoder
from nacl.public import PrivateKey

DATABASE = "vindr"
ROLES = ("owner", "web", "scorer")


class Command(BaseCommand):
    """Overwrites nothing: a key that is lost leaves every label that it sealed closed for ever."""

    help = "Make the passwords, session keys and the labels' key pair as files (mode 0600) in a folder."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, whose the files are, and where the servers will be found."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--owner", type=int, metavar="UID", help="give the files to this user (needs root)")
        parser.add_argument("--database-host", default="db", metavar="HOST", help="default: db, as in compose.yaml")
        parser.add_argument("--bell-host", default="bell", metavar="HOST", help="default: bell, as in compose.yaml")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make all of them, or none where one of them is there."""
        folder: Path = options["folder"]
        made = all_secrets(options["database_host"], options["bell_host"])
        there = sorted(name for name in made if os.path.lexists(folder / name))
        if there:
            raise CommandError(
                f"{folder} has {there[0]} already; nothing was written. Name a new folder, and see the hosts' guide "
                "on how keys are changed."
            )
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name, value in made.items():
                write_secret(folder / name, value, options["owner"])
        except OSError as failure:
            raise CommandError(f"{failure.filename or folder}: {failure.strerror}.") from failure
        self.stdout.write(f"made {len(made)} files in {folder}; keep a copy of labels_private_key in a safe place")


def all_secrets(database_host: str, bell_host: str) -> dict[str, str]:
    """Fresh secrets: file name → content. Passwords are hexadecimal and need no escape in an address."""
    passwords = {role: secrets.token_hex(32) for role in ROLES}
    bell, key = secrets.token_hex(32), PrivateKey.generate()
    return {
        "superuser_password": secrets.token_hex(32),
        **{f"{role}_password": password for role, password in passwords.items()},
        **{
            f"{role}_database_url": f"postgresql://vindr_{role}:{password}@{database_host}:5432/{DATABASE}"
            for role, password in passwords.items()
        },
        "valkey.conf": f"requirepass {bell}\n",
        "redis_url": f"redis://:{bell}@{bell_host}:6379/0",
        "web_secret_key": secrets.token_hex(32),
        "inner_secret_key": secrets.token_hex(32),
        "labels_public_key": key.public_key.encode(HexEncoder).decode(),
        "labels_private_key": key.encode(HexEncoder).decode(),
        "metrics_token": secrets.token_hex(32),
        "email_url": "",
    }


def write_secret(path: Path, value: str, owner: int | None) -> None:
    """Write a new file that nobody but its owner ever could open."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        if owner is not None:
            os.fchown(file.fileno(), owner, owner)
        file.write(value)
