"""Reading and writing ground truth, and the groups that its images come in."""

from __future__ import annotations

import numpy as np

from scoring.box_truth import BoxTruth, read_box_truth, write_box_truth
from scoring.columns import IMAGE_ID, place_columns
from scoring.faults import Faults
from scoring.images import Images
from scoring.label_truth import LabelTruth, read_label_truth, write_label_truth
from scoring.manifest import Manifest
from scoring.table import Table

__all__ = [
    "BoxTruth",
    "LabelTruth",
    "read_box_truth",
    "read_groups",
    "read_label_truth",
    "write_box_truth",
    "write_label_truth",
]

_GROUP = "group"


def read_groups(data: bytes, *, manifest: Manifest) -> tuple[str, ...]:
    """The group of each image of the manifest, in its order, from a CSV file `image_id,group`.

    FaultyFile if an image is missing, unknown or there twice, or has no group.
    """
    faults = Faults()
    table = Table(data, faults)
    place = place_columns(table.header, (IMAGE_ID, _GROUP), faults)
    images = Images(manifest, faults)
    group_of: dict[int, str] = {}
    for batch in table.batches():
        image = images.take(batch, place[IMAGE_ID])
        cells = batch.cells(place[_GROUP])
        nameless = np.array([not value.strip() for value in cells.values], dtype=np.bool_)
        faults.add_unknown("empty_cell", cells, nameless, lambda value: "The group is blank; name it.")
        group_of.update(zip(image.tolist(), cells.values, strict=True))
    images.report_repeated()
    images.report_missing("every image has one row")
    faults.raise_any()
    return tuple(group_of[image] for image in range(len(manifest.image_ids)))
