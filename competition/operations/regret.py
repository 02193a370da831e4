"""What a team's choice for the final board has cost it: its best submission less the best of those that stand."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from competition.models import Declaration, GroundTruth, Part, Phase, Split, Track
from competition.operations.stand import best_of, picks_of
from competition.operations.standings import Standing, standings


@dataclass(frozen=True)
class Choice:
    """One team on the final board of a track. Scores are as measured; None where none of its picks is left."""

    track: str
    team: str
    chosen: bool
    submissions: list[str]
    declared: bool
    """Whether each of these has a declaration."""
    score: float | None
    best: float

    @property
    def regret(self) -> float | None:
        """At least 0."""
        return None if self.score is None else self.best - self.score


def choices_of(phase: Phase) -> list[Choice]:
    """By track, the greatest regret first; none before the picks are frozen. For organizers only."""
    truth = GroundTruth.objects.active().filter(competition=phase.competition_id).first()
    if phase.picks_frozen_at is None or truth is None:
        return []
    split = Split.objects.filter(competition=phase.competition_id).exists()
    part = Part.PRIVATE if split else Part.PUBLIC
    return [
        choice
        for track in phase.competition.tracks.all()
        for choice in sorted(
            _of_track(phase, track, truth, part), key=lambda choice: (-(choice.regret or 0), choice.team)
        )
    ]


def _of_track(phase: Phase, track: Track, truth: GroundTruth, part: str) -> Iterator[Choice]:
    on_board = [standing for standing in standings(phase, track, truth, part) if not standing.withdrawn]
    declared = {str(pk) for pk in Declaration.objects.current_of(row.submission_id for row in on_board)}
    for _, group in groupby(on_board, key=lambda standing: standing.team_id):
        yield _choice(list(group), phase, track, declared)


def _choice(team: list[Standing], phase: Phase, track: Track, declared: set[str]) -> Choice:
    picks = picks_of(team, phase)
    return Choice(
        track=track.kind,
        team=team[0].team,
        chosen=any(standing.selected for standing in picks),
        submissions=[standing.submission_id for standing in picks],
        declared=all(standing.submission_id in declared for standing in picks),
        score=best_of(picks).value if picks else None,
        best=best_of(team).value,
    )
