"""Classification files: one row per image, one column of probabilities per label."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.columns import IMAGE_ID, label_spelling, labels_in_header, place_columns
from scoring.decimals import read_numbers
from scoring.errors import Notice
from scoring.faults import Faults
from scoring.images import UNKNOWN, Images
from scoring.manifest import Manifest
from scoring.probabilities import Probabilities
from scoring.table import Table


def read_probability_rows(
    table: Table, manifest: Manifest, labels: Sequence[str] | None, faults: Faults
) -> Probabilities:
    """The probabilities of a classification file; FaultyFile with all its faults."""
    if labels is None:
        labels = labels_in_header(table.header)
    if not labels:
        faults.add("missing_column", 1, None, None, "There is no column of a label beside the image id.")
    place = place_columns(table.header, (IMAGE_ID, *labels), faults, spelling=label_spelling(labels))
    images = Images(manifest, faults)
    values = np.zeros((len(manifest.image_ids), len(labels)))
    for batch in table.batches():
        image = images.take(batch, place[IMAGE_ID])
        known = image != UNKNOWN
        for i, label in enumerate(labels):
            column = read_numbers(batch.cells(place[label]), 0.0, 1.0, faults)
            values[image[known], i] = column[known]

    images.report_repeated()
    if table.complete:
        images.report_missing("every image has one row")
    faults.raise_any()
    return Probabilities(manifest.image_ids, tuple(labels), values, table.rows, _notices(labels, values))


def _notices(labels: Sequence[str], values: NDArray[np.float64]) -> tuple[Notice, ...]:
    """Columns of one or two values are no fault, but seldom what was meant."""
    poor = [label for label, column in zip(labels, values.T, strict=True) if _has_few_values(column)]
    if not poor or len(values) <= 2:
        return ()
    detail = f"Columns with only one or two different values: {', '.join(poor)}."
    return (Notice("few_distinct_values", len(poor), detail),)


def _has_few_values(column: NDArray[np.float64]) -> bool:
    return bool(np.isin(column, (column.min(), column.max())).all())
