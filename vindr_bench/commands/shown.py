"""How values are written for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rich.table import Table

    from vindr_bench.answers import Interval
    from vindr_bench.board import BoardRow

NOTHING = "-"
BOARD_DIGITS = 3
"""A board has no more."""


def plain(text: str) -> str:
    """A text from elsewhere on one line: a terminal obeys what it is sent, so what can't be printed is escaped."""
    return "".join(mark if mark.isprintable() else ascii(mark)[1:-1] for mark in text)


def harmless(text: str) -> str:
    """A text from elsewhere with its lines and tabs."""
    return "\n".join("\t".join(map(plain, line.removesuffix("\r").split("\t"))) for line in text.split("\n"))


def number(value: float | None, digits: int = 4) -> str:
    """A score."""
    return NOTHING if value is None else f"{value:.{digits}f}"


def signed(value: float | None, digits: int = 4) -> str:
    """A difference."""
    return NOTHING if value is None else f"{value:+.{digits}f}"


def between(interval: Interval | None, digits: int = 4) -> str:
    """An interval."""
    return NOTHING if interval is None else f"{interval[0]:.{digits}f} to {interval[1]:.{digits}f}"


def when(instant: datetime | None) -> str:
    """A time in UTC and, where that is another, in the reader's zone."""
    if instant is None:
        return NOTHING
    utc, local = instant.astimezone(UTC), instant.astimezone()
    here = f" ({local:%Y-%m-%d %H:%M %Z})" if local.utcoffset() else ""
    return f"{utc:%Y-%m-%d %H:%M} UTC{here}"


def left_today(uploads: int) -> str:
    """What may still be uploaded."""
    return "1 upload left today" if uploads == 1 else f"{uploads} uploads left today"


def ranks(row: BoardRow) -> str:
    """The ranks that the test images allow."""
    if row.rank is None or row.rank_low is None:
        return NOTHING
    return f"{row.rank_low} to {row.rank_high}" if row.rank_low != row.rank_high else f"{row.rank_low}"


def short(instant: datetime | None) -> str:
    """A time in UTC for a column whose head says so."""
    return NOTHING if instant is None else f"{instant.astimezone(UTC):%Y-%m-%d %H:%M}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 1, folds: int = 0) -> Table:
    """Columns without lines; the first `left` of them to the left, the others to the right.

    Where the terminal is narrow the column `folds` takes several lines, and no other: what is to be copied stays whole.
    """
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False, header_style="bold")
    for place, head in enumerate(heads):
        side: Literal["left", "right"] = "left" if place < left else "right"
        shown.add_column(head, justify=side, no_wrap=place != folds, overflow="fold")
    for row in rows:
        shown.add_row(*(Text(plain(cell)) for cell in row))
    return shown
