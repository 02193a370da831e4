"""Cells where they stand in a file's bytes: read many at a time as numbers or known names, and as text only on demand.

Eight bytes of a cell are handled at once as one unsigned 64-bit word, the first byte being the lowest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import compress
from typing import Final, overload

import numpy as np
from numpy.typing import NDArray

from scoring import compiled
from scoring.arrays import Flags, Indices

Words = NDArray[np.uint64]

WORD: Final = 8
MOST_WORDS: Final = 8
_MARGIN: Final = WORD * MOST_WORDS
_COMMA, _LINE_FEED, _POINT = b",\n."


class Octets:
    """A block of rows without quotes and carriage returns, with margins so that words may reach over its ends."""

    def __init__(self, block: bytes) -> None:
        self.bytes = np.zeros(len(block) + 2 * _MARGIN + 1, np.uint8)
        text = self.bytes[_MARGIN : -_MARGIN - 1]
        text[:] = np.frombuffer(block, np.uint8)
        self.bytes[-_MARGIN - 1] = _LINE_FEED
        # A word may begin at any byte: the words overlap.
        self.words: Words = np.ndarray((len(self.bytes) - WORD + 1,), "<u8", self.bytes.data, strides=(1,))

    def columns(self, width: int) -> list[OctetColumn] | None:
        """The cells by column, None where a row has not exactly `width` of them."""
        if compiled.is_used():
            places = compiled.split_cells(self.bytes, width, int(np.count_nonzero(self.bytes == _LINE_FEED)))
        else:
            places = self._places(width)
        return None if places is None else [OctetColumn(self, *column) for column in zip(*places, strict=True)]

    def _places(self, width: int) -> tuple[Indices, Indices, Indices] | None:
        """Where each cell starts, stops and has its last point, (width, rows) each."""
        special = np.flatnonzero((self.bytes == _COMMA) | (self.bytes == _LINE_FEED) | (self.bytes == _POINT))
        kind = self.bytes[special]
        is_end = kind != _POINT
        ends = special[is_end]
        rows = len(ends) // width
        kinds = kind[is_end]
        last = kinds[width - 1 :: width]
        if len(ends) != rows * width or np.count_nonzero(kinds == _LINE_FEED) != rows or (last != _LINE_FEED).any():
            return None
        starts = np.append(_MARGIN, ends[:-1] + 1).reshape(rows, width)
        before = np.append(0, special[:-1])[is_end]
        has_point = np.append(False, kind[:-1] == _POINT)[is_end]
        points = np.where(has_point, before, ends).reshape(rows, width)
        stops = ends.reshape(rows, width)
        start, stop, point = (np.ascontiguousarray(part.T) for part in (starts, stops, points))
        return start, stop, point


class OctetColumn(Sequence[str]):
    """Cells of one column. `point` is where a cell's last point stands, its end if it has none."""

    def __init__(self, octets: Octets, start: Indices, stop: Indices, point: Indices) -> None:
        self.octets = octets
        self.start = start
        self.stop = stop
        self.point = point

    @property
    def places(self) -> compiled.Cells:
        """The cells as the kernel takes them."""
        return self.octets.bytes, self.start, self.stop, self.point

    def __len__(self) -> int:
        return len(self.start)

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> OctetColumn: ...

    def __getitem__(self, place: int | slice) -> str | OctetColumn:
        if isinstance(place, slice):
            return OctetColumn(self.octets, self.start[place], self.stop[place], self.point[place])
        return self.octets.bytes[self.start[place] : self.stop[place]].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        data = self.octets.bytes.tobytes()
        ends = zip(self.start.tolist(), self.stop.tolist(), strict=True)
        if data.isascii():
            # Then bytes and letters have the same places, and one decoding does for all cells.
            text = data.decode("ascii")
            return iter([text[start:stop] for start, stop in ends])
        return iter([data[start:stop].decode() for start, stop in ends])

    def where(self, kept: Flags) -> OctetColumn:
        """These of the cells."""
        return OctetColumn(self.octets, self.start[kept], self.stop[kept], self.point[kept])

    def leading_words(self, count: int) -> list[Words]:
        """The first `count` words of each cell; what lies behind its end is 0."""
        length = self.stop - self.start
        return [
            self.octets.words[self.start + WORD * nth] & _LOWEST[np.clip(length - WORD * nth, 0, WORD)]
            for nth in range(count)
        ]


_LOWEST: Final = np.array([(1 << 8 * count) - 1 for count in range(WORD + 1)], np.uint64)
"""A mask of a word's lowest bytes, its first ones in the file, by their number."""


def chosen(cells: Sequence[str], kept: Flags) -> Sequence[str]:
    """These of the cells."""
    return cells.where(kept) if isinstance(cells, OctetColumn) else list(compress(cells, kept.tolist()))


def are_empty(cells: Sequence[str]) -> Flags:
    """Which cells have nothing in them."""
    if isinstance(cells, OctetColumn):
        empty: Flags = cells.stop == cells.start
        return empty
    return np.array([not cell for cell in cells], dtype=np.bool_)
