"""`manage.py load_demo`: fills the demo competition and writes demo.json once all is scored."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competition.demo.load import load
from competition.demo.wait import Stuck
from competition.errors import Refusal

PATIENCE_SECONDS = 120.0


class Command(BaseCommand):
    """Safe to run again: what is there is kept. Needs a worker and a sweeper beside it."""

    help = "Fill the demo competition (made-up data), wait until it is scored, and write demo.json."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where demo.json goes and what it says."""
        address = os.environ.get("BASE_URL", "http://127.0.0.1:8000")
        parser.add_argument("--to", type=Path, required=True, metavar="PATH", help="the demo.json to write")
        parser.add_argument("--base-url", default=address, metavar="URL", help="where the demo is served")
        parser.add_argument("--fast", action="store_true", help="a few teams with one submission each")
        parser.add_argument(
            "--patience",
            type=float,
            default=PATIENCE_SECONDS,
            metavar="SECONDS",
            help="give up when nothing is scored for so long",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, wait, write."""
        try:
            load(
                options["to"],
                base_url=options["base_url"].rstrip("/"),
                fast=options["fast"],
                patience=options["patience"],
            )
        except Refusal as refusal:
            raise CommandError(refusal.detail) from refusal
        except Stuck as stuck:
            raise CommandError(str(stuck)) from stuck
