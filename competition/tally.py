"""What all processes count together, for the figures: kept with the bell, and begun anew where that is emptied.

Prometheus takes a count that falls for one that has begun anew. Nothing rests on these numbers.
"""

import time

from redis.exceptions import RedisError

from competition import queue

_COUNTS, _STAMPS = "vindr:counts", "vindr:stamps"
_PAUSE_SECONDS = 5
_not_before = 0.0


def count(what: str, kind: str = "") -> None:
    """One more. `kind` is a word of the program, never one that somebody sent. Without the bell it is not counted."""
    _write("hincrby", _COUNTS, f"{what} {kind}", 1)


def stamp(what: str) -> None:
    """It happened just now."""
    _write("hset", _STAMPS, what, int(time.time()))


def counts() -> dict[tuple[str, str], int]:
    """What was counted: by what and kind. Raises RedisError."""
    found = queue.connection().hgetall(_COUNTS)
    pairs = ((key.decode().partition(" "), int(number)) for key, number in found.items())
    return {(what, kind): number for (what, _, kind), number in pairs}


def stamps() -> dict[str, int]:
    """When each thing happened last, in seconds of Unix time. Raises RedisError."""
    return {key.decode(): int(value) for key, value in queue.connection().hgetall(_STAMPS).items()}


def _write(command: str, *arguments: object) -> None:
    global _not_before
    if time.monotonic() < _not_before:
        return
    try:
        getattr(queue.connection(), command)(*arguments)
    except RedisError:
        _not_before = time.monotonic() + _PAUSE_SECONDS
