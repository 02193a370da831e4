"""What is odd about true boxes and doesn't refuse them: real files hold boxes twice and boxes that leave the image."""

from __future__ import annotations

import numpy as np

from scoring.box_truth import BoxTruth
from scoring.errors import Notice
from scoring.manifest import Manifest


def merge_repeated(truth: BoxTruth) -> tuple[BoxTruth, tuple[Notice, ...]]:
    """The truth with each box of an image and class once, and a notice of those left out.

    The same box of two classes is two findings and stays. A box that stood twice would be a finding that no
    detection can match: it would count against everybody.
    """
    rows = np.column_stack([truth.image, truth.label, truth.box])
    # The order is canonical, so that equal rows are neighbours.
    kept = np.ones(len(rows), dtype=np.bool_)
    kept[1:] = (rows[1:] != rows[:-1]).any(axis=1)
    repeated = int((~kept).sum())
    if not repeated:
        return truth, ()
    once = BoxTruth(truth.image_ids, truth.labels, truth.image[kept], truth.label[kept], truth.box[kept])
    detail = "Boxes with the class and the coordinates of another of their image; each counts once."
    return once, (Notice("repeated_box", repeated, detail),)


def remarks_on_boxes(truth: BoxTruth, manifest: Manifest) -> tuple[Notice, ...]:
    """A notice of the boxes that leave their image, where its size is known. KeyError with an image of no manifest."""
    if manifest.widths is None or manifest.heights is None:
        return ()
    position = np.array([manifest.index[image_id] for image_id in truth.image_ids], dtype=np.intp)[truth.image]
    width, height = manifest.widths[position], manifest.heights[position]
    # Comparing with the NaN of an unknown size is False.
    below = ((truth.box[:, :2] < 0).any(axis=1)) & ~np.isnan(width)
    outside = int((below | (truth.box[:, 2] > width) | (truth.box[:, 3] > height)).sum())
    if not outside:
        return ()
    return (Notice("box_outside_image", outside, "Boxes that leave their image; they are scored as they are."),)
