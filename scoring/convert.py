"""Detection files of other forms, rewritten in this package's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scoring.coco_results import read_coco_results
from scoring.detections import Detections
from scoring.errors import FaultyFile, Notice, Problem
from scoring.faults import Faults
from scoring.kaggle_file import read_prediction_strings
from scoring.labels import KAGGLE, LOCAL
from scoring.limits import NO_LIMITS
from scoring.manifest import Manifest
from scoring.native import write_detections
from scoring.table import Table


@dataclass(frozen=True)
class Conversion:
    """The rewritten file, and what its author should look at."""

    csv: bytes
    warnings: tuple[Notice, ...]


def convert_kaggle(data: bytes, *, manifest: Manifest) -> Conversion:
    """A file in the form of Kaggle's VinBigData challenge. FaultyFile with all its faults."""
    faults = Faults()
    table = Table(data, faults, NO_LIMITS)
    detections = read_prediction_strings(table, manifest, None, NO_LIMITS, faults)
    absent = [label for label in LOCAL if label not in KAGGLE]
    detail = f"Kaggle's classes lack these local labels, so that nothing is predicted for them: {', '.join(absent)}."
    return _conversion(detections, [Notice("labels_without_class", len(absent), detail)])


def convert_coco(data: bytes, *, manifest: Manifest) -> Conversion:
    """A COCO results file: `[{"image_id", "category_id", "bbox": [x, y, width, height], "score"}]`.

    Categories 1 to 22 are the local labels in the paper's order; image ids are the manifest's strings.
    FaultyFile with all its faults.
    """
    conversion = _conversion(read_coco_results(data, manifest), [])
    hint = "Most boxes leave their image: bbox must be [x, y, width, height], and these look like two corners."
    warnings = (
        replace(notice, detail=hint) if notice.code == "most_boxes_outside_image" else notice
        for notice in conversion.warnings
    )
    return replace(conversion, warnings=tuple(warnings))


def _conversion(detections: Detections, warnings: Sequence[Notice]) -> Conversion:
    notices = {notice.code: notice for notice in detections.notices}
    if "normalised_coordinates" in notices:
        detail = (
            "All coordinates are between 0 and 1, so they seem to be shares of the image's width and height; "
            "multiply them by the size of each original image."
        )
        raise FaultyFile([Problem("normalised_coordinates", None, None, None, detail)])
    empty = len(detections.image_ids) - len(set(detections.image.tolist()))
    detail = "These images have no box and get a 'No finding' row; check that none was forgotten."
    silent = [Notice("images_without_box", empty, detail)] if empty else []
    return Conversion(write_detections(detections), (*warnings, *silent, *notices.values()))
