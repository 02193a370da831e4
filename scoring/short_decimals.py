"""Reads short decimals from their bytes, all at once and to the last bit as `float` reads them.

A decimal of at most 15 digits is one whole number divided by a power of ten, both of them exact in float64, so that the
only rounding is that of the division. Eight digits are added up in three multiplications.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from scoring.arrays import Flags, Floats, Indices
from scoring.octets import WORD, OctetColumn, Words

_MOST_DIGITS: Final = 15
_MINUS: Final = ord("-")
_ZEROS: Final = np.uint64(0x3030303030303030)
_EACH_118: Final = np.uint64(0x7676767676767676)
_HIGH_BITS: Final = np.uint64(0x8080808080808080)
_LANES: Final = tuple(map(np.uint64, (0x00FF00FF00FF00FF, 0x0000FFFF0000FFFF, 0x00000000FFFFFFFF)))
"""Where the sums of 2, 4 and 8 digits stand in a word."""
_HIGHEST: Final = np.array([(1 << 64) - (1 << 8 * (WORD - count)) for count in range(WORD + 1)], np.uint64)
"""A mask of a word's highest bytes, its last ones in the file, by their number."""
_TENS: Final = np.array([10**power for power in range(WORD + 1)], np.uint64)


def read_short_decimals(cells: OctetColumn) -> tuple[Floats, Flags]:
    """The number in each cell, and which cells hold one: digits with at most one point and a minus before them.

    At most eight digits stand before the point and eight behind it. What else a cell may hold is not looked into.
    """
    negative = cells.octets.bytes[cells.start] == _MINUS
    whole = cells.point - cells.start - negative
    decimals = np.maximum(cells.stop - cells.point - 1, 0)
    short = (whole <= WORD) & (decimals <= WORD) & (whole + decimals <= _MOST_DIGITS) & (whole + decimals > 0)
    whole, decimals = np.where(short, whole, 0), np.where(short, decimals, 0)
    before, all_digits_before = _digits_before(cells, cells.point, whole)
    behind, all_digits_behind = _digits_before(cells, cells.stop, decimals)
    numbers = (before * _TENS[decimals] + behind).astype(np.float64) / _TENS[decimals].astype(np.float64)
    np.negative(numbers, out=numbers, where=negative)
    return numbers, short & all_digits_before & all_digits_behind


def _digits_before(cells: OctetColumn, end: Indices, count: Indices) -> tuple[Words, Flags]:
    """The whole number that the `count` bytes before `end` make up, and whether all of them are digits."""
    digits: Words = (cells.octets.words[end - WORD] ^ _ZEROS) & _HIGHEST[count]
    # A byte above 9 reaches its highest bit by adding 118, if it hasn't got it already.
    other = ((digits + _EACH_118) | digits) & _HIGH_BITS
    for bytes_each, mask in enumerate(_LANES):
        digits = (digits * _TENS[1 << bytes_each] + (digits >> np.uint64(8 << bytes_each))) & mask
    return digits, other == 0
