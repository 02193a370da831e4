"""One attempt at one evaluation: open the sealed labels, have a child score, write the result, publish the board."""

from django.db import transaction

from competition.models import Evaluation, Score
from competition.operations.activate import activate_when_complete
from competition.operations.ask import ask
from competition.operations.give_up import fail, try_once_more_or_give_up
from competition.operations.keep_alive import kept_alive
from competition.operations.publish import publish_when_due
from competition.operations.take_turn import take
from competition.operations.yardstick import CannotBeScored, task_of
from competition.sandbox.answer import PartScore, Refused, read_answer
from competition.sandbox.keeper import OverLimit


def evaluate(*, evaluation_id: int, attempt: int, worker: str) -> None:
    """Bring one evaluation to its end. Raises StaleStep when the attempt is not (or no longer) this caller's."""
    evaluate_claimed(take(evaluation_id, attempt, worker=worker))


def evaluate_claimed(evaluation: Evaluation) -> None:
    """Bring an evaluation to its end that this process has claimed. Raises StaleStep when it is no longer its."""
    if evaluation.ground_truth.dropped_at is not None:
        # No refund: the submission is scored against the version that the boards show.
        evaluation.fail("version_dropped", "This version of the ground truth was given up.")
        return
    with kept_alive(evaluation):
        try:
            scores = _measure(evaluation)
        except CannotBeScored as reason:
            fail(evaluation, reason.code, reason.detail)
        except OverLimit as limit:
            try_once_more_or_give_up(evaluation, f"Scoring this file took {limit}.")
        else:
            _record(evaluation, scores)
    submission = evaluation.submission
    activate_when_complete(evaluation.ground_truth)
    publish_when_due(submission.phase, submission.track)


def _measure(evaluation: Evaluation) -> list[PartScore]:
    """The file is read and scored in a child: this process has the key and the database, and reads nothing of it."""
    task = task_of(evaluation)
    scores = read_answer(ask(task), resamples=task.resamples)
    if isinstance(scores, Refused):
        raise CannotBeScored(scores.code, scores.detail)
    return scores


@transaction.atomic
def _record(evaluation: Evaluation, scores: list[PartScore]) -> None:
    evaluation.finish()
    Score.objects.bulk_create(_row(evaluation, score) for score in scores)


def _row(evaluation: Evaluation, score: PartScore) -> Score:
    low, high = score.interval or (None, None)
    return Score(
        evaluation=evaluation,
        part=score.part,
        value=score.value,
        interval_low=low,
        interval_high=high,
        replicates=score.replicates,
        class_replicates=score.class_replicates,
        report=score.report,
    )
