"""The lease of a running evaluation is extended from a thread of its own while the scoring goes on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, connection

from competition.models import Evaluation


@contextmanager
def kept_alive(evaluation: Evaluation) -> Iterator[None]:
    """Extend the lease every few seconds until the block ends, or until the attempt is no longer this one."""
    over = threading.Event()
    thread = threading.Thread(target=_extend, args=(evaluation.pk, evaluation.attempt, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _extend(evaluation_id: int, attempt: int, over: threading.Event) -> None:
    environment = settings.ENVIRONMENT
    try:
        while not over.wait(environment.heartbeat_seconds):
            try:
                if not Evaluation.objects.extend_lease(evaluation_id, attempt, environment.lease_seconds):
                    return
            except DatabaseError:
                connection.close()
    finally:
        connection.close()
