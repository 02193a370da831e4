"""Room for a few at once: who has a slot goes on, the others wait for a while.

A slot is a lock on a file, which the operating system takes back with the process, however that ends.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from competition.errors import Unavailable

EVERY = 0.05
"""Seconds between two looks for a free slot."""


@contextmanager
def slot(folder: Path, *, most: int, patience: float) -> Iterator[None]:
    """Hold one of so many slots. Unavailable after so many seconds without one."""
    descriptor = _wait_for_one(folder, most, time.monotonic() + patience)
    try:
        yield
    finally:
        os.close(descriptor)


def _wait_for_one(folder: Path, most: int, until: float) -> int:
    while True:
        for number in range(most):
            descriptor = os.open(folder / str(number), os.O_RDWR | os.O_CREAT, 0o660)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
            else:
                return descriptor
        if time.monotonic() >= until:
            raise Unavailable(
                "busy", _("Too many large files are being checked; nothing was used up. Send it again in a moment.")
            )
        time.sleep(EVERY)
