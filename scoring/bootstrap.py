"""Resamples of the test images.

What is drawn are groups of images (patients as a rule). The draws depend on the truth, the seed, the groups and the
labels that count, never on a prediction: every entry is scored on the same resamples, and differences are paired.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring import compiled
from scoring.arrays import Flags, Indices, Weights
from scoring.pcg64 import state_after_seeding
from scoring.progress import tell

REDRAWS: Final = 100
DRAWN_AT_ONCE: Final = 1 << 18
CANDIDATES_AT_ONCE: Final = 1024
CELLS_AT_ONCE: Final = 1 << 22
LEAST_COLUMNS: Final = 64
LEAST_PORTION: Final = 16


@dataclass(frozen=True, eq=False)
class Resamples:
    """How often each group was drawn in each of B resamples: `counts` (groups, B); `group` (images,) numbers them."""

    counts: Weights
    group: Indices

    def blocks(self, rows: int) -> Iterator[tuple[slice, Weights]]:
        """Weights of the images (images, columns) in blocks of columns, narrow enough for computing on `rows` rows.

        Column 0 of the whole are the images themselves, each once; columns 1 to B are the resamples.
        """
        columns = self.counts.shape[1] + 1
        width = max(LEAST_COLUMNS, CELLS_AT_ONCE // max(rows, 1))
        for start in range(0, columns, width):
            stop = min(start + width, columns)
            counts = self.counts[:, max(start - 1, 0) : stop - 1]
            weights = counts if len(self.counts) == len(self.group) else counts[self.group]
            if start == 0:
                weights = np.column_stack([np.ones(len(self.group), dtype=weights.dtype), weights])
            yield slice(start, stop), np.ascontiguousarray(weights)
            tell("resampling", stop, columns)


def numbered_groups(groups: Sequence[str] | None, images: int) -> Indices:
    """The group of each image, numbered as they first appear; without groups each image is its own."""
    if groups is None:
        return np.arange(images)
    if len(groups) != images:
        raise ValueError(f"There are {images} images but {len(groups)} groups: give one group for each image.")
    number: dict[str, int] = {}
    return np.array([number.setdefault(group, len(number)) for group in groups], dtype=np.intp)


def draw(
    group: Indices, *, resamples: int, seed: int, marks: Sequence[Flags], required: Flags, counting: Flags
) -> Resamples:
    """Draw as many groups as there are, with replacement, `resamples` times.

    Each of `marks` (images, labels) says which images a label needs one of: those with it and, for AUROC, those
    without. A resample is drawn again, at most 100 times, while it lacks one for a `required` label (labels,), or for
    every `counting` one.
    """
    groups = int(group.max(initial=-1)) + 1
    marked_groups = [_by_group(mark, group, groups) for mark in marks]
    kept: list[Weights] = [np.zeros((groups, 0), dtype=np.uint8)]
    missing, failures = resamples, 0
    candidates = _candidates(groups, seed)
    while missing:
        counts = next(candidates)
        defined = np.logical_and.reduce([_drawn(counts, marked) for marked in marked_groups])
        good = defined[required].all(axis=0) & defined[counting].any(axis=0)
        chosen: list[int] = []
        for candidate, is_good in enumerate(good.tolist()):
            if len(chosen) == missing:
                break
            failures += not is_good
            if is_good or failures > REDRAWS:
                chosen.append(candidate)
                failures = 0
        kept.append(counts[:, chosen])
        missing -= len(chosen)
    return Resamples(np.concatenate(kept, axis=1), group)


def _candidates(groups: int, seed: int) -> Iterator[Weights]:
    """Draws without end, in blocks (groups, candidates) of how often each group was drawn.

    They are made from PCG64's raw bits, which numpy promises to keep, unlike the streams of Generator's methods.
    """
    size = max(1, min(CANDIDATES_AT_ONCE, DRAWN_AT_ONCE // groups))
    drawn = 0
    if compiled.is_used():
        stream = compiled.Stream.at(*state_after_seeding(seed))
        while (counts := compiled.draw_counts(stream, groups, size)) is not None:
            yield counts
            drawn += size * groups
    bits = np.random.PCG64(seed).advance(drawn)
    while True:
        yield _counted(bits.random_raw(size * groups), groups)


def _counted(raw: NDArray[np.uint64], groups: int) -> Weights:
    """How often each group is in each stretch of `raw`, (groups, candidates): 53 bits are a fraction of the groups."""
    fractions = (raw >> np.uint64(11)) * 2.0**-53
    drawn = (fractions * groups).astype(np.int64).reshape(-1, groups)
    size = len(drawn)
    offsets = np.arange(size)[:, None] * groups
    counts = np.bincount((drawn + offsets).ravel(), minlength=size * groups).reshape(size, groups)
    return np.ascontiguousarray(counts.T.astype(np.min_scalar_type(counts.max())))


def _by_group(mark: Flags, group: Indices, groups: int) -> Flags:
    """Whether each group has an image with the mark, shape (groups, labels)."""
    marked = np.zeros((groups, mark.shape[1]), dtype=np.bool_)
    image, label = np.nonzero(mark)
    marked[group[image], label] = True
    return marked


def _drawn(counts: Weights, marked: Flags) -> Flags:
    """Whether one of the marked groups was drawn, shape (labels, candidates)."""
    return np.array([_any_drawn(counts, np.flatnonzero(chosen)) for chosen in marked.T], dtype=np.bool_)


def _any_drawn(counts: Weights, groups: Indices) -> Flags:
    """Whether one of these groups was drawn, shape (candidates,). Of many groups the first few nearly always tell."""
    drawn = np.zeros(counts.shape[1], dtype=np.bool_)
    start, portion = 0, LEAST_PORTION
    while start < len(groups) and not drawn.all():
        drawn |= np.bitwise_or.reduce(counts[groups[start : start + portion]], axis=0) > 0
        start, portion = start + portion, 2 * portion
    return drawn
