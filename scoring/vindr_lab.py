"""Ground truth in the JSON that VinDr Lab exports, rewritten as the two CSV files that this package reads.

The form is the one of VinDr Lab's user guide and of its statistics service: labels, objects (studies, series, images),
impressions (labels of an image), findings (boxes), archives and studies. Only completed reviews are exported, so that
the readings of the first stage are not in it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from scoring.errors import FaultyFile, Notice
from scoring.faults import Faults
from scoring.json_file import parse_json, refuse_json
from scoring.json_node import Node
from scoring.labels import NO_FINDING
from scoring.vindr_lab_marks import Mark, read_marks
from scoring.vindr_lab_reviews import SEVERAL, Reviews, SeveralReviews
from scoring.vindr_lab_tables import Tables, read_tables

_LISTS = ("labels", "objects", "impression", "finding", "archives", "studies")


@dataclass(frozen=True)
class LabExport:
    """The boxes and the labels of an export as `annotations` and `image_labels` files, and what is remarkable.

    `images` are the ids in canonical order: those of completed studies that are not archived.
    """

    boxes: bytes
    labels: bytes
    images: tuple[str, ...]
    notices: tuple[Notice, ...]


def convert_vindr_lab(data: bytes, *, labels: Sequence[str], review: str = "") -> LabExport:
    """Rewrite an export; FaultyFile with all its faults, each with its place in the JSON as the column.

    review: of studies that have marks of several review tasks, the task or reviewer (both by id) whose marks count;
    SeveralReviews, with those to choose from, where it has to be said.

    labels: the names to keep, every one of which the export must know; marks of other labels are left out and
    counted. Names of persons in the export are neither kept nor repeated in a fault.
    """
    export = parse_json(data)
    if not isinstance(export, dict):
        refuse_json(None, f"The file must be an object with the lists {', '.join(_LISTS)}.")
    faults = Faults()
    root = Node(export, "", faults)
    lists = {name: root.records(name) if name != "archives" else [] for name in _LISTS}
    archives = root.texts("archives")
    faults.raise_any()
    tables = read_tables(lists["labels"], lists["objects"], lists["studies"], archives, labels, faults)
    faults.raise_any()
    marks = read_marks(lists["impression"], lists["finding"], tables, review, faults)
    _raise_any(faults, marks.reviews)
    return LabExport(
        boxes=_boxes_file(marks.kept, tables),
        labels=_labels_file(marks.kept, tables, labels),
        images=tables.images,
        notices=(*tables.notices, *marks.notices),
    )


def _raise_any(faults: Faults, reviews: Reviews) -> None:
    """With what there is to choose from, where that is among the faults."""
    try:
        faults.raise_any()
    except FaultyFile as faulty:
        if any(kind.code in (SEVERAL, "unknown_review") for kind in faulty.kinds):
            raise SeveralReviews(faulty, reviews.to_choose_from()) from faulty
        raise


def _boxes_file(marks: Sequence[Mark], tables: Tables) -> bytes:
    """In the released form: an image without a box has one row, without coordinates."""
    rows = [(mark.image_id, mark.label, *map(repr, mark.box)) for mark in marks if mark.box is not None]
    boxed = {row[0] for row in rows}
    rows += [(image, NO_FINDING, "", "", "", "") for image in tables.images if image not in boxed]
    return _csv(("image_id", "class_name", "x_min", "y_min", "x_max", "y_max"), sorted(rows))


def _labels_file(marks: Sequence[Mark], tables: Tables, labels: Sequence[str]) -> bytes:
    present = {(mark.image_id, mark.label) for mark in marks}
    rows = [(image, *(str(int((image, label) in present)) for label in labels)) for image in tables.images]
    return _csv(("image_id", *labels), rows)


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
