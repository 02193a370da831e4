"""What an organizer watches of the competition: counts, duplicates, recounts, and the versions of the ground truth."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from competition.lifecycle import EvaluationState
from competition.models import Competition, GroundTruth, Recount, Submission

MOST_DUPLICATES = 50


def counts_of(competition: Competition) -> QuerySet[Submission, dict[str, Any]]:
    """One row for each phase and track that has submissions: how many are where."""
    current = Q(evaluations__ground_truth__state="active")
    return (
        Submission.objects.filter(team__competition=competition)
        .values("phase__title", "track__kind")
        .annotate(
            submissions=Count("pk", distinct=True),
            teams=Count("team", distinct=True),
            waiting=Count("pk", distinct=True, filter=current & Q(evaluations__state=EvaluationState.WAITING)),
            running=Count("pk", distinct=True, filter=current & Q(evaluations__state=EvaluationState.RUNNING)),
            scored=Count("pk", distinct=True, filter=current & Q(evaluations__state=EvaluationState.DONE)),
            failed=Count("pk", distinct=True, filter=current & Q(evaluations__state=EvaluationState.FAILED)),
            withdrawn=Count("pk", distinct=True, filter=Q(withdrawn_at__isnull=False)),
            disqualified=Count("pk", distinct=True, filter=Q(disqualified_at__isnull=False)),
        )
        .order_by("phase__opens_at", "phase__title", "track__kind")
    )


def duplicates_of(competition: Competition) -> list[tuple[str, list[Submission]]]:
    """Files that teams have in common: SHA-256 and the first submission of each team, the newest such file first."""
    of_competition = Submission.objects.filter(team__competition=competition)
    shared = of_competition.values("sha256").annotate(teams=Count("team", distinct=True)).filter(teams__gt=1)
    found: dict[str, dict[int, Submission]] = {}
    submissions = of_competition.filter(sha256__in=shared.values("sha256")).select_related("team", "track", "phase")
    for submission in submissions.order_by("received_at"):
        found.setdefault(submission.sha256, {}).setdefault(submission.team_id, submission)
    groups = [(sha256, list(by_team.values())) for sha256, by_team in found.items()]
    return sorted(groups, key=lambda group: group[1][-1].received_at, reverse=True)[:MOST_DUPLICATES]


def recounts_of(competition: Competition) -> QuerySet[Recount]:
    """What the last recount of each of its boards found."""
    return Recount.objects.of(competition).finished().latest().select_related("phase", "track")


def versions_of(competition: Competition) -> QuerySet[GroundTruth]:
    """Every version of the ground truth, the newest first, with how far the scoring against it is."""
    versions = GroundTruth.objects.filter(competition=competition).with_progress()
    return versions.select_related("created_by").order_by("-version")
