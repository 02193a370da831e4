"""How long a file that waits is likely to wait, from how long the last ones took."""

from statistics import median

from django.db.models import F

from competition.lifecycle import EvaluationState
from competition.models import Evaluation

LOOKED_AT = 20
STEPS = (5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)
"""Seconds. A wait is told in these steps: nobody can keep a promise of 7 s, and a page would change without news."""


def expected_wait(place: int) -> int | None:
    """Seconds until the file at that place of the queue is scored, taken one after another, in steps.

    None where nothing has been scored yet to go by.
    """
    done = Evaluation.objects.filter(state=EvaluationState.DONE, started_at__isnull=False).order_by("-pk")
    took = done.annotate(took=F("finished_at") - F("started_at")).values_list("took", flat=True)[:LOOKED_AT]
    seconds = [duration.total_seconds() for duration in took]
    if not seconds:
        return None
    wait = place * median(seconds)
    return next((step for step in STEPS if step >= wait), STEPS[-1])
