"""Sums over rows that are weighted by how often their image was drawn.

`weights` has one row per image and one column per resample, and holds whole numbers. Every function treats its columns
apart and adds row after row, so that a column has the same bits whatever columns stand beside it, on any machine.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from scoring import compiled
from scoring.arrays import Counts, Floats, Indices, Sums, Weights

# Above this width numpy is faster one whole row at a time than along the axis; a portion of rows stays in the cache.
NARROW: Final = 8
PORTION: Final = 256


def total_weight(weights: Weights, images: Indices) -> Counts:
    """The weight of rows that lie on these images, shape (columns,)."""
    if compiled.takes(weights, len(images)):
        total = compiled.weight_of_first(weights, images, np.array([len(images)])).reshape(-1)
        return total
    total = np.zeros(weights.shape[1], dtype=np.int64)
    _add_rows(total, weights, images, _safe_portion(weights))
    return total


def weight_of_first(weights: Weights, images: Indices, stops: Indices) -> Counts:
    """The weight of the first `stops[k]` of the rows that lie on `images`, shape (stops, columns); stops ascend."""
    if compiled.takes(weights, len(images)):
        return compiled.weight_of_first(weights, images, stops)
    columns = weights.shape[1]
    if columns <= NARROW:
        running = np.zeros((len(images) + 1, columns), dtype=np.int64)
        np.cumsum(weights[images], axis=0, dtype=np.int64, out=running[1:])
        return running[stops]

    result = np.empty((len(stops), columns), dtype=np.int64)
    total = np.zeros(columns, dtype=np.int64)
    portion = _safe_portion(weights)
    done = 0
    for k, stop in enumerate(stops.tolist()):
        _add_rows(total, weights, images[done:stop], portion)
        result[k] = total
        done = stop
    return result


def _safe_portion(weights: Weights) -> int:
    """So many rows can be added up in the bytes of one weight: many times faster than in wider numbers."""
    largest = int(weights.max(initial=1))
    return min(PORTION, int(np.iinfo(weights.dtype).max) // largest)


def _add_rows(total: Counts, weights: Weights, images: Indices, portion: int) -> None:
    for start in range(0, len(images), portion):
        rows = weights[images[start : start + portion]]
        total += rows[0] if len(rows) == 1 else np.add.reduce(rows, axis=0, dtype=rows.dtype)


def running_sum(rows: Weights) -> Sums:
    """The sum of the rows so far."""
    largest = len(rows) * int(np.iinfo(rows.dtype).max)
    dtype = np.int32 if largest <= np.iinfo(np.int32).max else np.int64
    if rows.shape[1] <= NARROW:
        narrow: Sums = np.cumsum(rows, axis=0, dtype=dtype)
        return narrow
    sums: Sums = rows.astype(dtype)
    so_far = None
    for row in sums:
        if so_far is not None:
            np.add(row, so_far, out=row)
        so_far = row
    return sums


def maximum_from_here_on(rows: Floats) -> Floats:
    """The largest of this row and all after it, in place."""
    if rows.shape[1] <= NARROW:
        np.maximum.accumulate(rows[::-1], axis=0, out=rows[::-1])
        return rows
    largest = None
    for row in rows[::-1]:
        if largest is not None:
            np.maximum(row, largest, out=row)
        largest = row
    return rows


def sum_of_rows(rows: Floats) -> Floats:
    """The sum over the rows, one after the other."""
    if rows.shape[1] > NARROW:
        # Of a wide array in C's order, numpy adds whole rows. Of a narrow one, its order depends on the shape.
        wide: Floats = np.add.reduce(np.ascontiguousarray(rows), axis=0)
        return wide
    total = np.zeros(rows.shape[1])
    for row in rows:
        total += row
    return total


def mean_of_defined(rows: Floats) -> Floats:
    """The mean over the rows that are no NaN, column by column; NaN where all are."""
    defined = ~np.isnan(rows)
    count = defined.sum(axis=0)
    total = sum_of_rows(np.where(defined, rows, 0.0))
    means = np.full(rows.shape[1], np.nan)
    np.divide(total, count, out=means, where=count > 0)
    return means
