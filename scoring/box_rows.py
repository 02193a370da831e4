"""Boxes as they are read from rows, and the numbers that make one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from scoring.classes import MARKER
from scoring.columns import BOX, CLASS_NAME, IMAGE_ID
from scoring.decimals import LARGEST_COORDINATE, read_numbers
from scoring.faults import Cells, Faults, shown
from scoring.labels import NO_FINDING
from scoring.manifest import Manifest
from scoring.octets import are_empty

_Array = TypeVar("_Array", bound=NDArray[Any])


class BoxRows:
    """The boxes read so far, faulty ones among them: these have NaN or -1 somewhere and are reported already."""

    def __init__(self) -> None:
        self._lines: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
        self._image: list[NDArray[np.int32]] = [np.empty(0, np.int32)]
        self._label: list[NDArray[np.int32]] = [np.empty(0, np.int32)]
        self._score: list[NDArray[np.float64]] = [np.empty(0)]
        self._box: list[NDArray[np.float64]] = [np.empty((0, 4))]

    def take(
        self,
        lines: Sequence[int] | NDArray[np.int64],
        image: NDArray[np.int32],
        label: NDArray[np.int32],
        box: NDArray[np.float64],
        score: NDArray[np.float64] | None = None,
    ) -> None:
        """Add rows; `box` has shape (n, 4). Truth has no score."""
        self._lines.append(np.asarray(lines, np.int64))
        self._image.append(image)
        self._label.append(label)
        self._score.append(np.ones(len(image)) if score is None else score)
        self._box.append(box)

    @property
    def lines(self) -> NDArray[np.int64]:
        """The line of each box."""
        return _in_one(self._lines)

    @property
    def image(self) -> NDArray[np.int32]:
        """The position of each box's image."""
        return _in_one(self._image)

    @property
    def label(self) -> NDArray[np.int32]:
        """The number of each box's label."""
        return _in_one(self._label)

    @property
    def score(self) -> NDArray[np.float64]:
        """The score of each box."""
        return _in_one(self._score)

    @property
    def box(self) -> NDArray[np.float64]:
        """The corners of each box, shape (n, 4)."""
        return _in_one(self._box)

    def report_crowded(self, manifest: Manifest, limit: int | None, faults: Faults) -> None:
        """A fault for each image with more boxes than allowed, at the first box too many."""
        image, lines = self.image, self.lines
        image, lines = image[image >= 0], lines[image >= 0]
        if limit is None or not len(image) or np.bincount(image).max() <= limit:
            return
        order = np.argsort(image, kind="stable")
        first = np.searchsorted(image[order], image[order])
        surplus = np.sort(order[np.arange(len(order)) - first == limit])
        ids = [manifest.image_ids[i] for i in image[surplus].tolist()]
        faults.add_each(
            "too_many_boxes",
            Cells(IMAGE_ID, lines[surplus], ids),
            np.arange(len(ids)),
            lambda value: f"The image {shown(value)} has more than {limit} boxes; keep those of highest score.",
        )


def _in_one(parts: list[_Array]) -> _Array:
    """All parts as one array, which takes their place, so that they are put together once."""
    if len(parts) > 1:
        whole: Any = np.concatenate(parts)
        parts[:] = [whole]
    return parts[0]


class Markers:
    """The `No finding` rows read so far."""

    def __init__(self) -> None:
        self._lines: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
        self._image: list[NDArray[np.int32]] = [np.empty(0, np.int32)]

    def take(
        self, lines: Sequence[int] | NDArray[np.int64], image: NDArray[np.int32], label: NDArray[np.int32]
    ) -> None:
        """Add those of the rows that are such, and whose image is known."""
        here = (label == MARKER) & (image >= 0)
        self._lines.append(np.asarray(lines, np.int64)[here])
        self._image.append(image[here])

    def check(self, boxes: BoxRows, images: int, faults: Faults) -> None:
        """An image has either boxes or exactly one such row."""
        image = np.concatenate(self._image)
        cells = Cells(CLASS_NAME, np.concatenate(self._lines), [NO_FINDING] * len(image))
        again = np.ones(len(image), np.bool_)
        again[np.unique(image, return_index=True)[1]] = False
        boxed = boxes.image
        has_boxes = np.bincount(boxed[boxed >= 0], minlength=images) > 0
        faults.add_each(
            "duplicate_no_finding",
            cells,
            np.flatnonzero(again),
            lambda value: f"The image has a {value!r} row already; keep one.",
        )
        faults.add_each(
            "no_finding_with_boxes",
            cells,
            np.flatnonzero(has_boxes[image] & ~again),
            lambda value: f"The image has boxes too; leave out its {value!r} row, or the boxes.",
        )


def check_marker_cells(cells: Cells, faults: Faults) -> None:
    """A `No finding` row has nothing in this column."""
    filled = ~are_empty(cells.values)
    faults.add_each(
        "no_finding_not_empty",
        cells,
        np.flatnonzero(filled),
        lambda value: f"A {NO_FINDING!r} row has neither score nor coordinates; leave {shown(value)} out.",
    )


def read_boxes(corners: Sequence[Cells], faults: Faults) -> NDArray[np.float64]:
    """The boxes of these four columns, shape (n, 4), NaN where a number or a box is faulty."""
    box = np.empty((len(corners[0].values), len(BOX)))
    for i, cells in enumerate(corners):
        box[:, i] = read_numbers(cells, -LARGEST_COORDINATE, LARGEST_COORDINATE, faults)
    for low, high in ((0, 2), (1, 3)):
        # Comparing with NaN is False: what is reported already is not reported twice.
        flat = box[:, low] >= box[:, high]
        faults.add_each("degenerate_box", corners[high], np.flatnonzero(flat), _why_degenerate(low, high))
        box[flat] = np.nan
    return box


def _why_degenerate(low: int, high: int) -> Callable[[str], str]:
    return lambda value: f"{BOX[high]} is {shown(value)} and must be greater than {BOX[low]}."
