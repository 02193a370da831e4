"""VinDr-CXR's labelling rules, as its two ground-truth files must keep them.

The labelling tool of arXiv 2012.15029 kept radiologists from forgetting the diagnosis of an image, and from
marking a lesion on an image without a finding. The same is asked of whoever brings other labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scoring.columns import BOX, CLASS_NAME, IMAGE_ID
from scoring.errors import Problem
from scoring.faults import Faults, shown
from scoring.labels import ALL, GLOBAL, LOCAL, NO_FINDING, canonical
from scoring.one_reader import reader_columns
from scoring.table import Table
from scoring.truth import read_box_truth, read_label_truth

_IMAGE_ID_FORM = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class _Image:
    """A row of the labels file."""

    line: int
    image_id: str
    labels: frozenset[str]


@dataclass(frozen=True)
class _BoxRow:
    """A row of the boxes file."""

    line: int
    image_id: str
    label: str
    has_box: bool


def check_vindr_rules(boxes_csv: bytes | None, labels_csv: bytes | None) -> tuple[Problem, ...]:
    """What breaks the rules: in the labels file by its lines, then in the boxes file by its lines.

    Either file may be left out, with the rules that need both. FaultyFile where a file can't be read as truth
    at all.
    """
    rows = [] if boxes_csv is None else _read_boxes(boxes_csv)
    if labels_csv is None:
        return tuple(_of_boxes(rows, None))
    columns = tuple(_of_columns(labels_csv))
    if columns:
        return columns
    images = _read_images(labels_csv)
    boxed = None if boxes_csv is None else {(row.image_id, row.label) for row in rows if row.has_box}
    return (*_of_images(images, boxed), *_of_boxes(rows, images))


def _read_images(data: bytes) -> list[_Image]:
    read_label_truth(data, labels=ALL)
    table = Table(data, Faults())
    place = {canonical(name): position for position, name in enumerate(table.header)}
    images = []
    for batch in table.batches():
        columns = [batch.columns[place[label]] for label in ALL]
        for line, image_id, *bits in zip(batch.lines, batch.columns[place[IMAGE_ID]], *columns, strict=True):
            present = frozenset(label for label, bit in zip(ALL, bits, strict=True) if bit == "1")
            images.append(_Image(int(line), image_id, present))
    return images


def _read_boxes(data: bytes) -> list[_BoxRow]:
    read_box_truth(data)
    table = Table(data, Faults())
    rows = []
    for batch in table.batches():
        columns = (batch.columns[table.header.index(name)] for name in (IMAGE_ID, CLASS_NAME, BOX[0]))
        for line, image_id, name, corner in zip(batch.lines, *columns, strict=True):
            rows.append(_BoxRow(int(line), image_id, canonical(name), corner != ""))
    return rows


def _of_columns(data: bytes) -> Iterator[Problem]:
    """The labels file has all of the 28 labels and no other."""
    header = Table(data, Faults()).header
    found = {canonical(name) for name in header}
    for label in ALL:
        if label not in found:
            yield Problem("missing_column", 1, label, None, f"The column {label!r} is missing.")
    for name in header:
        if canonical(name) not in ALL and name not in (IMAGE_ID, *reader_columns(header)):
            yield Problem("extra_column", 1, name, name, f"{shown(name)} is none of the 28 labels.")


def _of_images(images: Sequence[_Image], boxed: set[tuple[str, str]] | None) -> Iterator[Problem]:
    for image in images:
        yield from _of_id(image.line, image.image_id)
        if not image.labels:
            yield _about(image, "no_label", NO_FINDING, "has no label, not even 'No finding'.")
        elif not image.labels.intersection(GLOBAL):
            yield _about(image, "no_global_label", NO_FINDING, "has none of the six global labels.")
        others = [label for label in ALL if label in image.labels and label != NO_FINDING]
        if NO_FINDING in image.labels and others:
            detail = f"has 'No finding' and {', '.join(others)}; it is the one or the others."
            yield _about(image, "finding_with_no_finding", NO_FINDING, detail)
        for label in LOCAL:
            if boxed is not None and label in image.labels and (image.image_id, label) not in boxed:
                yield _about(image, "label_without_box", label, f"is labelled {label!r} and has no such box.")


def _of_boxes(rows: Sequence[_BoxRow], images: Sequence[_Image] | None) -> Iterator[Problem]:
    labels_of = None if images is None else {image.image_id: image.labels for image in images}
    for row in rows:
        if labels_of is None:
            yield from _of_id(row.line, row.image_id)
        if not row.has_box:
            continue
        if row.label in GLOBAL:
            detail = f"The label {row.label!r} is of the whole image and has no boxes."
            yield Problem("box_of_global_label", row.line, CLASS_NAME, row.label, detail)
        elif row.label not in LOCAL:
            detail = f"The class {shown(row.label)} is none of the 22 local labels."
            yield Problem("unknown_class", row.line, CLASS_NAME, row.label, detail)
        elif labels_of is not None:
            yield from _against_labels(row, labels_of.get(row.image_id))


def _against_labels(row: _BoxRow, labels: frozenset[str] | None) -> Iterator[Problem]:
    if labels is None:
        detail = f"The image {shown(row.image_id)} is not in the labels file."
        yield Problem("unknown_image", row.line, IMAGE_ID, row.image_id, detail)
        return
    if NO_FINDING in labels:
        detail = f"The image {shown(row.image_id)} has a box and the label 'No finding'."
        yield Problem("box_with_no_finding", row.line, IMAGE_ID, row.image_id, detail)
    if row.label not in labels:
        detail = f"The image {shown(row.image_id)} has this box and is not labelled {row.label!r}."
        yield Problem("box_without_label", row.line, CLASS_NAME, row.label, detail)


def _of_id(line: int, image_id: str) -> Iterator[Problem]:
    if not _IMAGE_ID_FORM.fullmatch(image_id):
        detail = f"The image id {shown(image_id)} is not 32 hexadecimal digits in lower case."
        yield Problem("image_id_form", line, IMAGE_ID, image_id, detail)


def _about(image: _Image, code: str, column: str, detail: str) -> Problem:
    return Problem(code, image.line, column, None, f"The image {shown(image.image_id)} {detail}")
