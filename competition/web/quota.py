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


def slots_of(team: Team, competition: Competition, now: datetime) -> list[Slot]:
    """The open phases by the tracks, with the team's quota in each."""
    return [
        Slot(phase, track, quota_of(team, phase, track, now))
        for phase in competition.phases.open(now)
        for track in competition.tracks.all()
    ]
