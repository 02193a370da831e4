"""Detection files with one row per box."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.box_rows import BoxRows, Markers, check_marker_cells, read_boxes
from scoring.classes import MARKER, Classes
from scoring.columns import BOX, CLASS_NAME, IMAGE_ID, place_columns
from scoring.decimals import read_numbers
from scoring.detections import Detections, canonical_order
from scoring.errors import Notice
from scoring.faults import Faults
from scoring.images import Images
from scoring.labels import NO_FINDING
from scoring.limits import Limits
from scoring.manifest import Manifest
from scoring.selection import alphabetical
from scoring.table import Batch, Table

COLUMNS = (IMAGE_ID, CLASS_NAME, "score", *BOX)
_EMPTY_IN_MARKER = COLUMNS[2:]


def read_box_rows(
    table: Table, manifest: Manifest, labels: Sequence[str] | None, limits: Limits, faults: Faults
) -> Detections:
    """The detections of a file with one row per box; FaultyFile with all its faults."""
    place = place_columns(table.header, COLUMNS, faults)
    images = Images(manifest, faults)
    classes = Classes(labels)
    boxes = BoxRows()
    markers = Markers()
    for batch in table.batches():
        image = images.take(batch, place[IMAGE_ID])
        class_names = batch.cells(place[CLASS_NAME])
        label = classes.find(class_names)
        classes.report_unknown(class_names, label, faults)
        markers.take(batch.lines, image, label)
        _take_boxes(batch, place, image, label, boxes, faults)

    boxes.report_crowded(manifest, limits.boxes_per_image, faults)
    markers.check(boxes, len(manifest.image_ids), faults)
    if table.complete:
        images.report_missing(f"an image without a box has one row with the class {NO_FINDING!r}")
    faults.raise_any()
    return detections_of(boxes, manifest, classes, table.rows)


def _take_boxes(
    batch: Batch,
    place: dict[str, int],
    image: NDArray[np.int32],
    label: NDArray[np.int32],
    boxes: BoxRows,
    faults: Faults,
) -> None:
    is_box = label != MARKER
    if not is_box.all():
        rest = batch.where(~is_box)
        for column in _EMPTY_IN_MARKER:
            check_marker_cells(rest.cells(place[column]), faults)
        batch, image, label = batch.where(is_box), image[is_box], label[is_box]
    score = read_numbers(batch.cells(place["score"]), 0.0, 1.0, faults)
    box = read_boxes([batch.cells(place[column]) for column in BOX], faults)
    boxes.take(batch.lines, image, label, box, score)


def detections_of(
    boxes: BoxRows, manifest: Manifest, classes: Classes, rows: int, notices: Sequence[Notice] = ()
) -> Detections:
    """Faultless boxes in canonical order, with what is remarkable about them added to the notices."""
    labels, number = classes.in_order()
    rank = alphabetical(labels)[1]
    image, label, score, box = boxes.image, number[boxes.label], boxes.score, boxes.box
    order = canonical_order(score, image, rank[label], box)
    image, label, score, box = image[order], label[order], score[order], box[order]
    remarks = (_duplicates(image, label, score, box), *_unusual_places(image, box, manifest))
    notices = (*notices, *(remark for remark in remarks if remark.count))
    return Detections(manifest.image_ids, labels, image, label, score, box, rows, notices)


def _duplicates(
    image: NDArray[np.int32],
    label: NDArray[np.int32],
    score: NDArray[np.float64],
    box: NDArray[np.float64],
) -> Notice:
    alike = (image[1:] == image[:-1]) & (label[1:] == label[:-1]) & (score[1:] == score[:-1])
    place = np.flatnonzero(alike)
    same = (box[place] == box[place + 1]).all(axis=1)
    return Notice("duplicate_rows", int(same.sum()), "These boxes repeat another one exactly; all are scored.")


def _unusual_places(image: NDArray[np.int32], box: NDArray[np.float64], manifest: Manifest) -> list[Notice]:
    notices = []
    if len(box) and box.max() <= 1 and box.min() >= 0:
        detail = "All coordinates are between 0 and 1; they must be pixels of the original image."
        notices.append(Notice("normalised_coordinates", len(box), detail))
    outside = boxes_outside(image, box, manifest)
    detail = "These boxes leave their image; they are scored as they are."
    notices.append(Notice("boxes_outside_image", outside, detail))
    if 2 * outside > len(box):
        detail = "Most boxes leave their image: check that the last two numbers are a corner, not width and height."
        notices.append(Notice("most_boxes_outside_image", outside, detail))
    return notices


def boxes_outside(image: NDArray[np.int32], box: NDArray[np.float64], manifest: Manifest) -> int:
    """How many of the boxes (boxes, 4), corners in pixels, leave their image, of those whose image's size is known."""
    if manifest.widths is None or manifest.heights is None:
        return 0
    width, height = manifest.widths[image], manifest.heights[image]
    beyond = (box[:, 0] < 0) | (box[:, 1] < 0) | (box[:, 2] > width) | (box[:, 3] > height)
    return int((beyond & ~np.isnan(width) & ~np.isnan(height)).sum())
