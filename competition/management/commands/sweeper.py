"""`manage.py sweeper`: keeps every submission moving until it is told to stop."""

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from competition.operations.sweep import sweep

ROUND_SECONDS = 0.5

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Sweeps twice a second; a database that is away is waited for."""

    help = "Ring for evaluations that were lost, reopen what expired, publish boards. Runs until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep until SIGTERM or SIGINT."""
        over = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: over.set())
        while not over.wait(ROUND_SECONDS):
            try:
                sweep()
            except DatabaseError as error:
                log.warning("the database is away (%s); trying again", type(error).__name__)
                connection.close()
