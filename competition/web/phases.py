"""A competition's phases as the pages speak of them, and the newest boards of those phases."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from competition.models import Board, Competition, Phase, Track


@dataclass(frozen=True)
class Timetable:
    """The phases at one instant. `shown` is the one that a page is about when none is named."""

    now: datetime
    """By the competition's clock."""
    phases: list[tuple[Phase, str]]
    """Each with `upcoming`, `open` or `closed`."""
    open: list[Phase]
    next: Phase | None
    shown: Phase | None


@dataclass(frozen=True)
class Leaders:
    """Who heads the newest board of a track: the ranked rows at the top, and how many teams stand on it."""

    track: Track
    phase: Phase | None
    top: list[dict[str, Any]]
    teams: int


def timetable(competition: Competition, now: datetime) -> Timetable:
    """Without a query, where the phases are fetched."""
    phases = list(competition.phases.all())
    upcoming = [phase for phase in phases if phase.state(now) == "upcoming"]
    return Timetable(
        now=now,
        phases=[(phase, phase.state(now)) for phase in phases],
        open=[phase for phase in phases if phase.is_open(now)],
        next=upcoming[0] if upcoming else None,
        shown=competition.phases.all().shown_first(now),
    )


def leaders_of(
    competition: Competition, phase: Phase | None, boards: dict[tuple[int, int], Board], *, places: int
) -> list[Leaders]:
    """The heads of a competition's boards in a phase, one for each track."""
    return [_leaders(track, phase, boards, places) for track in competition.tracks.all()]


def newest_boards(phases: Iterable[Phase]) -> dict[tuple[int, int], Board]:
    """The newest board of each phase and track, in one query."""
    boards = Board.objects.filter(phase__in=list(phases)).newest()
    return {(board.phase_id, board.track_id): board for board in boards}


def _leaders(track: Track, phase: Phase | None, boards: dict[tuple[int, int], Board], places: int) -> Leaders:
    board = boards.get((phase.pk, track.pk)) if phase else None
    ranked = [entry for entry in board.entries if not entry["baseline"]] if board else []
    return Leaders(track, phase, ranked[:places], len(ranked))
