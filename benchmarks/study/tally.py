"""How often each interval holds the truth, over many runs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from benchmarks.study.intervals import OF_ONE_AUROC, TYPES, bootstrap_intervals
from benchmarks.study.settings import Run, Setting
from scoring.arrays import Counts, Flags, Floats, Interval
from scoring.estimates import ENOUGH_POSITIVES
from scoring.weights import mean_of_defined

LEAST_POSITIVES: Final = (1, 3, 5, 10, 30, 100)
"""A mean runs over the labels with at least so many positive images; with 1, over every defined one, as offline."""
BY_POSITIVES: Final = ((3, 4), (5, 9), (10, 19), (20, 29), (30, 99), (100, 10**9))
"""Single labels, by how many positive images they have."""
BASIC: Final = TYPES.index("basic")


@dataclass(eq=False)
class Cell:
    """What became of one row of a table, case by case.

    `held`: which interval types held the truth. `error`: value - truth. `error_of_replicates`: their mean - value.
    `too_high`: the whole basic interval lies above the truth. `width` of each interval type between 0 and 1, and
    `without`: whether the value itself lies outside.
    """

    held: list[Floats] = field(default_factory=list)
    truth: list[float] = field(default_factory=list)
    error: list[float] = field(default_factory=list)
    error_of_replicates: list[float] = field(default_factory=list)
    too_high: list[bool] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    width: list[Floats] = field(default_factory=list)
    without: list[Flags] = field(default_factory=list)

    def add(self, intervals: list[Interval], columns: Floats, truth: float, labels: int = 1) -> None:
        """Note one case: `columns` are a value and its replicates. An undefined interval counts for nothing."""
        self.held.append(np.array([np.nan if np.isnan(low) else low <= truth <= high for low, high in intervals]))
        self.truth.append(truth)
        self.error.append(float(columns[0]) - truth)
        self.error_of_replicates.append(float(columns[1:].mean() - columns[0]))
        self.too_high.append(intervals[BASIC][0] > truth)
        self.labels.append(labels)
        ends = np.clip(intervals, 0, 1)
        self.width.append(ends[:, 1] - ends[:, 0])
        self.without.append((ends[:, 0] > columns[0]) | (ends[:, 1] < columns[0]))

    @property
    def known(self) -> Flags:
        """Which interval types there are."""
        return ~np.isnan(self.held).all(axis=0)

    @property
    def coverage(self) -> Floats:
        """Of each interval type, in per cent; 0 where there is none."""
        held = np.array(self.held)
        return 100 * np.nansum(held, axis=0) / np.maximum((~np.isnan(held)).sum(axis=0), 1)


Cells = dict[str, dict[str, Cell]]


def empty_cells() -> Cells:
    """Cells by table and row, made when they are first needed."""
    return defaultdict(lambda: defaultdict(Cell))


def add_run(cells: Cells, setting: Setting, run: Run) -> None:
    """Note everything about one run."""
    for least in LEAST_POSITIVES:
        _add_mean(cells["mean"], setting.truths[0], run, least, run.values[0], run.without)
        if run.by_image is not None:
            _add_mean(cells["mean, images drawn"], setting.truths[0], run, least, run.by_image, None)
        if setting.pairs:
            for table, other in (("equal", 1), ("unequal", 2)):
                _add_difference(cells[table], setting, run, least, other)
    _add_labels(cells["label"], setting.truths[0], run, run.values[0], run.without, run.delong)
    if run.by_image is not None:
        _add_labels(cells["label, images drawn"], setting.truths[0], run, run.by_image, None, {})


def mean_of(values: Floats, positives: Counts, least: int) -> tuple[Flags, Floats]:
    """The labels that count, and the score with its replicates (1 + resamples,).

    A resample that lacks a label is left out, which is redrawing with fewer resamples at last. With `least` 1 that is
    so for frequent labels alone, and a rarer one is left out of the resample's mean.
    """
    counting = (positives >= least) & ~np.isnan(values[:, 0])
    required = counting & (positives >= ENOUGH_POSITIVES) if least == 1 else counting
    good = ~np.isnan(values[required]).any(axis=0) & ~np.isnan(values[counting]).all(axis=0)
    return counting, mean_of_defined(values[counting][:, good])


def _add_mean(
    table: dict[str, Cell], truth: Floats, run: Run, least: int, values: Floats, without: Floats | None
) -> None:
    counting, score = mean_of(values, run.positives, least)
    if not counting.any():
        return
    left_out = None if without is None else mean_of_defined(without[counting])
    intervals = bootstrap_intervals(float(score[0]), score[1:], left_out)
    table[mean_row(least)].add(intervals, score, float(truth[counting].mean()), int(counting.sum()))


def _add_difference(table: dict[str, Cell], setting: Setting, run: Run, least: int, other: int) -> None:
    counting, _ = mean_of(run.values[0], run.positives, least)
    if not counting.any():
        return
    _, score = mean_of(run.values[0] - run.values[other], run.positives, least)
    truth = float((setting.truths[0] - setting.truths[other])[counting].mean())
    intervals = bootstrap_intervals(float(score[0]), score[1:], None, difference=True)
    table[mean_row(least)].add(intervals, score, truth, int(counting.sum()))
    table[f"{mean_row(least)}: 0 inside"].add(intervals, score, 0.0, int(counting.sum()))


def _add_labels(
    table: dict[str, Cell],
    truth: Floats,
    run: Run,
    values: Floats,
    without: Floats | None,
    delong: dict[int, list[Interval]],
) -> None:
    for place, positives in enumerate(run.positives.tolist()):
        row = next((range_row(low, high) for low, high in BY_POSITIVES if low <= positives <= high), None)
        if row is None or np.isnan(values[place, 0]):
            continue
        columns = values[place, ~np.isnan(values[place])]
        left_out = None if without is None else without[place, ~np.isnan(without[place])]
        intervals = bootstrap_intervals(float(columns[0]), columns[1:], left_out)
        intervals += delong.get(place, [(np.nan, np.nan)] * len(OF_ONE_AUROC))
        table[row].add(intervals, columns, float(truth[place]))


def mean_row(least: int) -> str:
    """The name of a mean's row."""
    return "every one" if least == 1 else f"{least}"


def range_row(low: int, high: int) -> str:
    """The name of the row of labels with so many positive images."""
    return f"{low} to {high}" if high < 10**6 else f"{low} and more"
