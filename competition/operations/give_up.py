"""An attempt has ended without a result: open the next one, or fail and give the quota back."""

from functools import partial

from django.db import transaction

from competition import queue
from competition.lifecycle import LAST_ATTEMPT, EvaluationState
from competition.models import Evaluation, Submission, now_in
from competition.operations.write_letters import members_of, write_letters

OVER_LIMIT = "failed_resource"
"""The failure of what took more memory or time than one file may."""


@transaction.atomic
def fail(evaluation: Evaluation, failure: str, detail: str) -> None:
    """running → failed. A team whose file was never scored gets its upload back, and is told.

    The reason is for the organizer. Raises StaleStep.
    """
    evaluation.fail(failure, detail)
    of_submission = Evaluation.objects.filter(submission=evaluation.submission_id)
    is_scored = of_submission.filter(state=EvaluationState.DONE).exists()
    if not (is_scored or of_submission.current().unfinished().exists()):
        charged = Submission.objects.filter(pk=evaluation.submission_id, refunded_at__isnull=True)
        if charged.update(refunded_at=now_in(evaluation.ground_truth.competition_id)):
            _tell(Submission.objects.select_related("team__competition", "track").get(pk=evaluation.submission_id))


@transaction.atomic
def reopen_or_give_up(evaluation: Evaluation, failure: str, detail: str, *, last: int = LAST_ATTEMPT) -> None:
    """running → waiting with the next attempt and a new ring, or failed after the last. Raises StaleStep.

    A version of the ground truth that the server fails to score against does not take over by itself any more: it would
    take off the boards what stands there by right.
    """
    if evaluation.attempts >= last:
        evaluation.ground_truth.hold()
        fail(evaluation, failure, f"{detail} This was attempt {evaluation.attempts} of {last}.")
        return
    evaluation.reopen(failure, detail)
    transaction.on_commit(partial(queue.ring, evaluation.pk, evaluation.attempt), robust=True)


def try_once_more_or_give_up(evaluation: Evaluation, detail: str) -> None:
    """A limit was met: by a busy machine's fault perhaps, so once more; the second time it is the file's."""
    before = evaluation.lost_attempts.filter(failure=OVER_LIMIT, number__gte=evaluation.first_attempt)
    last = evaluation.attempts if before.exists() else LAST_ATTEMPT
    reopen_or_give_up(evaluation, OVER_LIMIT, detail, last=last)


def _tell(submission: Submission) -> None:
    write_letters(
        submission.team.competition,
        members_of(submission.team),
        "a submission could not be scored",
        f"The server could not score your team's {submission.track.kind} submission of "
        f"{submission.received_at:%Y-%m-%d %H:%M} UTC ({submission.pk}). The upload is given back: hand the file in "
        "again. The organizers see why it failed.",
    )
