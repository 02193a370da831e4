"""Waiting for a score without straining the server: an unchanged answer is not sent again, and pauses grow."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from vindr_bench.errors import ScoringFailed, WaitedTooLong
from vindr_bench.submission import Submission
from vindr_bench.transport import FEW, LONGEST_SILENCE, MANY

if TYPE_CHECKING:
    from vindr_bench.client import Client

_FIRST_PAUSE, _LONGEST_PAUSE, _GROWTH = 1.0, 10.0, 1.5


def wait_for(
    client: Client,
    submission: Submission,
    *,
    timeout: float | None = None,
    on_change: Callable[[Submission], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Submission:
    """Ask from every second to every ten, or as seldom as the server asks for, until it is scored.

    `on_change` hears each new state. Raises ScoringFailed, WaitedTooLong after `timeout` seconds, or Unavailable where
    the server stays away for longer than it needs to start again.
    """
    ends = None if timeout is None else clock() + timeout
    pause = _FIRST_PAUSE
    known, asked = client.look(submission.id, tries=_tries(ends, clock()))
    on_change(known)
    while not known.is_over:
        seconds = min(max(pause, asked), _LONGEST_PAUSE)
        if ends is not None:
            seconds = min(seconds, ends - clock())
        if seconds <= 0:
            raise WaitedTooLong(
                "wait_timed_out", f"Not scored within {timeout:g} s; the submission goes on.", id=known.id
            )
        sleep(seconds)
        pause = min(pause * _GROWTH, _LONGEST_PAUSE)
        newer, asked = client.look(submission.id, known, tries=_tries(ends, clock()))
        if newer is not known:
            on_change(known := newer)
    if known.state == "failed":
        raise ScoringFailed("scoring_failed", known.message or "The server could not score this file.", id=known.id)
    return known


def _tries(ends: float | None, now: float) -> int:
    """As patient as an upload, where there is as much time."""
    return MANY if ends is None or ends > now + LONGEST_SILENCE else FEW
