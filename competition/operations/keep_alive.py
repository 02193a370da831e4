"""The lease of what a worker has claimed is extended from a thread of its own while the work goes on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, connection

from competition.models.leased import Leased


@contextmanager
def kept_alive(claimed: Leased) -> Iterator[None]:
    """Extend the lease every few seconds until the block ends, or until the attempt is no longer this one."""
    over = threading.Event()
    thread = threading.Thread(target=_extend, args=(type(claimed), claimed.pk, claimed.attempt, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _extend(model: type[Leased], pk: int, attempt: int, over: threading.Event) -> None:
    environment = settings.ENVIRONMENT
    try:
        while not over.wait(environment.heartbeat_seconds):
            try:
                if not model._default_manager.extend_lease(pk, attempt, environment.lease_seconds):
                    return
            except DatabaseError:
                connection.close()
    finally:
        connection.close()
