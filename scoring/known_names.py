"""Finds which of some known names each cell of a column holds, all cells at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring import compiled
from scoring.octets import MOST_WORDS, WORD, OctetColumn, Octets, Words

NOT_FOUND: Final = -1
_LONGEST: Final = WORD * MOST_WORDS
_SLOTS_PER_NAME: Final = 16
_BREAKS: Final = re.compile('[,\n\r"]')
# Odd multipliers without a pattern (from the digits of the golden ratio and of √2), one for each word.
_MIXERS: Final = np.array(
    [0x9E3779B97F4A7C15 + 2 * 0x6A09E667F3BCC908 * nth & (1 << 64) - 1 for nth in range(MOST_WORDS)], np.uint64
)


class KnownNames:
    """A hash table of names. It may miss a name (two share a slot, or it is long), but never takes one for another."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self.size = len(numbers)
        names = [name for name in numbers if name and not _BREAKS.search(name) and len(name.encode()) <= _LONGEST]
        encoded = [name.encode() for name in names]
        self._word_count = max(1, -(-max(map(len, encoded), default=0) // WORD))
        self._shift = 64 - max(8, (_SLOTS_PER_NAME * len(names)).bit_length())
        # The last entry stands for all the slots where no name is.
        self._length = np.array([*map(len, encoded), NOT_FOUND])
        self._number = np.array([*(numbers[name] for name in names), NOT_FOUND], np.int32)
        self._words = np.zeros((self._word_count, len(names) + 1), np.uint64)
        self._entry = np.full(1 << 64 - self._shift, len(names), np.int32)
        if names:
            words = _words_of(encoded, self._word_count)
            self._words[:, :-1] = words
            self._entry[self._slot(words)] = np.arange(len(names))

    def find(self, cells: OctetColumn) -> NDArray[np.int32]:
        """The number of each cell's name, NOT_FOUND where it isn't found."""
        if compiled.is_used():
            table = (self._entry, self._length, self._number, self._words, _MIXERS, self._shift)
            return compiled.find_names(cells.places, *table, missing=NOT_FOUND)
        words = cells.leading_words(self._word_count)
        entry = self._entry[self._slot(words)]
        same = self._length[entry] == cells.stop - cells.start
        for own, found in zip(self._words, words, strict=True):
            same &= own[entry] == found
        return np.where(same, self._number[entry], np.int32(NOT_FOUND))

    def _slot(self, words: list[Words]) -> NDArray[np.intp]:
        mixed = words[0] * _MIXERS[0]
        for word, mixer in zip(words[1:], _MIXERS[1:], strict=False):
            mixed ^= word * mixer
        mixed ^= mixed >> 32
        slot: NDArray[np.intp] = (mixed * _MIXERS[0] >> self._shift).astype(np.intp)
        return slot


def _words_of(names: list[bytes], count: int) -> list[Words]:
    columns = Octets(b"\n".join(names)).columns(1)
    assert columns is not None
    return columns[0].leading_words(count)
