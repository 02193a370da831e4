"""What fails again and again is left alone for longer and longer, so that nothing rings or logs without end."""

import time
from collections.abc import Callable, Hashable, Iterable

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
"""Seconds."""


class Backoff:
    """Of each thing: when it may be tried again. Known to one process only, which loses nothing by forgetting it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._pauses: dict[Hashable, tuple[float, float]] = {}
        """Thing → its present pause, and when that ends."""

    def is_due(self, thing: Hashable) -> bool:
        """Whether it may be tried now."""
        return self._clock() >= self._pauses.get(thing, (0.0, float("-inf")))[1]

    def tried(self, thing: Hashable) -> None:
        """It was tried in vain: it pauses, twice as long as after the time before."""
        before = self._pauses.get(thing, (FIRST_PAUSE / 2, 0.0))[0]
        pause = min(2 * before, LONGEST_PAUSE)
        self._pauses[thing] = (pause, self._clock() + pause)

    def forget(self, thing: Hashable) -> None:
        """It went well."""
        self._pauses.pop(thing, None)

    def keep_only(self, things: Iterable[Hashable]) -> None:
        """Forget all others, which are over."""
        kept = set(things)
        self._pauses = {thing: pause for thing, pause in self._pauses.items() if thing in kept}
