"""Workers are told to look over what has been scored, when nothing else waits for them."""

from datetime import timedelta

from django.db.models.functions import Now

from competition import queue
from competition.lifecycle import EvaluationState
from competition.models import Evaluation

HOPE = timedelta(days=1)
"""For how long after its score a submission that was not looked over is rung for."""
PATIENCE = timedelta(minutes=10)
"""For how long looks make way for submissions that wait."""
MOST_AT_ONCE = 2
"""So few that a submission that comes meanwhile waits for no more than these."""


def ring_for_looks() -> None:
    """Ring for the submissions that were scored and not looked over yet, the oldest first."""
    unseen = Evaluation.objects.filter(
        state=EvaluationState.DONE, finished_at__gt=Now() - HOPE, submission__signature__isnull=True
    )
    most = MOST_AT_ONCE
    if Evaluation.objects.filter(state=EvaluationState.WAITING).exists():
        unseen, most = unseen.filter(finished_at__lt=Now() - PATIENCE), 1
    for evaluation_id in unseen.order_by("finished_at", "pk").values_list("pk", flat=True)[:most]:
        queue.ring_to_look_over(evaluation_id)
