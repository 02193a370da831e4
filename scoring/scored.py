"""Which labels make up a score, and the resamples that suit them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.arrays import Flags
from scoring.bootstrap import Resamples, draw, numbered_groups
from scoring.estimates import ENOUGH_POSITIVES


@dataclass(frozen=True, eq=False)
class Scored:
    """Flags over the labels: `counting` ones make up the score, `required` ones must be defined in every resample."""

    counting: Flags
    required: Flags


def scored_labels(labels: Sequence[str], scored: Sequence[str] | None, marks: Sequence[Flags]) -> Scored:
    """The labels that count: those of `scored`, or every defined one, where rare labels aren't redrawn for.

    `marks` (images, labels each) say which images a label needs one of to be defined, its positives first. ValueError
    with a label of `scored` that there isn't.
    """
    defined = np.logical_and.reduce([mark.any(axis=0) for mark in marks])
    if scored is None:
        frequent = marks[0].sum(axis=0) >= ENOUGH_POSITIVES
        return Scored(defined, defined & frequent)
    unknown = sorted(set(scored).difference(labels))
    if unknown:
        raise ValueError(f"The label {unknown[0]!r} is to be scored but isn't among the truth's labels.")
    counting = defined & np.array([label in set(scored) for label in labels], dtype=np.bool_)
    return Scored(counting, counting)


def draw_for(
    scored: Scored, marks: Sequence[Flags], groups: Sequence[str] | None, *, resamples: int, seed: int
) -> Resamples:
    """The shared resamples of a truth; `marks` as for `scored_labels`, `groups` one of each image or None.

    Without a label that counts there is nothing to resample for. ValueError for negative numbers.
    """
    if resamples < 0 or seed < 0:
        raise ValueError("The number of resamples and the seed can't be negative.")
    return draw(
        numbered_groups(groups, len(marks[0])),
        resamples=resamples if scored.counting.any() else 0,
        seed=seed,
        marks=marks,
        required=scored.required,
        counting=scored.counting,
    )
