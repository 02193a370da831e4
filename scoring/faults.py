"""Collects the faults of one file: counts all of them, keeps the first hundred in file order."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.errors import KEPT_OF_A_KIND, KEPT_PROBLEMS, FaultyFile, Kind, Problem
from scoring.octets import are_empty, chosen

_LONGEST_VALUE = 100

_Placed = tuple[float, int, int, int, Problem]
"""A fault with its place in the order of the file: line, column, number within the cell, time of finding."""


@dataclass(frozen=True)
class Cells:
    """Cells of one column with the line of each; `lines` is None for what no line has.

    `within` is set where a cell holds several numbers: the position of each in its cell, six to a box.
    """

    column: str
    lines: Sequence[int] | NDArray[np.int64] | None
    values: Sequence[str]
    within: Sequence[int] | NDArray[np.int64] | None = None

    def where(self, kept: NDArray[np.bool_]) -> Cells:
        """These of the cells."""

        def of(places: Sequence[int] | NDArray[np.int64] | None) -> NDArray[np.int64] | None:
            return None if places is None else np.asarray(places, np.int64)[kept]

        return Cells(self.column, of(self.lines), chosen(self.values, kept), of(self.within))


class Faults:
    """The faults found so far. A million of them take no more memory than a hundred."""

    def __init__(self) -> None:
        self.total = 0
        self._columns: dict[str, int] = {}
        self._kept: list[_Placed] = []
        self._count: dict[str, int] = {}
        self._first: dict[str, list[_Placed]] = {}

    def name_columns(self, header: Sequence[str]) -> None:
        """Tell the order of the columns, by which faults of one line are ordered."""
        self._columns = {name: position for position, name in enumerate(header)}

    def add(
        self, code: str, line: int | None, column: str | None, value: str | None, detail: str, within: int = 0
    ) -> None:
        """Count one fault, and keep it if it is among the first. Faults without a line come last."""
        self.total += 1
        position = -1 if column is None else self._columns.get(column, len(self._columns))
        problem = Problem(code, line, column, shortened(value), detail)
        placed = (math.inf if line is None else line, position, within, self.total, problem)
        self._count[code] = self._count.get(code, 0) + 1
        self._keep(placed, self._kept, KEPT_PROBLEMS)
        self._keep(placed, self._first.setdefault(code, []), KEPT_OF_A_KIND)

    def add_each(self, code: str, cells: Cells, where: NDArray[np.intp], detail: Callable[[str], str]) -> None:
        """Count the cells at these ascending positions. Only the first hundred of them can ever be shown."""
        for i in where[:KEPT_PROBLEMS].tolist():
            value, within = cells.values[i], 0
            line = None if cells.lines is None else int(cells.lines[i])
            sentence = detail(value)
            if cells.within is not None:
                within = int(cells.within[i])
                sentence = f"Box {within // 6 + 1}, number {within % 6 + 1}: {sentence}"
            self.add(code, line, cells.column, value, sentence, within)
        self.add_unseen(code, len(where[KEPT_PROBLEMS:]))

    def add_unseen(self, code: str, count: int) -> None:
        """Count faults that come after a hundred others of their kind and so can never be shown."""
        if count:
            self.total += count
            self._count[code] = self._count.get(code, 0) + count

    def add_unknown(self, code: str, cells: Cells, unknown: NDArray[np.bool_], detail: Callable[[str], str]) -> None:
        """Count the cells where `unknown`: as `empty_cell` where there is nothing in it, else as `code`."""
        if not unknown.any():
            return
        empty = are_empty(cells.values)
        self.add_each("empty_cell", cells, np.flatnonzero(unknown & empty), lambda value: "The cell is empty.")
        self.add_each(code, cells, np.flatnonzero(unknown & ~empty), detail)

    def raise_any(self) -> None:
        """FaultyFile if there is a fault."""
        if self.total:
            kinds = [
                Kind(code, count, tuple(problem for *_, problem in _first(self._first.get(code, []), KEPT_OF_A_KIND)))
                for code, count in self._count.items()
            ]
            raise FaultyFile([problem for *_, problem in _first(self._kept, KEPT_PROBLEMS)], self.total, kinds)

    @staticmethod
    def _keep(placed: _Placed, among: list[_Placed], most: int) -> None:
        among.append(placed)
        if len(among) > 4 * most:
            among[:] = _first(among, most)


def _first(placed: list[_Placed], most: int) -> list[_Placed]:
    """The first ones in file order."""
    return sorted(placed, key=lambda one: one[:-1])[:most]


def shortened(value: str | None) -> str | None:
    """A cell as it is shown: its first hundred characters."""
    if value is None or len(value) <= _LONGEST_VALUE:
        return value
    return value[:_LONGEST_VALUE] + "…"


def shown(value: str) -> str:
    """A cell inside a sentence, with what is invisible or not ASCII escaped: a Cyrillic letter is not the Latin one."""
    return ascii(shortened(value))


def why_blanks(value: str) -> str:
    """The sentence about a name that begins or ends with a blank."""
    return f"{shown(value)} has blanks around it; write the bare name."
