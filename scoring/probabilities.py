"""Predicted probabilities of each label on each image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scoring.errors import Notice
from scoring.selection import canonical_subset, positions_of


@dataclass(frozen=True, eq=False)
class Probabilities:
    """`values[i, j]` in [0, 1] is the probability of `labels[j]` on `image_ids[i]`; the images in canonical order."""

    image_ids: tuple[str, ...]
    labels: tuple[str, ...]
    values: NDArray[np.float64]
    rows: int
    notices: tuple[Notice, ...] = ()

    def restricted_to(self, image_ids: Sequence[str]) -> Probabilities:
        """The probabilities on these images only; KeyError with an image that isn't known."""
        kept = canonical_subset(image_ids, self.image_ids)
        return replace(self, image_ids=kept, values=self.values[positions_of(kept, self.image_ids)])

    def relabelled(self, labels: Sequence[str]) -> Probabilities:
        """The probabilities of these labels in this order; KeyError with a label that the file lacks."""
        return replace(self, labels=tuple(labels), values=self.values[:, positions_of(labels, self.labels)])
