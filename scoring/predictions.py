"""Reading prediction files: detections in their own form or Kaggle's, and probabilities."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.classification_file import read_probability_rows
from scoring.detection_file import read_box_rows
from scoring.detections import Detections
from scoring.faults import Faults
from scoring.kaggle_file import kaggle_header, read_prediction_strings
from scoring.limits import NO_LIMITS, SERVER_LIMITS, Limits
from scoring.manifest import Manifest
from scoring.probabilities import Probabilities
from scoring.table import Table

__all__ = [
    "NO_LIMITS",
    "SERVER_LIMITS",
    "Detections",
    "Limits",
    "Probabilities",
    "read_detections",
    "read_probabilities",
]


def read_detections(
    data: bytes, *, manifest: Manifest, labels: Sequence[str] | None, limits: Limits = NO_LIMITS
) -> Detections:
    """The boxes of a detection file, in its own form or in Kaggle's, which is told by the header.

    With labels None every class is welcome, and the labels are those found. FaultyFile with all faults of the
    file.
    """
    faults = Faults()
    table = Table(data, faults, limits)
    if kaggle_header(table.header):
        return read_prediction_strings(table, manifest, labels, limits, faults)
    return read_box_rows(table, manifest, labels, limits, faults)


def read_probabilities(
    data: bytes, *, manifest: Manifest, labels: Sequence[str] | None, limits: Limits = NO_LIMITS
) -> Probabilities:
    """The probabilities of a classification file.

    With labels None every column beside the image id is a label. FaultyFile with all faults of the file.
    """
    faults = Faults()
    return read_probability_rows(Table(data, faults, limits), manifest, labels, faults)
