"""The kernel: the inner loops of scoring and reading in C (scoring/kernel), where they were compiled.

Every function here gives the bits of the numpy beside which it is called, and nobody needs it: without a library, or
with VINDR_SCORING_PLAIN=1 in the environment, that numpy is what runs. The library is plain C without Python's headers,
so that a checkout needs a compiler and nothing else; ctypes, which numpy imports anyway, calls it and lets go of the
interpreter meanwhile. What an array is (type, shape, layout) is checked here, the indices in it are checked in C.
"""

from __future__ import annotations

import ctypes
import os
from ctypes import POINTER, Structure, byref, c_int32, c_int64, c_uint64, c_void_p
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from scoring.arrays import Counts, Flags, Floats, Indices, Weights

SWITCH: Final = "VINDR_SCORING_PLAIN"
INTERFACE: Final = 1
"""As in kernel.h. A library of another number was built from other sources, and isn't called."""
PLACE: Final = os.path.dirname(__file__)
FILES: Final = ("_kernel.abi3.so", "_kernel.so")
"""As pip builds it, and as make does in a checkout."""
LANES: Final = 64
"""Fewer columns of weights than these aren't worth a call."""
_MOST: Final = 2**31 - 1
_BAD_INDEX, _NO_MEMORY, _TOO_MANY = 1, 2, 3
_MARGIN: Final = 64


class Stream(Structure):
    """Where PCG64 stands: its state and its increment, each with its lower 64 bits first."""

    _fields_ = [("state", c_uint64 * 2), ("increment", c_uint64 * 2)]

    @classmethod
    def at(cls, state: int, increment: int) -> Stream:
        """The stream that goes on from here."""
        return cls(*((c_uint64 * 2)(number & (1 << 64) - 1, number >> 64) for number in (state, increment)))


class _Weights(Structure):
    _fields_ = [("cells", c_void_p), ("images", c_int64), ("columns", c_int64), ("largest", c_int64)]


class _Shares(Structure):
    _fields_ = [("levels", c_void_p), ("count", c_int64), ("offsets", c_void_p), ("all", c_void_p)]


class _Column(Structure):
    _fields_ = [
        ("bytes", c_void_p),
        ("size", c_int64),
        ("start", c_void_p),
        ("stop", c_void_p),
        ("point", c_void_p),
        ("count", c_int64),
    ]


class _Names(Structure):
    _fields_ = [
        ("entry", c_void_p),
        ("length", c_void_p),
        ("number", c_void_p),
        ("words", c_void_p),
        ("mixers", c_void_p),
        ("names", c_int64),
        ("count", c_int64),
        ("shift", c_int64),
    ]


_SIGNATURES: Final[dict[str, tuple[type[Any], list[type[Any]]]]] = {
    "weight_of_first": (c_int32, [_Weights, c_void_p, c_int64, c_void_p, c_int64, c_void_p]),
    "twice_won": (c_int32, [_Weights, *[c_void_p, c_int64] * 2, *[c_void_p] * 3]),
    "precision_areas": (c_int32, [_Weights, *[c_void_p, c_int64] * 3, _Shares, c_void_p]),
    "draw_counts": (c_int32, [POINTER(Stream), c_int64, c_int64, c_void_p]),
    "split_cells": (c_int64, [c_void_p, *[c_int64] * 3, *[c_void_p] * 3]),
    "find_names": (c_int32, [_Column, _Names, c_int32, c_void_p]),
    "read_decimals": (c_int32, [_Column, c_void_p, c_void_p]),
}


def _load() -> ctypes.CDLL | None:
    if os.environ.get(SWITCH, "") not in ("", "0"):
        return None
    for name in FILES:
        library = _open(os.path.join(PLACE, name))
        if library is not None:
            return library
    return None


def _open(path: str) -> ctypes.CDLL | None:
    """None for a library of another machine or another version: then numpy does the work."""
    try:
        library = ctypes.CDLL(path)
        if library.kernel_interface() != INTERFACE:
            return None
        for name, (answer, arguments) in _SIGNATURES.items():
            function = library[name]
            function.restype, function.argtypes = answer, arguments
            setattr(library, name, function)
    except (OSError, AttributeError):
        return None
    return library


_library = _load()


def is_used() -> bool:
    """Whether the kernel is there and not switched off."""
    return _library is not None


def takes(weights: Weights, rows: int = 0) -> bool:
    """Whether the kernel can sum up so many rows of these weights: they are bytes, and the sums fit into 31 bits."""
    return _library is not None and weights.dtype == np.uint8 and weights.shape[1] >= LANES and rows <= _MOST // 255


def weight_of_first(weights: Weights, images: Indices, stops: Indices) -> Counts:
    """What `weights.weight_of_first` is."""
    result = np.empty((len(stops), weights.shape[1]), np.int64)
    images, stops = _indices(images), _indices(stops)
    _call("weight_of_first", _weights(weights), *_list(images), *_list(stops), _address(result, np.int64))
    return result


def twice_won(weights: Weights, positive: Indices, negative: Indices, below: Indices, not_above: Indices) -> Counts:
    """Twice the Mann-Whitney statistic in each column: see `classification.aurocs`."""
    if not len(positive) == len(below) == len(not_above):
        raise ValueError("There must be two numbers of negatives for each positive.")
    result = np.zeros(weights.shape[1], np.int64)
    arrays = [_indices(array) for array in (positive, negative, below, not_above)]
    addresses = [_address(array, np.int64) for array in arrays[2:]]
    _call("twice_won", _weights(weights), *_list(arrays[0]), *_list(arrays[1]), *addresses, _address(result, np.int64))
    return result


