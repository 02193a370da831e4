"""The ground truth of classification: which label each image has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.selection import canonical_subset, positions_of


@dataclass(frozen=True, eq=False)
class LabelTruth:
    """`values[i, j]` says whether `image_ids[i]` has `labels[j]`; the images in canonical order."""

    image_ids: tuple[str, ...]
    labels: tuple[str, ...]
    values: NDArray[np.bool_]

    def restricted_to(self, image_ids: Sequence[str]) -> LabelTruth:
        """The truth of these images only; KeyError with an image that isn't known."""
        kept = canonical_subset(image_ids, self.image_ids)
        return LabelTruth(kept, self.labels, self.values[positions_of(kept, self.image_ids)])

    def positive_images(self) -> NDArray[np.bool_]:
        """Whether image i has label j, shape (images, labels)."""
        return self.values
