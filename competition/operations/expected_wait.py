"""How long a file that waits is likely to wait, from how long the last ones took."""

from statistics import median

from django.db.models import F

from competition.lifecycle import EvaluationState
from competition.models import Detail, Evaluation, Phase

LOOKED_AT = 20
LOOKED_THROUGH = 200
"""Among so many of the last ones, at most."""
STEPS = (5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)
"""Seconds. A wait is told in these steps: nobody can keep a promise of 7 s, and a page would change without news."""


def expected_wait(place: int, phase: Phase) -> int | None:
    """Seconds until the file of that phase at that place of the queue is scored, taken one after another, in steps.

    None where nothing has been scored yet to go by. How long another phase's held scores took is told nobody by this.
    """
    of = ("submission__phase", "submission__phase__detail", "submission__phase__revealed_at")
    done = Evaluation.objects.filter(state=EvaluationState.DONE, started_at__isnull=False).order_by("-pk")
    rows = done.annotate(took=F("finished_at") - F("started_at")).values_list("took", *of)[:LOOKED_THROUGH]
    seconds = [
        took.total_seconds()
        for took, other, detail, revealed_at in rows
        if other == phase.pk or detail != Detail.COMPOSITE or revealed_at is not None
    ][:LOOKED_AT]
    if not seconds:
        return None
    wait = place * median(seconds)
    return next((step for step in STEPS if step >= wait), STEPS[-1])
