"""Reads plain decimals from their bytes, all at once and to the last bit as `float` reads them.

A decimal is one whole number divided by a power of ten. With at most 15 digits both are exact in float64, so that the
only rounding is that of the division. With up to 19 both are exact in the processor's 80-bit numbers; their quotient is
rounded twice, which can only go wrong where the first rounding ends exactly between two float64.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring import compiled
from scoring.arrays import Flags, Floats, Indices
from scoring.octets import WORD, OctetColumn, Words

_MOST_DIGITS: Final = 15
_MOST_DIGITS_OF_80_BITS: Final = 19
_HAS_80_BITS: Final = np.finfo(np.longdouble).nmant == 63 and np.dtype(np.longdouble).itemsize == 16
_LAST_BITS: Final = np.uint64(0x7FF)
_HALF: Final = np.uint64(0x400)
_MINUS: Final = ord("-")
_ZEROS: Final = np.uint64(0x3030303030303030)
_EACH_118: Final = np.uint64(0x7676767676767676)
_HIGH_BITS: Final = np.uint64(0x8080808080808080)
_LANES: Final = tuple(map(np.uint64, (0x00FF00FF00FF00FF, 0x0000FFFF0000FFFF, 0x00000000FFFFFFFF)))
"""Where the sums of 2, 4 and 8 digits stand in a word."""
_TENS: Final = np.array([10**power for power in range(_MOST_DIGITS_OF_80_BITS + 1)], np.uint64)
_TENS_OF_64_BITS: Final = _TENS.astype(np.float64)
_TENS_OF_80_BITS: Final = _TENS.astype(np.longdouble)
_HIGHEST: Final = np.array([(1 << 64) - (1 << 8 * (WORD - count)) for count in range(WORD + 1)], np.uint64)
"""A mask of a word's highest bytes, its last ones in the file, by their number."""


def read_plain_decimals(cells: OctetColumn) -> tuple[Floats, Flags]:
    """The number in each cell, and which cells hold one: digits with at most one point and a minus before them.

    At most eight digits stand before the point. What else a cell may hold is not looked into.
    """
    if compiled.is_used():
        return compiled.read_decimals(cells.places)
    numbers, known = _read_short(cells)
    if _HAS_80_BITS and not known.all():
        others = np.flatnonzero(~known)
        numbers[others], known[others] = _read_long(cells.where(~known))
    return numbers, known


def _read_short(cells: OctetColumn) -> tuple[Floats, Flags]:
    negative, whole, decimals = _shape(cells)
    short = (whole <= WORD) & (decimals <= WORD) & (whole + decimals <= _MOST_DIGITS) & (whole + decimals > 0)
    whole, decimals = np.where(short, whole, 0), np.where(short, decimals, 0)
    before, digits_before = _digits_before(cells, cells.point, whole)
    behind, digits_behind = _digits_before(cells, cells.stop, decimals)
    numbers = (before * _TENS[decimals] + behind).astype(np.float64) / _TENS_OF_64_BITS[decimals]
    np.negative(numbers, out=numbers, where=negative)
    return numbers, short & digits_before & digits_behind


def _read_long(cells: OctetColumn) -> tuple[Floats, Flags]:
    negative, whole, decimals = _shape(cells)
    known = (whole <= WORD) & (decimals <= _MOST_DIGITS_OF_80_BITS) & (whole + decimals > 0)
    whole, decimals = np.where(known, whole, 0), np.where(known, decimals, 0)
    number, all_digits = _digits_before(cells, cells.point, whole)
    known &= all_digits & (decimals + np.where(number > 0, whole, 0) <= _MOST_DIGITS_OF_80_BITS)
    for first in range(0, _MOST_DIGITS_OF_80_BITS, WORD):
        # Eight of the decimals, from the left; there may be less of them, down to none.
        count = np.clip(decimals - first, 0, WORD)
        part, all_digits = _digits_before(cells, cells.point + 1 + first + count, count)
        number = number * _TENS[count] + part
        known &= all_digits
    quotient: NDArray[np.longdouble] = number.astype(np.longdouble) / _TENS_OF_80_BITS[decimals]
    known &= (quotient.view(np.uint64)[::2] & _LAST_BITS) != _HALF
    numbers = quotient.astype(np.float64)
    np.negative(numbers, out=numbers, where=negative)
    return numbers, known


def _shape(cells: OctetColumn) -> tuple[Flags, Indices, Indices]:
    """Whether each cell begins with a minus, and how many bytes stand before its point and behind it."""
    negative: Flags = cells.octets.bytes[cells.start] == _MINUS
    return negative, cells.point - cells.start - negative, np.maximum(cells.stop - cells.point - 1, 0)


def _digits_before(cells: OctetColumn, end: Indices, count: Indices) -> tuple[Words, Flags]:
    """The whole number that the `count` bytes before `end` make up, and whether all of them are digits."""
    digits: Words = (cells.octets.words[end - WORD] ^ _ZEROS) & _HIGHEST[count]
    # A byte above 9 reaches its highest bit by adding 118, if it hasn't got it already.
    other = ((digits + _EACH_118) | digits) & _HIGH_BITS
    for step, lane in enumerate(_LANES):
        digits = (digits * _TENS[1 << step] + (digits >> np.uint64(8 << step))) & lane
    return digits, other == 0
