"""Workers are told to look over what has been scored, when nothing else waits for them."""

from datetime import timedelta

from django.db.models.functions import Now

from competition import queue
from competition.lifecycle import EvaluationState
from competition.models import Evaluation

HOPE = timedelta(days=1)
"""For how long after its score a submission that was not looked over is rung for."""
MOST_AT_ONCE = 20
MOST_WHILE_BUSY = 1


def ring_for_looks() -> None:
    """Ring for the submissions that were scored and not looked over yet, the oldest first."""
    unseen = Evaluation.objects.filter(
        state=EvaluationState.DONE, finished_at__gt=Now() - HOPE, submission__signature__isnull=True
    )
    busy = Evaluation.objects.filter(state=EvaluationState.WAITING).exists()
    oldest = unseen.order_by("finished_at", "pk").values_list("pk", flat=True)
    for evaluation_id in oldest[: MOST_WHILE_BUSY if busy else MOST_AT_ONCE]:
        queue.ring_to_look_over(evaluation_id)
