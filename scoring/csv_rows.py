"""The rows of a CSV file as they come: cut out of its bytes a piece at a time, with the lines where they begin."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.octets import Octets
from scoring.progress import tell
from scoring.text import refuse_long_row

_BLOCK_BYTES = 1 << 20
# Cells as strings take many times the room that they have in the file.
_PIECE_BYTES = 1 << 18
_TAIL_BYTES = 1 << 12


@dataclass(frozen=True)
class Rows:
    """Rows as they come. `columns` is set where they are known to be as wide as the header."""

    lines: Sequence[int] | NDArray[np.int64]
    cells: Sequence[Sequence[str]] = ()
    columns: Sequence[Sequence[str]] | None = None


def rows_of(data: bytes, longest_row: int | None) -> Iterator[Rows]:
    """The header alone, then the rows after it, of bytes that `check_text` has let pass.

    FaultyFile at a row of several lines that is longer than `longest_row` bytes.
    """
    return _quoted_rows(data, longest_row) if b'"' in data else _plain_rows(data)


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


def _plain_rows(data: bytes) -> Iterator[Rows]:
    """The header, then blocks of rows, of a file without quotes."""
    start, end = _bounds(data)
    header_end = data.find(b"\n", start, end)
    header_end = end if header_end < 0 else header_end
    header = _split(data[start:header_end].decode().removesuffix("\r"))
    yield Rows(range(1, 2), [header])

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
    """The lines from start to end in blocks of about `size` bytes, without the line feed between two blocks."""
    while start < end:
        stop = end if end - start <= size else data.rfind(b"\n", start, start + size)
        if stop < 0:
            # One line that is longer by itself.
            stop = data.find(b"\n", start + size, end)
        if stop < 0:
            stop = end
        yield data[start:stop]
        start = stop + 1


def _plain_block(block: bytes, line: int, width: int) -> Iterator[Rows]:
    """The rows of a block without quotes and final line end; at once by columns where all are as wide as the
    header.

    A line feed and a comma are the only ends of a cell: other separators that Unicode knows are text.
    """
    # A row of one column may be blank, which is no cell and not an empty one.
    columns = Octets(block).columns(width) if width > 1 else None
    if columns is not None:
        yield Rows(np.arange(line, line + len(columns[0])), columns=columns)
        return
    for piece in _cut(block, 0, len(block), _PIECE_BYTES):
        rows = [_split(row) for row in piece.decode().split("\n")]
        yield Rows(range(line, line + len(rows)), rows)
        line += len(rows)


def _split(row: str) -> list[str]:
    return row.split(",") if row else []


def _quoted_rows(data: bytes, longest_row: int | None) -> Iterator[Rows]:
    """The header, then batches of rows, of a file with quotes, which are known to be well placed."""
    start, end = _bounds(data)
    physical = _Lines(data[start:end], longest_row)
    if longest_row is None:
        # The module's own limit is the whole process's; where rows have one, no cell is over it.
        csv.field_size_limit(max(csv.field_size_limit(), end))
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
            yield Rows(lines, rows)
            tell("reading", line, all_lines)
            lines, rows, size = [], [], 0
    if rows:
        yield Rows(lines, rows)


class _Lines:
    """Physical lines for csv.reader, which stop a row that never ends: the reader would hold all of it in memory."""

    def __init__(self, data: bytes, longest_row: int | None) -> None:
        self._longest = longest_row
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
        if self._longest is not None and self.row_length > self._longest:
            refuse_long_row(self._row_line, self._longest)
        return line
