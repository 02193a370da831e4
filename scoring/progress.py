"""Who wants to know how far long work has come: nobody, until somebody listens.

Work tells its stage and how much of it is done; it neither knows nor waits for who listens.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, TextIO

Listener = Callable[[str, float], None]
"""Takes the stage ("reading") and the share of it that is done, from 0 to 1."""

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)

PATIENCE: Final = 0.5
PAUSE: Final = 0.1
_WIDTH: Final = 30


def tell(stage: str, done: int, total: int) -> None:
    """Say that `done` of `total` parts of a stage are done."""
    listener = _listener.get()
    if listener is not None:
        listener(stage, done / max(total, 1))


@contextmanager
def progress_bar(stream: TextIO, clock: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """Draw a bar on the stream while work lasts longer than half a second, and take it away at the end.

    Only a terminal is drawn on: a file or a pipe would keep every state of the bar.
    """
    if not stream.isatty():
        yield
        return
    bar = _Bar(stream, clock)
    token = _listener.set(bar.hear)
    try:
        yield
    finally:
        _listener.reset(token)
        bar.clear()


class _Bar:
    def __init__(self, stream: TextIO, clock: Callable[[], float]) -> None:
        self._stream = stream
        self._clock = clock
        self._next = clock() + PATIENCE
        self._drawn = 0

    def hear(self, stage: str, share: float) -> None:
        now = self._clock()
        if now < self._next:
            return
        self._next = now + PAUSE
        full = int(share * _WIDTH)
        self._draw(f"{stage:<10} [{'#' * full}{'.' * (_WIDTH - full)}] {int(100 * share):3} %")

    def clear(self) -> None:
        if self._drawn:
            self._draw("")
            self._stream.write("\r")
            self._stream.flush()

    def _draw(self, text: str) -> None:
        self._stream.write("\r" + text.ljust(self._drawn))
        self._stream.flush()
        self._drawn = len(text)
