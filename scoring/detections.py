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
    """The order by image, label, x_min, y_min, x_max, y_max."""
    return np.lexsort((box[:, 3], box[:, 2], box[:, 1], box[:, 0], label_rank, image))


def canonical_order(
    score: NDArray[np.float64],
    image: NDArray[np.int32],
    label_rank: NDArray[np.int32],
    box: NDArray[np.float64],
) -> NDArray[np.intp]:
    """The canonical order of detections. `image` must be numbered in the order of the image ids."""
    order: NDArray[np.intp] = np.argsort(-score, kind="stable")
    ranked = score[order]
    equal = ranked[1:] == ranked[:-1]
    if not equal.any():
        return order

    # Seven keys are dear to sort by: only those detections that share their score need the other six.
    tied = np.append(equal, False) | np.append(False, equal)
    members = order[tied]
    run = np.cumsum(np.append(True, ~equal))[tied]
    inner = np.lexsort((*box[members].T[::-1], label_rank[members], image[members], run))
    order[tied] = members[inner]
    return order
