"""Detection files in the form of Kaggle's VinBigData challenge: one row per image, six numbers per box."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from scoring.box_rows import BoxRows, read_boxes
from scoring.classes import MARKER, UNKNOWN, Classes, why_unknown_class
from scoring.columns import IMAGE_ID, place_columns
from scoring.decimals import LARGEST_COORDINATE, read_numbers
from scoring.detection_file import detections_of
from scoring.detections import Detections
from scoring.errors import Notice
from scoring.faults import Cells, Faults, shown
from scoring.images import Images
from scoring.labels import KAGGLE
from scoring.limits import Limits
from scoring.manifest import Manifest
from scoring.table import Table

HEADERS = ((IMAGE_ID, "PredictionString"), ("ID", "TARGET"))
_PER_BOX = 6
_IDS = {str(number): label for number, label in enumerate(KAGGLE)}


def kaggle_header(header: Sequence[str]) -> tuple[str, str] | None:
    """Kaggle's columns of the image and of the boxes, if this is such a file."""
    if "PredictionString" in header:
        return HEADERS[0]
    return HEADERS[1] if "TARGET" in header else None


def read_prediction_strings(
    table: Table, manifest: Manifest, labels: Sequence[str] | None, limits: Limits, faults: Faults
) -> Detections:
    """The detections of a file in Kaggle's form; FaultyFile with all its faults."""
    columns = kaggle_header(table.header) or HEADERS[0]
    place = place_columns(table.header, columns, faults)
    images = Images(manifest, faults, columns[0])
    classes = Classes(labels)
    boxes = BoxRows()
    dropped = 0
    for batch in table.batches():
        image = images.take(batch, place[columns[0]])
        dropped += _take_boxes(batch.cells(place[columns[1]]), image, classes, boxes, faults)

    images.report_repeated()
    boxes.report_crowded(manifest, limits.boxes_per_image, faults)
    if table.complete:
        images.report_missing(f"an image without a box has a row with {columns[1]} '14 1 0 0 1 1'")
    faults.raise_any()
    detail = "These predictions of class 14, No finding, stand beside boxes and are left out."
    notices = [Notice("no_finding_dropped", dropped, detail)] if dropped else []
    return detections_of(boxes, manifest, classes, table.rows, notices)


def _take_boxes(cells: Cells, image: NDArray[np.int32], classes: Classes, boxes: BoxRows, faults: Faults) -> int:
    """Add the boxes of these cells; how many of class 14 stood beside boxes."""
    flat, row = _flatten(cells, faults)
    six = [_every_sixth(flat, i) for i in range(_PER_BOX)]
    label = _classes(six[0], classes, faults)
    score = read_numbers(six[1], 0.0, 1.0, faults)
    is_box = label != MARKER
    box = np.full((len(row), 4), np.nan)
    box[is_box] = read_boxes([_where(cells, is_box) for cells in six[2:]], faults)
    for numbers in six[2:]:
        read_numbers(_where(numbers, ~is_box), -LARGEST_COORDINATE, LARGEST_COORDINATE, faults)
    lines = np.asarray(six[0].lines, np.int64)
    boxes.take(lines[is_box], image[row[is_box]], label[is_box], box[is_box], score[is_box])
    has_boxes = np.bincount(row[is_box], minlength=len(image)) > 0
    return int(has_boxes[row[~is_box]].sum())


def _flatten(cells: Cells, faults: Faults) -> tuple[Cells, NDArray[np.intp]]:
    """All numbers of the cells in one row, and the cell of each box. Spaces may be doubled or stand at the ends."""
    parts = [[part for part in cell.split(" ") if part] for cell in cells.values]
    count = np.fromiter(map(len, parts), np.intp, len(parts))
    uneven = count % _PER_BOX != 0
    faults.add_each("bad_prediction_string", cells, np.flatnonzero(uneven), _why_uneven)
    count[uneven] = 0
    values = [part for numbers, usable in zip(parts, count.tolist(), strict=True) if usable for part in numbers]
    cell = np.repeat(np.arange(len(parts)), count)
    within = np.arange(len(values)) - np.repeat(np.cumsum(count) - count, count)
    lines = np.asarray(cells.lines, np.int64)[cell]
    return Cells(cells.column, lines, values, within), cell[::_PER_BOX]


def _every_sixth(cells: Cells, first: int) -> Cells:
    assert isinstance(cells.lines, np.ndarray)
    assert isinstance(cells.within, np.ndarray)
    step = slice(first, None, _PER_BOX)
    return Cells(cells.column, cells.lines[step], cells.values[step], cells.within[step])


def _where(cells: Cells, chosen: NDArray[np.bool_]) -> Cells:
    assert isinstance(cells.lines, np.ndarray)
    assert isinstance(cells.within, np.ndarray)
    values = list(compress(cells.values, chosen.tolist()))
    return Cells(cells.column, cells.lines[chosen], values, cells.within[chosen])


def _classes(cells: Cells, classes: Classes, faults: Faults) -> NDArray[np.int32]:
    """The number of each class id, MARKER for 14."""
    names = [_IDS.get(value, "") for value in cells.values]
    label = classes.find(Cells(cells.column, cells.lines, names))
    faults.add_each("unknown_class", cells, np.flatnonzero(label == UNKNOWN), _why_unknown_id)
    return label


def _why_uneven(value: str) -> str:
    count = len([part for part in value.split(" ") if part])
    return f"The cell has {count} numbers; each box takes six: class id, score, x_min, y_min, x_max, y_max."


def _why_unknown_id(value: str) -> str:
    if value in _IDS:
        return f"Class {value}: {why_unknown_class(_IDS[value])}"
    return f"{shown(value)} is not one of Kaggle's class ids 0 to {len(KAGGLE) - 1}."
