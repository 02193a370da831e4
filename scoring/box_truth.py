"""The ground truth of detection: the consensus boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.selection import canonical_subset, renumbering


@dataclass(frozen=True, eq=False)
class BoxTruth:
    """m true boxes on `image_ids`, which include the images without any.

    `image` and `label` are positions in `image_ids` and `labels`; `box` is x_min, y_min, x_max, y_max in pixels. The
    order is canonical: image id, label (by UTF-8 bytes), x_min, y_min, x_max, y_max.
    """

    image_ids: tuple[str, ...]
    labels: tuple[str, ...]
    image: NDArray[np.int32]
    label: NDArray[np.int32]
    box: NDArray[np.float64]

    def restricted_to(self, image_ids: Sequence[str]) -> BoxTruth:
        """The truth of these images only; KeyError with an image that isn't known."""
        kept = canonical_subset(image_ids, self.image_ids)
        image = renumbering(self.image_ids, kept)[self.image]
        here = image >= 0
        return BoxTruth(kept, self.labels, image[here], self.label[here], self.box[here])

    def positive_images(self) -> NDArray[np.bool_]:
        """Whether image i has a box of label j, shape (images, labels)."""
        positive = np.zeros((len(self.image_ids), len(self.labels)), dtype=np.bool_)
        positive[self.image, self.label] = True
        return positive
