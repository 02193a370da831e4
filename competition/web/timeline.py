"""The way of one submission as its page tells it: step by step, with the times that may be known."""

from dataclasses import dataclass
from datetime import datetime

from competition.lifecycle import LAST_ATTEMPT, EvaluationState
from competition.models import Submission
from competition.operations.show_result import ShownResult, evaluation_of

DONE, NOW, TO_COME, FAILED = "done", "now", "to come", "failed"
ORDER = ("accepted", "scoring", "scored")


@dataclass(frozen=True)
class Step:
    """One step: `state` is one of the four words above, `at` when it was taken."""

    name: str
    state: str
    at: datetime | None = None
    detail: str = ""


def is_final(submission: Submission, shown: ShownResult) -> bool:
    """Whether nothing will change by itself any more."""
    return shown.state in ("scored", "failed") or evaluation_of(submission) is None


def timeline(submission: Submission, shown: ShownResult, *, tells_times: bool) -> list[Step]:
    """Received, checked, waiting, scoring, scored (or failed).

    How long the scoring took is left out where only held scores are shown: it may depend on the hidden labels. So it is
    in a rehearsal whose clock was moved, since workers keep the server's time.
    """
    tells_times = tells_times and not submission.team.competition.clock_shift
    rows = "1 row" if submission.rows == 1 else f"{submission.rows:,} rows"
    return [
        Step("Received", DONE, submission.received_at),
        Step("Checked", DONE, detail=f"{rows}, no fault"),
        *_scoring_steps(submission, shown, tells_times=tells_times),
    ]


def _scoring_steps(submission: Submission, shown: ShownResult, *, tells_times: bool) -> list[Step]:
    evaluation = evaluation_of(submission)
    if evaluation is None:
        return [Step("Waiting", NOW, detail="It doesn't fit the labels as they are now; ask the organizers.")]
    started, ended = (evaluation.started_at, evaluation.finished_at) if tells_times else (None, None)
    if shown.state == "failed":
        return [
            Step("Waiting", DONE),
            Step("Scoring", DONE, started),
            Step("Failed", FAILED, ended, "It did not count." if submission.refunded_at else ""),
        ]
    place = f"Place {shown.place_in_queue} in the queue" if shown.place_in_queue else ""
    if place and shown.expected_wait:
        place += f", {_about(shown.expected_wait)}"
    if place and 1 < evaluation.attempts <= LAST_ATTEMPT:
        place += f", attempt {evaluation.attempts} of {LAST_ATTEMPT}"
    publishing = tells_times and shown.state == "scoring" and evaluation.state == EvaluationState.DONE
    return [
        Step("Waiting", _state("accepted", shown), detail=place),
        Step("Scoring", _state("scoring", shown), started, "The board is being published" if publishing else ""),
        Step("Scored", DONE if shown.state == "scored" else TO_COME, evaluation.counted_at if tells_times else None),
    ]


def _about(seconds: int) -> str:
    """A wait in words."""
    if seconds < 60:
        return f"about {seconds} seconds"
    minutes = seconds // 60
    return "about a minute" if minutes == 1 else f"about {minutes} minutes"


def _state(step: str, shown: ShownResult) -> str:
    if step == shown.state:
        return NOW
    return DONE if ORDER.index(step) < ORDER.index(shown.state) else TO_COME
