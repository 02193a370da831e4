"""Writes detections and probabilities in this package's own forms."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from scoring.columns import BOX, IMAGE_ID
from scoring.detection_file import COLUMNS
from scoring.detections import Detections
from scoring.labels import NO_FINDING
from scoring.probabilities import Probabilities


def write_detections(detections: Detections) -> bytes:
    """One row per box, image after image, by score; an image without a box has its `No finding` row."""
    rows_of: list[list[Sequence[object]]] = [[] for _ in detections.image_ids]
    columns = (detections.image, detections.label, detections.score, detections.box)
    for image, label, score, box in zip(*(column.tolist() for column in columns), strict=True):
        row = (detections.image_ids[image], detections.labels[label], *map(_decimal, (score, *box)))
        rows_of[image].append(row)
    for image_id, rows in zip(detections.image_ids, rows_of, strict=True):
        if not rows:
            rows.append((image_id, NO_FINDING, "", *[""] * len(BOX)))
    return _csv([COLUMNS, *(row for rows in rows_of for row in rows)])


def write_probabilities(probabilities: Probabilities) -> bytes:
    """One row per image, one column per label."""
    rows = zip(probabilities.image_ids, probabilities.values.tolist(), strict=True)
    header = (IMAGE_ID, *probabilities.labels)
    return _csv([header, *((image_id, *map(_decimal, row)) for image_id, row in rows)])


def _decimal(number: float) -> str:
    """The shortest decimal that reads back as the same float64."""
    return str(int(number)) if number.is_integer() else repr(number)


def _csv(rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
