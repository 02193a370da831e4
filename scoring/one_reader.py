"""Refuses the readings of several radiologists as ground truth, which is what they agreed on."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.faults import Faults, shown
from scoring.table import Batch

_COLUMN = "rad_id"


def reader_columns(header: Sequence[str]) -> list[str]:
    """The columns that name a reader: `rad_id` in the released files, `rad_ID` in the paper."""
    return [name for name in header if name.lower() == _COLUMN]


class OneReader:
    """Checks that a column of readers, if there is one, names the same in every row."""

    def __init__(self, header: Sequence[str], faults: Faults) -> None:
        self._faults = faults
        self._positions = [header.index(name) for name in reader_columns(header)[:1]]
        self._name: str | None = None
        self._found_another = False

    def check(self, batch: Batch) -> None:
        """Report the first row of another reader; the rest would say the same."""
        for position in self._positions:
            cells = batch.cells(position)
            if self._name is None and cells.values:
                self._name = cells.values[0]
            if not self._found_another and set(cells.values) - {self._name}:
                self._found_another = True
                self._report(batch, position)

    def _report(self, batch: Batch, position: int) -> None:
        values = batch.columns[position]
        row = next(i for i, value in enumerate(values) if value != self._name)
        detail = (
            f"The rows are of several readers, {shown(self._name or '')} and {shown(values[row])}; "
            "ground truth is their consensus, one row for each box or image."
        )
        column = batch.header[position]
        self._faults.add("several_readers", int(batch.lines[row]), column, values[row], detail)
