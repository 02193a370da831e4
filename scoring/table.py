"""A CSV file as a header and batches of columns, read strictly and a piece at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.csv_rows import Rows, rows_of
from scoring.errors import KEPT_PROBLEMS, FaultyFile, Problem
from scoring.faults import Cells, Faults
from scoring.limits import LONG_ROWS_ALONE, Limits
from scoring.octets import chosen
from scoring.text import check_text


@dataclass(frozen=True)
class Batch:
    """Some consecutive rows that are as wide as the header, by column; `lines` says where each begins.

    `misshapen` are the rows among them that are not (reported already) with their lines, for what can still
    be told from them.
    """

    header: Sequence[str]
    lines: Sequence[int] | NDArray[np.int64]
    columns: Sequence[Sequence[str]]
    misshapen: Sequence[tuple[int, Sequence[str]]]

    def cells(self, position: int) -> Cells:
        """The cells of the column at this position."""
        return Cells(self.header[position], self.lines, self.columns[position])

    def where(self, kept: NDArray[np.bool_]) -> Batch:
        """These of the rows."""
        columns = [chosen(column, kept) for column in self.columns]
        return Batch(self.header, np.asarray(self.lines, np.int64)[kept], columns, ())


class Table:
    """One CSV file. FaultyFile at once where it isn't text or has no header; faults of rows are collected."""

    def __init__(self, data: bytes, faults: Faults, limits: Limits = LONG_ROWS_ALONE) -> None:
        if limits.bytes is not None and len(data) > limits.bytes:
            detail = f"The file has {len(data)} bytes; at most {limits.bytes} are read."
            raise FaultyFile([Problem("file_too_large", None, None, None, detail)])
        check_text(data, limits.row_bytes)
        self._faults = faults
        self._limits = limits
        self._source = rows_of(data, limits.row_bytes)
        self.header: Sequence[str] = next(self._source).cells[0]
        faults.name_columns(self.header)
        self._check_header()
        self.rows = 0
        self.complete = True
        """False once reading stopped before the end of the file."""

    def batches(self) -> Iterator[Batch]:
        """The rows after the header, once."""
        for rows in self._source:
            kept = self._within_limit(rows)
            if len(kept.lines):
                self.rows += len(kept.lines)
                yield self._batch(kept)
            if not self.complete:
                return
        if not self.rows:
            self._faults.add("no_rows", None, None, None, "The file has a header and no rows.")
            self._faults.raise_any()

    def _check_header(self) -> None:
        if not self.header:
            self._faults.add("blank_line", 1, None, None, "The first line is blank; it must be the header.")
        elif len(self.header) == 1 and any(mark in self.header[0] for mark in ";\t|"):
            detail = "The columns are not separated by commas; save the file with commas."
            self._faults.add("delimiter", 1, None, self.header[0], detail)
        self._faults.raise_any()

    def _within_limit(self, rows: Rows) -> Rows:
        limit = self._limits.rows
        if limit is None or self.rows + len(rows.lines) <= limit:
            return rows
        room = limit - self.rows
        detail = f"The file has more than {limit} rows; the rest was not read."
        self._faults.add("too_many_rows", int(rows.lines[room]), None, None, detail)
        self.complete = False
        columns = None if rows.columns is None else [column[:room] for column in rows.columns]
        return Rows(rows.lines[:room], rows.cells[:room], columns)

    def _batch(self, rows: Rows) -> Batch:
        if rows.columns is not None:
            return Batch(self.header, rows.lines, rows.columns, ())
        width = len(self.header)
        if set(map(len, rows.cells)) == {width}:
            return Batch(self.header, rows.lines, list(zip(*rows.cells, strict=True)), ())
        well = [i for i, cells in enumerate(rows.cells) if len(cells) == width]
        misshapen = [i for i, cells in enumerate(rows.cells) if len(cells) != width]
        for i in misshapen[:KEPT_PROBLEMS]:
            self._report_width(int(rows.lines[i]), len(rows.cells[i]))
        self._count_widths([len(rows.cells[i]) for i in misshapen[KEPT_PROBLEMS:]])
        columns = list(zip(*(rows.cells[i] for i in well), strict=True)) or [()] * width
        lines = [rows.lines[i] for i in well]
        return Batch(self.header, lines, columns, [(rows.lines[i], rows.cells[i]) for i in misshapen])

    def _report_width(self, line: int, width: int) -> None:
        wanted = len(self.header)
        code = _code_of_width(width, wanted)
        if code == "blank_line":
            detail = "The line is blank; blank lines may stand at the end of the file only."
        else:
            detail = f"The row has {width} {'cell' if width == 1 else 'cells'} and the header {wanted}."
        self._faults.add(code, line, None, None, detail)

    def _count_widths(self, widths: Sequence[int]) -> None:
        codes = Counter(_code_of_width(width, len(self.header)) for width in widths)
        for code, count in codes.items():
            self._faults.add_unseen(code, count)


def _code_of_width(width: int, wanted: int) -> str:
    if width == 0:
        return "blank_line"
    return "short_row" if width < wanted else "long_row"
