"""The ground truth of detection: the consensus boxes."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from scoring.box_rows import BoxRows, check_marker_cells, read_boxes
from scoring.classes import MARKER, Classes
from scoring.columns import BOX, CLASS_NAME, IMAGE_ID, place_columns
from scoring.detections import box_order
from scoring.faults import Faults
from scoring.images import Images
from scoring.labels import GLOBAL, NO_FINDING, canonical
from scoring.manifest import Manifest
from scoring.octets import are_empty, chosen
from scoring.one_reader import OneReader
from scoring.selection import alphabetical, canonical_subset, renumbering
from scoring.table import Batch, Table

_COLUMNS = (IMAGE_ID, CLASS_NAME, *BOX)


@dataclass(frozen=True, eq=False)
class BoxTruth:
    """m true boxes on `image_ids`, which include the images without any.

    `image` and `label` are positions in `image_ids` and `labels`; `box` is x_min, y_min, x_max, y_max in
    pixels. The order is canonical: image id, label (by UTF-8 bytes), x_min, y_min, x_max, y_max.
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


def read_box_truth(data: bytes, *, labels: Sequence[str] | None = None, manifest: Manifest | None = None) -> BoxTruth:
    """The true boxes of an `annotations` file, `image_id,class_name,x_min,y_min,x_max,y_max`.

    Other columns, and boxes of other classes, are ignored. With labels None they are those found; with
    manifest None so are the images. FaultyFile with all faults of the file.
    """
    faults = Faults()
    table = Table(data, faults)
    place = place_columns(table.header, _COLUMNS, faults, ignoring=lambda name: True)
    reader = OneReader(table.header, faults)
    images = Images(manifest, faults)
    classes = Classes(labels)
    boxes = BoxRows()
    for batch in table.batches():
        reader.check(batch)
        image = images.take(batch, place[IMAGE_ID])
        _take_boxes(batch, place, image, classes, boxes, faults)
    faults.raise_any()

    image_ids, position = images.in_order()
    names, number = classes.in_order()
    image, label, box = position[boxes.image], number[boxes.label], boxes.box
    order = box_order(image, alphabetical(names)[1][label], box)
    return BoxTruth(image_ids, names, image[order], label[order], box[order])


def write_box_truth(truth: BoxTruth) -> bytes:
    """The truth as an `annotations` file in canonical order; read with the same labels it is the same again."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    rows = zip(truth.image.tolist(), truth.label.tolist(), truth.box.tolist(), strict=True)
    boxed = {image: list(group) for image, group in groupby(rows, key=itemgetter(0))}
    for image, image_id in enumerate(truth.image_ids):
        if image not in boxed:
            writer.writerow((image_id, NO_FINDING, *[""] * len(BOX)))
        for _, label, box in boxed.get(image, ()):
            writer.writerow((image_id, truth.labels[label], *map(repr, box)))
    return text.getvalue().encode()


def _take_boxes(
    batch: Batch,
    place: dict[str, int],
    image: NDArray[np.int32],
    classes: Classes,
    boxes: BoxRows,
    faults: Faults,
) -> None:
    has_box = ~_is_global_without_box(batch, place)
    batch, image = batch.where(has_box), image[has_box]
    class_names = batch.cells(place[CLASS_NAME])
    label = classes.find(class_names)
    classes.report_unknown(class_names, label, faults, others_ignored=True)
    markers = batch.where(label == MARKER)
    for column in BOX:
        check_marker_cells(markers.cells(place[column]), faults)
    ours = label >= 0
    batch = batch.where(ours)
    box = read_boxes([batch.cells(place[column]) for column in BOX], faults)
    boxes.take(batch.lines, image[ours], label[ours], box)


def _is_global_without_box(batch: Batch, place: dict[str, int]) -> NDArray[np.bool_]:
    """Rows that repeat a diagnosis of the whole image, which says nothing about boxes."""
    boxless: NDArray[np.bool_] = np.logical_and.reduce([are_empty(batch.columns[place[column]]) for column in BOX])
    names = chosen(batch.columns[place[CLASS_NAME]], boxless)
    boxless[boxless] = [canonical(name) in GLOBAL for name in names]
    return boxless
