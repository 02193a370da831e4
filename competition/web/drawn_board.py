"""A published board as it is drawn: made once for each version, whoever reads it."""

import hashlib
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from math import ceil, floor
from typing import Any

from competition.models import Board
from competition.operations.name_team import team_name_key
from competition.web.kept import Kept

STEP = 0.05
MARK_WIDTH = 1.2
MOST_ROWS = 10_000
"""Rows of all boards that a process keeps; a drawn one takes some 5 kB."""

Entry = dict[str, Any]


@dataclass(frozen=True)
class Bar:
    """An interval as it is drawn, on a scale of 0 to 100."""

    low: float
    width: float
    mark: float


@dataclass(frozen=True)
class Scale:
    """The scores from left to right of the drawn intervals."""

    low: float
    high: float

    def place(self, value: float) -> float:
        """0 at the left end, 100 at the right one."""
        return round(100 * (value - self.low) / (self.high - self.low), 2)


@dataclass(frozen=True, eq=False)
class Row:
    """A row of the board, and what the page adds to it."""

    entry: Entry
    anchor: str
    key: str
    """The team's name as it is searched."""
    bar: Bar | None
    tied: bool
    like_above: bool
    like_first: bool
    moved: int
    """Ranks won since the public board; negative: lost."""
    new: bool
    """Whether the team was not on the board a day before."""
    won: int
    """Ranks won within a day; negative: lost."""

    @property
    def moved_down(self) -> int:
        """Ranks lost since the public board."""
        return -self.moved

    @property
    def lost(self) -> int:
        """Ranks lost within a day."""
        return -self.won


@dataclass(frozen=True)
class Drawn:
    """All rows of one version. `html`: what was rendered of them, by what it depends on beside them, and by team."""

    rows: list[Row]
    scale: Scale | None
    tells_pairs: bool
    tells_public_rank: bool
    tells_movement: bool
    html: dict[Hashable, dict[str, str]] = field(default_factory=dict)

    @property
    def ranked(self) -> int:
        """How many teams have a rank."""
        return sum(row.entry["rank"] is not None for row in self.rows)

    def row_of(self, team: str) -> Row | None:
        """The row of the team of that name."""
        return next((row for row in self.rows if row.entry["team"] == team), None)


NOTHING_DRAWN = Drawn([], None, False, False, False)


def drawn(board: Board | None, before: Board | None) -> Drawn:
    """The board with what moved since `before`; both may come without their rows."""
    if board is None:
        return NOTHING_DRAWN
    if before is not None and before.pk == board.pk:
        before = board
    key = (board.pk, board.etag, before and (before.pk, before.etag))
    return _drawn.get(key, lambda: _draw(entries_of(board), None if before is None else entries_of(before)))


def entries_of(board: Board) -> list[Entry]:
    """The rows of a board, as they were published; nobody changes them."""
    stored = Board.objects.filter(pk=board.pk).values_list("entries", flat=True)
    return _entries.get((board.pk, board.etag), stored.get)


def anchor_of(team: str) -> str:
    """Where on the page a team stands: the same for as long as its name."""
    return f"team-{hashlib.sha256(team.encode()).hexdigest()[:10]}"


_entries: Kept[list[Entry]] = Kept(MOST_ROWS)
_drawn: Kept[Drawn] = Kept(MOST_ROWS, lambda one: len(one.rows))


def _draw(entries: list[Entry], before: list[Entry] | None) -> Drawn:
    scale = _scale(entries)
    ranks = Counter(entry["rank"] for entry in entries if entry["rank"] is not None)
    first = min(ranks, default=None)
    old = None if before is None else {entry["team"]: entry["rank"] for entry in before}
    rows = [_row(entry, scale, ranks, first, old) for entry in entries]
    return Drawn(
        rows=rows,
        scale=scale,
        tells_pairs=any(entry["separable_from_first"] is not None for entry in entries),
        tells_public_rank=any(entry.get("public_rank") is not None for entry in entries),
        tells_movement=old is not None and any(row.new or row.won for row in rows),
    )


def _row(
    entry: Entry, scale: Scale | None, ranks: Counter[int], first: int | None, old: dict[str, int | None] | None
) -> Row:
    leads = entry["rank"] in (first, None)
    return Row(
        entry=entry,
        anchor=anchor_of(entry["team"]),
        key=team_name_key(entry["team"]),
        bar=_bar(entry, scale) if scale else None,
        tied=ranks[entry["rank"]] > 1,
        like_above=entry["separable_from_above"] is False and not leads,
        like_first=entry["separable_from_first"] is False and not leads,
        moved=_ranks_won(entry.get("public_rank"), entry["rank"]),
        new=old is not None and entry["team"] not in old,
        won=0 if old is None else _ranks_won(old.get(entry["team"]), entry["rank"]),
    )


def _ranks_won(before: int | None, now: int | None) -> int:
    return 0 if before is None or now is None else before - now


def _scale(entries: list[Entry]) -> Scale | None:
    """From the lowest to the highest end of an interval, in steps of 0.05; None without any."""
    ends = [end for entry in entries if entry["interval"] for end in (*entry["interval"], entry["score"])]
    if not ends:
        return None
    low, high = floor(min(ends) / STEP) * STEP, ceil(max(ends) / STEP) * STEP
    return Scale(low, high) if low < high else Scale(0.0, 1.0)


def _bar(entry: Entry, scale: Scale) -> Bar | None:
    if not entry["interval"]:
        return None
    low, high = (scale.place(end) for end in entry["interval"])
    return Bar(
        low=low,
        width=round(max(high - low, 0.5), 2),
        mark=round(min(max(scale.place(entry["score"]) - MARK_WIDTH / 2, 0), 100 - MARK_WIDTH), 2),
    )
