"""Waits until the workers have scored the demo's own submissions and the boards count them."""

import sys
import time
from dataclasses import dataclass

from competition.lifecycle import EvaluationState
from competition.models import Competition, Evaluation

LOOK_EVERY_SECONDS = 0.3
TELL_EVERY_SECONDS = 3.0


class Stuck(Exception):
    """Nothing moves any more."""


@dataclass(frozen=True)
class Progress:
    """How many of the demo's submissions are counted by a board, and how many could not be scored."""

    counted: int
    failed: int


def progress_of(competition: Competition, keys: list[str]) -> Progress:
    """Look at the submissions with these idempotency keys."""
    evaluations = Evaluation.objects.current().filter(
        submission__team__competition=competition, submission__idempotency_key__in=keys
    )
    return Progress(
        counted=evaluations.filter(counted_at__isnull=False).count(),
        failed=evaluations.filter(state=EvaluationState.FAILED).count(),
    )


def wait_until_counted(competition: Competition, keys: list[str], *, patience: float) -> Progress:
    """Wait for all of them. Raises Stuck when for so many seconds none has come to its end."""
    moved = told = time.monotonic()
    before = Progress(0, 0)
    while True:
        progress = progress_of(competition, keys)
        now = time.monotonic()
        if progress.counted + progress.failed >= len(keys):
            return progress
        if progress != before:
            before, moved = progress, now
        if now - moved > patience:
            raise Stuck(
                f"No submission was scored for {patience:.0f} s ({progress.counted} of {len(keys)} are): "
                "look whether a worker and the sweeper run and what their logs say."
            )
        if now - told >= TELL_EVERY_SECONDS:
            told = now
            print(f"  scored {progress.counted} of {len(keys)} submissions", file=sys.stderr, flush=True)
        time.sleep(LOOK_EVERY_SECONDS)
