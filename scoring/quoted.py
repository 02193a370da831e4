"""The text of a faulty line as it can be shown: the cell marked, cut to a length, and nothing in it that isn't seen."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scoring.errors import Problem

BESIDE: Final = 60
"""Characters that are shown on either side of the cell."""
OF_CELL: Final = 80
LOOKED_AT: Final = 20_000
"""Bytes of a line within which its cells are looked for."""
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True)
class QuotedLine:
    """`marked` is the cell that a problem is about; empty where none can be told."""

    before: str
    marked: str
    after: str


def quoted_lines(content: bytes, problems: Sequence[Problem]) -> list[QuotedLine | None]:
    """The line of each problem; None for one that has no line, such as a missing image.

    Lines are physical ones, as in `Problem.line`. Bytes that are no UTF-8, and characters that can't be seen or that
    turn the direction of others, are written as escapes.
    """
    lines = _lines(content, {problem.line for problem in problems if problem.line})
    header = _lines(content, {1}).get(1, "").removeprefix("\ufeff")
    places = {name.casefold(): place for place, name in reversed(list(enumerate(_names(header))))}
    return [_quoted(lines.get(problem.line or 0), problem, places) for problem in problems]


def _lines(content: bytes, numbers: set[int]) -> dict[int, str]:
    """number → its text, without the end of the line."""
    found: dict[int, str] = {}
    start, last = 0, max(numbers, default=0)
    for number in range(1, last + 1):
        end = content.find(b"\n", start)
        stop = len(content) if end < 0 else end
        if number in numbers:
            line = content[start : min(stop, start + LOOKED_AT)]
            found[number] = line.removesuffix(b"\r").decode("utf-8", errors="backslashreplace")
        if end < 0:
            break
        start = end + 1
    return found


def _quoted(line: str | None, problem: Problem, places: dict[str, int]) -> QuotedLine | None:
    if line is None:
        return None
    cells = _cells(line)
    place = places.get((problem.column or "").casefold())
    if place is None or place >= len(cells):
        return QuotedLine(_cut(line, 2 * BESIDE + OF_CELL), "", "")
    start, end = cells[place]
    before = line[max(start - BESIDE, 0) : start]
    return QuotedLine(
        before=("…" if start > BESIDE else "") + _seen(before),
        marked=_cut(line[start:end], OF_CELL),
        after=_cut(line[end:], BESIDE),
    )


def _names(header: str) -> list[str]:
    return [header[start:end].strip('"') for start, end in _cells(header)]


def _cells(line: str) -> list[tuple[int, int]]:
    """Where each cell begins and ends, quotes included."""
    cells, start, inside = [], 0, False
    for place, char in enumerate(line):
        if char == '"':
            inside = not inside
        elif char == "," and not inside:
            cells.append((start, place))
            start = place + 1
    return [*cells, (start, len(line))]


def _cut(text: str, length: int) -> str:
    return _seen(text) if len(text) <= length else f"{_seen(text[:length])}…"


def _seen(text: str) -> str:
    return "".join(char if unicodedata.category(char) not in _UNSEEN else _escape(char) for char in text)


def _escape(char: str) -> str:
    return "→" if char == "\t" else char.encode("unicode_escape").decode()
