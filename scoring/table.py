"""A CSV file as a header and batches of columns, read strictly and a piece at a time."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.errors import KEPT_PROBLEMS, FaultyFile, Problem
from scoring.faults import Cells, Faults
from scoring.limits import NO_LIMITS, Limits
from scoring.octets import Octets, chosen
from scoring.progress import tell
from scoring.text import LONGEST_ROW, check_text, refuse_long_row

_BLOCK_BYTES = 1 << 20
# Cells as strings take many times the room that they have in the file.
_PIECE_BYTES = 1 << 18
_TAIL_BYTES = 1 << 12


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


@dataclass(frozen=True)
class _Rows:
    """Rows as they come. `columns` is set where they are known to be as wide as the header."""

    lines: Sequence[int] | NDArray[np.int64]
    cells: Sequence[Sequence[str]] = ()
    columns: Sequence[Sequence[str]] | None = None


class Table:
    """One CSV file. FaultyFile at once where it isn't text or has no header; faults of rows are collected."""

    def __init__(self, data: bytes, faults: Faults, limits: Limits = NO_LIMITS) -> None:
        if limits.bytes is not None and len(data) > limits.bytes:
            detail = f"The file has {len(data)} bytes; at most {limits.bytes} are read."
            raise FaultyFile([Problem("file_too_large", None, None, None, detail)])
        check_text(data)
        self._faults = faults
        self._limits = limits
        self._source = _quoted_rows(data) if b'"' in data else _plain_rows(data)
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

    def _within_limit(self, rows: _Rows) -> _Rows:
        limit = self._limits.rows
        if limit is None or self.rows + len(rows.lines) <= limit:
            return rows
        room = limit - self.rows
        detail = f"The file has more than {limit} rows; the rest was not read."
        self._faults.add("too_many_rows", int(rows.lines[room]), None, None, detail)
        self.complete = False
        columns = None if rows.columns is None else [column[:room] for column in rows.columns]
        return _Rows(rows.lines[:room], rows.cells[:room], columns)

    def _batch(self, rows: _Rows) -> Batch:
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


def _bounds(data: bytes) -> tuple[int, int]:
    """Where the rows begin and end in the file: without byte-order mark, final line end and blank lines before it."""
    start = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    end = len(data)
    while True:
        tail = max(start, end - _TAIL_BYTES)
        text = data[tail:end].rstrip(b"\r\n")
        end = tail + len(text)
        if text or tail == start:
            return start, end


def _plain_rows(data: bytes) -> Iterator[_Rows]:
    """The header, then blocks of rows, of a file without quotes."""
    start, end = _bounds(data)
    header_end = data.find(b"\n", start, end)
    header_end = end if header_end < 0 else header_end
    header = _split(data[start:header_end].decode().removesuffix("\r"))
    yield _Rows(range(1, 2), [header])

    line, done = 2, header_end
    for block in _cut(data, header_end + 1, end, _BLOCK_BYTES):
        done += 1 + len(block)
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n").removesuffix(b"\r")
        for rows in _plain_block(block, line, len(header)):
            yield rows
            line += len(rows.lines)
        tell("reading", done, end)


def _cut(data: bytes, start: int, end: int, size: int) -> Iterator[bytes]:
    """The lines from start to end in blocks of at most `size` bytes, without the line feed between two blocks."""
    while start < end:
        stop = end if end - start <= size else data.rfind(b"\n", start, start + size)
        yield data[start:stop]
        start = stop + 1


def _plain_block(block: bytes, line: int, width: int) -> Iterator[_Rows]:
    """The rows of a block without quotes and final line end; at once by columns where all are as wide as the
    header.

    A line feed and a comma are the only ends of a cell: other separators that Unicode knows are text.
    """
    # A row of one column may be blank, which is no cell and not an empty one.
    columns = Octets(block).columns(width) if width > 1 else None
    if columns is not None:
        yield _Rows(np.arange(line, line + len(columns[0])), columns=columns)
        return
    for piece in _cut(block, 0, len(block), _PIECE_BYTES):
        rows = [_split(row) for row in piece.decode().split("\n")]
        yield _Rows(range(line, line + len(rows)), rows)
        line += len(rows)


def _split(row: str) -> list[str]:
    return row.split(",") if row else []


def _quoted_rows(data: bytes) -> Iterator[_Rows]:
    """The header, then batches of rows, of a file with quotes, which are known to be well placed."""
    start, end = _bounds(data)
    physical = _Lines(data[start:end])
    reader = csv.reader(physical, strict=True)
    lines: list[int] = []
    rows: list[list[str]] = []
    line, size, all_lines = 1, 0, data.count(b"\n", start, end) + 1
    for cells in reader:
        size += physical.row_length
        physical.row_length = 0
        lines.append(line)
        rows.append(cells)
        line = reader.line_num + 1
        if size >= _PIECE_BYTES or lines == [1]:
            yield _Rows(lines, rows)
            tell("reading", line, all_lines)
            lines, rows, size = [], [], 0
    if rows:
        yield _Rows(lines, rows)


class _Lines:
    """Physical lines for csv.reader, which stop a row that never ends: the reader would hold all of it in memory."""

    def __init__(self, data: bytes) -> None:
        self._lines = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="\n")
        self._number = 0
        self._row_line = 1
        self.row_length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._number += 1
        if self.row_length == 0:
            self._row_line = self._number
        self.row_length += len(line)
        if self.row_length > LONGEST_ROW:
            refuse_long_row(self._row_line)
        return line
