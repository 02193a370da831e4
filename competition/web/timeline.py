"""The way of one submission as its page tells it: step by step, with the times that may be known."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
    checked = ngettext("{rows} row, no fault", "{rows} rows, no fault", submission.rows)
    return [
        Step(_("Received"), DONE, submission.received_at),
        Step(_("Checked"), DONE, detail=checked.format(rows=f"{submission.rows:,}")),
        *_scoring_steps(submission, shown, tells_times=tells_times),
    ]


def _scoring_steps(submission: Submission, shown: ShownResult, *, tells_times: bool) -> list[Step]:
    evaluation = evaluation_of(submission)
    if evaluation is None:
        return [Step(_("Waiting"), NOW, detail=_("It doesn't fit the labels as they are now; ask the organizers."))]
    started, ended = (evaluation.started_at, evaluation.finished_at) if tells_times else (None, None)
    if shown.state == "failed":
        return [
            Step(_("Waiting"), DONE),
            Step(_("Scoring"), DONE, started),
            Step(_("Failed"), FAILED, ended, _("It did not count.") if submission.refunded_at else ""),
        ]
    place = _("Place {place} in the queue").format(place=shown.place_in_queue) if shown.place_in_queue else ""
    if place and shown.expected_wait:
        place += f", {_about(shown.expected_wait)}"
    if place and 1 < evaluation.attempts <= LAST_ATTEMPT:
        place += ", " + _("attempt {number} of {last}").format(number=evaluation.attempts, last=LAST_ATTEMPT)
    publishing = tells_times and shown.state == "scoring" and evaluation.state == EvaluationState.DONE
    return [
        Step(_("Waiting"), _state("accepted", shown), detail=place),
        Step(_("Scoring"), _state("scoring", shown), started, _("The board is being published") if publishing else ""),
        Step(_("Scored"), DONE if shown.state == "scored" else TO_COME, evaluation.counted_at if tells_times else None),
    ]


def _about(seconds: int) -> str:
    """A wait in words."""
    if seconds < 60:
        return ngettext("about {seconds} second", "about {seconds} seconds", seconds).format(seconds=seconds)
    minutes = seconds // 60
    return ngettext("about {minutes} minute", "about {minutes} minutes", minutes).format(minutes=minutes)


def _state(step: str, shown: ShownResult) -> str:
    if step == shown.state:
        return NOW
    return DONE if ORDER.index(step) < ORDER.index(shown.state) else TO_COME