def precision_areas(
    weights: Weights,
    images: Indices,
    right: Indices,
    found: Flags,
    levels: tuple[NDArray[np.uint8], Indices] | None,
    all_shares: Counts,
) -> Floats:
    """The areas under the precision envelope, (T, columns): see `average_precision.precision_areas`.

    `right` are the rows that are found at some threshold and `found` (T, right) at which; `levels` the table of recalls
    reached and where in it each column begins.
    """
    columns = weights.shape[1]
    images, right = _indices(images), _indices(right)
    found = np.ascontiguousarray(found)
    all_shares = np.ascontiguousarray(np.broadcast_to(all_shares, columns), np.int64)
    if found.ndim != 2 or found.shape[1] != len(right):
        raise ValueError("There must be a flag for each threshold and row.")
    areas = np.empty((len(found), columns))
    shares = _Shares(None, 0, None, _address(all_shares, np.int64))
    if levels is not None:
        table, offsets = np.ascontiguousarray(levels[0]), _indices(levels[1])
        if offsets.shape != (columns,):
            raise ValueError("The table of recalls must have a beginning for each column.")
        shares = _Shares(_address(table, np.uint8), len(table), _address(offsets, np.int64), shares.all)
    flags = _address(found, np.bool_), len(found)
    _call(
        "precision_areas", _weights(weights), *_list(images), *_list(right), *flags, shares, _address(areas, np.float64)
    )
    return areas


def draw_counts(stream: Stream, groups: int, draws: int) -> NDArray[np.uint8] | None:
    """How often each group is drawn, (groups, draws): see `bootstrap`. None if a byte holds too little."""
    assert _library is not None
    counts = np.zeros((groups, draws), np.uint8)
    outcome = _library.draw_counts(byref(stream), groups, draws, _address(counts, np.uint8))
    return None if outcome == _TOO_MANY else counts


def split_cells(data: NDArray[np.uint8], width: int, most_rows: int) -> tuple[Indices, Indices, Indices] | None:
    """Where each cell starts, stops and has its last point, (width, rows) each: see `octets.Octets.columns`."""
    assert _library is not None
    if width < 1 or len(data) <= 2 * _MARGIN:
        raise ValueError("The bytes must have their margins, and rows at least one cell.")
    places = np.empty((3, width, most_rows), np.int64)
    start, stop, point = (_address(part, np.int64) for part in places)
    rows = _library.split_cells(_address(data, np.uint8), len(data), width, most_rows, start, stop, point)
    if rows < 0:
        return None
    return places[0, :, :rows], places[1, :, :rows], places[2, :, :rows]


Cells = tuple[NDArray[np.uint8], Indices, Indices, Indices]
"""The bytes with their margins; where each cell of a column starts, stops and has its last point."""


def find_names(
    cells: Cells,
    entry: NDArray[np.int32],
    length: Counts,
    number: NDArray[np.int32],
    words: NDArray[np.uint64],
    mixers: NDArray[np.uint64],
    shift: int,
    missing: int,
) -> NDArray[np.int32]:
    """The number of the name in each cell: see `known_names.KnownNames`, whose table this is."""
    count, names = words.shape
    if len(entry) != 1 << 64 - shift or len(length) != names or len(number) != names or len(mixers) < count:
        raise ValueError("These are not the parts of one table.")
    column, kept = _column(cells)
    result = np.empty(column.count, np.int32)
    table = _Names(
        _address(entry, np.int32),
        _address(length, np.int64),
        _address(number, np.int32),
        _address(words, np.uint64),
        _address(mixers, np.uint64),
        names,
        count,
        shift,
    )
    _call("find_names", column, table, missing, _address(result, np.int32))
    del kept
    return result


def read_decimals(cells: Cells) -> tuple[Floats, Flags]:
    """The number in each cell, and which cells hold one: see `plain_decimals.read_plain_decimals`."""
    column, kept = _column(cells)
    numbers, known = np.empty(column.count), np.empty(column.count, np.bool_)
    _call("read_decimals", column, _address(numbers, np.float64), _address(known, np.bool_))
    del kept
    return numbers, known


def _call(name: str, *arguments: Any) -> None:
    outcome = getattr(_library, name)(*arguments)
    if outcome == _BAD_INDEX:
        raise IndexError(f"An index that was given to {name} points outside its array.")
    if outcome == _NO_MEMORY:
        raise MemoryError(f"{name} found no memory.")


def _address(array: NDArray[Any], dtype: type[np.generic]) -> int:
    """Where an array begins; ValueError unless it is of this type and in C's order."""
    if array.dtype != dtype or not array.flags.c_contiguous or not array.flags.aligned:
        raise ValueError(
            f"The kernel was given an array of {array.dtype} instead of {np.dtype(dtype)}, or a scattered one."
        )
    return int(array.ctypes.data)


def _indices(array: Indices) -> Indices:
    return np.ascontiguousarray(array, np.int64)


def _list(array: Indices) -> tuple[int, int]:
    if array.ndim != 1:
        raise ValueError("A list of indices must have one dimension.")
    return _address(array, np.int64), len(array)


def _weights(weights: Weights) -> _Weights:
    images, columns = weights.shape
    if columns < LANES:
        raise ValueError(f"The kernel takes weights of at least {LANES} columns.")
    return _Weights(_address(weights, np.uint8), images, columns, int(weights.max(initial=0)))


def _column(cells: Cells) -> tuple[_Column, list[NDArray[Any]]]:
    """A column, and the arrays that must live as long as it does."""
    data, *places = cells
    kept = [_indices(place) for place in places]
    if len({place.shape for place in kept}) != 1:
        raise ValueError("Each cell must have a start, a stop and a point.")
    addresses = [_address(place, np.int64) for place in kept]
    return _Column(_address(data, np.uint8), len(data), *addresses, len(kept[0])), kept
