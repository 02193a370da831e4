"""What a team has left: one slot for each open phase and track."""

from dataclasses import dataclass
from datetime import datetime

from competition.models import Competition, Phase, Team, Track
from competition.operations.count_quota import QuotaState, quota_of


@dataclass(frozen=True)
class Slot:
    """Where an upload can go, and what is left there."""

    phase: Phase
    track: Track
    quota: QuotaState
    late: bool


def slots_of(team: Team, competition: Competition, now: datetime) -> list[Slot]:
    """The phases that take uploads, late ones too, by the tracks, with the team's quota in each."""
    return [
        Slot(phase, track, quota_of(team, phase, track, now), phase.takes_late(now))
        for phase in competition.phases.all()
        if phase.is_open(now) or phase.takes_late(now)
        for track in competition.tracks.all()
    ]
