"""`manage.py sweeper`: keeps every submission moving, and sends the mail that waits, until it is told to stop."""

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from competition import tally
from competition.operations.send_letters import MailIsDown, send_letters
from competition.operations.sweep import sweep

ROUND_SECONDS = 0.5
POST_SECONDS = 2.0
LONGEST_POST_PAUSE = 60.0

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Sweeps twice a second; a database that is away is waited for.

    Mail goes out beside that, in a thread of its own: a slow mail server keeps no board waiting.
    """

    help = "Ring for evaluations that were lost, reopen what expired, publish boards, send mail. Runs until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep until SIGTERM or SIGINT."""
        over = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: over.set())
        threading.Thread(target=post, args=(over,), name="post", daemon=True).start()
        while not over.wait(ROUND_SECONDS):
            try:
                sweep()
                tally.stamp("sweep")
            except DatabaseError as error:
                log.warning("the database is away (%s); trying again", type(error).__name__)
                connection.close()


def post(over: threading.Event) -> None:
    """Send letters until it is over; a mail server that is away is asked again after longer and longer pauses."""
    pause = POST_SECONDS
    while not over.wait(pause):
        try:
            send_letters()
            pause = POST_SECONDS
        except MailIsDown as down:
            pause = min(pause * 2, LONGEST_POST_PAUSE)
            log.warning("the mail server is away (%s); trying again in %.0f s", down, pause)
        except DatabaseError as error:
            log.warning("the database is away (%s); letters wait", type(error).__name__)
            connection.close()
        except Exception:
            log.exception("the post went on without a letter")
