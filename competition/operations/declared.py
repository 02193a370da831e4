"""Which submissions that stand have a declaration, what everybody may read of it, and all of it for organizers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from competition.models import Competition, Declaration, Phase, Submission, Track


@dataclass(frozen=True)
class Declared:
    """What a team declares for one of its submissions that stand."""

    team: str
    phase: str
    track: str
    version: int
    declared_at: datetime
    items: list[dict[str, Any]]


def undeclared(phase: Phase, track: Track | None = None) -> list[Submission]:
    """What stands on the final board without a declaration, where one is required; none before the picks are frozen."""
    if not phase.competition.declarations_required:
        return []
    standing = Submission.objects.ranked().filter(phase=phase, picked_at__isnull=False, team__baseline=False)
    standing = standing if track is None else standing.filter(track=track)
    without = standing.filter(~Exists(Declaration.objects.filter(submission=OuterRef("pk"))))
    return list(without.select_related("team", "track").order_by("track", "team__name", "received_at"))


def names_of(submissions: list[Submission], most: int = 5) -> str:
    """The teams, as a sentence names them: the first few, and how many more."""
    teams = sorted({submission.team.name for submission in submissions})
    more = f" and {len(teams) - most} more" if len(teams) > most else ""
    return ", ".join(teams[:most]) + more


def public_declarations(competition: Competition, now: datetime, **of: Any) -> list[Declared]:
    """What everybody may read: after a phase's close what its teams have chosen, and what stands once that is told.

    of: further words about the submission, such as `phase=…` and `track=…`.
    """
    if not competition.declarations_public:
        return []
    closed = competition.phases.filter(closes_at__lte=now)
    told = Q(selected_at__isnull=False) | Q(picked_at__isnull=False, phase__revealed_at__isnull=False)
    standing = Submission.objects.ranked().filter(told, phase__in=closed, **of)
    newest = Declaration.objects.current_of(standing.values("pk"))
    rows = standing.select_related("team", "phase", "track").order_by("phase", "track", "team__name", "received_at")
    return [_declared(row, newest[row.pk]) for row in rows if row.pk in newest]


def all_declarations(competition: Competition) -> QuerySet[Declaration]:
    """Every version of every declaration, for organizers: by team, submission and version."""
    of_competition = Declaration.objects.filter(submission__team__competition=competition)
    related = of_competition.select_related("submission__team", "submission__phase", "submission__track", "author")
    return related.order_by("submission__team__name", "submission__received_at", "submission_id", "version")


def _declared(submission: Submission, declaration: Declaration) -> Declared:
    return Declared(
        team=submission.team.name,
        phase=submission.phase.key,
        track=submission.track.kind,
        version=declaration.version,
        declared_at=declaration.declared_at,
        items=declaration.items,
    )
