"""Predicted boxes, in the one order that doesn't depend on the file's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scoring.errors import Notice
from scoring.selection import canonical_subset, renumbering


@dataclass(frozen=True, eq=False)
class Detections:
    """n scored boxes.

    `image` and `label` are positions in `image_ids` and `labels`; `box` is x_min, y_min, x_max, y_max in
    pixels. The order is canonical: score descending, then image id, label (both by UTF-8 bytes), x_min,
    y_min, x_max, y_max ascending. `rows` is how many rows the file had.
    """

    image_ids: tuple[str, ...]
    labels: tuple[str, ...]
    image: NDArray[np.int32]
    label: NDArray[np.int32]
    score: NDArray[np.float64]
    box: NDArray[np.float64]
    rows: int
    notices: tuple[Notice, ...] = ()

    def restricted_to(self, image_ids: Sequence[str]) -> Detections:
        """The detections on these images only; KeyError with an image that isn't known."""
        kept = canonical_subset(image_ids, self.image_ids)
        image = renumbering(self.image_ids, kept)[self.image]
        return replace(self._where(image >= 0), image_ids=kept, image=image[image >= 0])

    def relabelled(self, labels: Sequence[str]) -> Detections:
        """The detections of these labels only, numbered by them; a label without detections is fine."""
        label = renumbering(self.labels, labels)[self.label]
        return replace(self._where(label >= 0), labels=tuple(labels), label=label[label >= 0])

    def _where(self, kept: NDArray[np.bool_]) -> Detections:
        return replace(self, image=self.image[kept], label=self.label[kept], score=self.score[kept], box=self.box[kept])


def box_order(image: NDArray[np.int32], label_rank: NDArray[np.int32], box: NDArray[np.float64]) -> NDArray[np.intp]:
    """The order by image, label, x_min, y_min, x_max, y_max; `box` (boxes, 4), the others (boxes,)."""
    return np.lexsort((box[:, 3], box[:, 2], box[:, 1], box[:, 0], label_rank, image))


def canonical_order(
    score: NDArray[np.float64],
    image: NDArray[np.int32],
    label_rank: NDArray[np.int32],
    box: NDArray[np.float64],
) -> NDArray[np.intp]:
    """By score from the highest down, then as `box_order`. `image` must be numbered in the order of the image ids."""
    order: NDArray[np.intp] = np.argsort(-score)
    ranked = score[order]
    equal = ranked[1:] == ranked[:-1]
    if not equal.any():
        return order

    # Seven keys are dear to sort by. Score, image and label make one number; only those detections that share all three
    # need the corners. The sorts needn't be stable: what is equal in all seven can't be told apart.
    run = np.cumsum(np.append(True, ~equal))
    labels, images = int(label_rank.max()) + 1, int(image.max()) + 1
    key = (run * images + image[order]) * labels + label_rank[order]
    inner = np.argsort(key)
    order, key = order[inner], key[inner]
    same = key[1:] == key[:-1]
    if same.any():
        tied = np.append(same, False) | np.append(False, same)
        members = order[tied]
        order[tied] = members[np.lexsort((*box[members].T[::-1], key[tied]))]
    return order
