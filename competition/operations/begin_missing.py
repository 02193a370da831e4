"""A submission that counts and has no evaluation against the labels that its board shows gets one.

Whoever stages a version opens an evaluation of all that counts by then. What counts again only later (a failed one that
an organizer has tried again against the version before, while the next was prepared) would wait without end.
"""

from functools import partial

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from competition import queue
from competition.lifecycle import TruthState
from competition.models import Competition, Evaluation, GroundTruth, Submission


def begin_missing() -> int:
    """Open them; returns how many that were. Any number of sweepers may do so at once."""
    competitions = {submission.track.competition_id for submission in _missing().select_related("track")}
    return sum(_begin(Competition.objects.get(pk=pk)) for pk in sorted(competitions))


@transaction.atomic
def _begin(competition: Competition) -> int:
    """Under the lock that uploads hold, so that no version takes over meanwhile."""
    competition.hold_truth()
    truth = GroundTruth.objects.active().get(competition=competition)
    missing = _missing().filter(track__competition=competition)
    rows = [
        Evaluation(submission_id=pk, ground_truth=truth, metric_version=truth.metric_version)
        for pk in missing.values_list("pk", flat=True)
    ]
    # Another sweeper may have been faster; then its row stands, and it rings.
    begun = Evaluation.objects.bulk_create(rows, ignore_conflicts=True)
    for evaluation in Evaluation.objects.filter(
        ground_truth=truth, submission__in=[row.submission_id for row in begun]
    ):
        transaction.on_commit(partial(queue.ring, evaluation.pk, evaluation.attempt), robust=True)
    return len(begun)


def _missing() -> QuerySet[Submission]:
    active = GroundTruth.objects.filter(
        state=TruthState.ACTIVE,
        absent=False,
        tracks__track=OuterRef("track"),
        competition=OuterRef("track__competition"),
    )
    there = Evaluation.objects.filter(
        submission=OuterRef("pk"),
        ground_truth__state=TruthState.ACTIVE,
        metric_version=F("ground_truth__metric_version"),
    )
    return Submission.objects.counting().filter(Exists(active), ~Exists(there))
