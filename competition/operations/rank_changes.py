"""What a version of the ground truth would change on the boards, or has changed: old rank → new rank of each team."""

import copy
from dataclasses import dataclass
from typing import Any

from competition.models import GroundTruth, Phase, Shows, Split, Submission, Track, now_in
from competition.operations.publish import rows_of


@dataclass(frozen=True)
class RankChange:
    """A team on one board: rank and score under the active version and under the other; None where it has none."""

    phase: str
    track: str
    part: str
    team: str
    rank_before: int | None
    rank_after: int | None
    score_before: float | None
    score_after: float | None

    @property
    def moves(self) -> bool:
        """Whether the team's place changes."""
        return self.rank_before != self.rank_after


def rank_changes(truth: GroundTruth) -> list[RankChange]:
    """Of every board with submissions, in the order of the new ranks; for organizers' eyes.

    Boards are computed as they would be published, a phase that shows nothing as if it showed the public part; with a
    split the final board on the private part is told too. Nothing is written.
    """
    active = GroundTruth.objects.active().filter(competition=truth.competition_id).first()
    if active is None:
        return []
    changes = []
    for phase, track in _boards(truth):
        for seen in _as_seen(phase):
            before, after = rows_of(seen, track, active), rows_of(seen, track, truth)
            changes += _compare(seen, track, before.entries, after.entries)
    return changes


def _boards(truth: GroundTruth) -> list[tuple[Phase, Track]]:
    measured = truth.tracks.values("track")
    pairs = Submission.objects.filter(team__competition=truth.competition_id, track__in=measured)
    named = pairs.order_by("phase__opens_at", "phase", "track").values_list("phase", "track").distinct()
    phases, tracks = Phase.objects.in_bulk(), Track.objects.in_bulk()
    return [(phases[phase], tracks[track]) for phase, track in named.values_list("phase", "track")]


def _as_seen(phase: Phase) -> list[Phase]:
    """Copies of the phase: as its board is, and where there is a split as the final board will be."""
    now = copy.copy(phase)
    if now.shows == Shows.NOTHING:
        now.shows = Shows.PUBLIC
    if now.shows == Shows.PRIVATE or not Split.objects.filter(competition=phase.competition_id).exists():
        return [now]
    final = copy.copy(phase)
    final.shows, final.revealed_at = Shows.PRIVATE, phase.revealed_at or now_in(phase.competition_id)
    return [now, final]


def _compare(phase: Phase, track: Track, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[RankChange]:
    old = {entry["team"]: entry for entry in before if not entry["baseline"]}
    new = {entry["team"]: entry for entry in after if not entry["baseline"]}
    teams = [*new, *(team for team in old if team not in new)]
    return [
        RankChange(
            phase=phase.key,
            track=track.kind,
            part="private" if phase.shows == Shows.PRIVATE else "public",
            team=team,
            rank_before=old[team]["rank"] if team in old else None,
            rank_after=new[team]["rank"] if team in new else None,
            score_before=old[team]["score"] if team in old else None,
            score_after=new[team]["score"] if team in new else None,
        )
        for team in teams
    ]
