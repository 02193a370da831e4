"""What may follow what in the life of an evaluation, a version of the ground truth, and published results.

                 claim                measure             publish
    waiting ───────────▶ running ───────────▶ done ───────────▶ (counted on a board)
       ▲                  │  │
       │   lease expired  │  │  faulty file, or the third attempt is over
       └──────────────────┘  └──────────▶ failed ─ ─ an organizer's retry ─ ─▶ waiting

    staged ───────────▶ active ───────────▶ retired

    provisional ◀──────▶ verified ───────────▶ final

A step is one conditional UPDATE (`models.evaluation`), so of two processes that want the same step only one
takes it.
"""

from enum import StrEnum

LAST_ATTEMPT = 3


class EvaluationState(StrEnum):
    """Where an evaluation is; see the picture above."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class TruthState(StrEnum):
    """Staged: submissions are being scored against it. Active: the boards show it. Retired: kept for the books."""

    STAGED = "staged"
    ACTIVE = "active"
    RETIRED = "retired"


FOLLOWS: dict[EvaluationState, frozenset[EvaluationState]] = {
    EvaluationState.WAITING: frozenset({EvaluationState.RUNNING}),
    EvaluationState.RUNNING: frozenset({EvaluationState.DONE, EvaluationState.FAILED, EvaluationState.WAITING}),
    EvaluationState.DONE: frozenset(),
    EvaluationState.FAILED: frozenset({EvaluationState.WAITING}),
}

TRUTH_FOLLOWS: dict[TruthState, frozenset[TruthState]] = {
    TruthState.STAGED: frozenset({TruthState.ACTIVE, TruthState.RETIRED}),
    TruthState.ACTIVE: frozenset({TruthState.RETIRED}),
    TruthState.RETIRED: frozenset(),
}

RESULTS_FOLLOWS: dict[str, frozenset[str]] = {
    "provisional": frozenset({"verified"}),
    "verified": frozenset({"final", "provisional"}),
    "final": frozenset(),
}


class StaleStep(Exception):
    """Somebody else has taken the step already, or the attempt it belongs to is over. Write nothing and leave."""


def require(before: EvaluationState, after: EvaluationState) -> None:
    """Refuse a step that the picture does not have: a fault of the program, not of its input."""
    if after not in FOLLOWS[before]:
        raise ValueError(f"{before} can't become {after}")
