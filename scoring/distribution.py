"""How sure a file is: the scores that it gives, counted label by label. No truth is looked at."""

from __future__ import annotations

from typing import Final

import numpy as np

from scoring.predictions import Detections, Probabilities

BINS: Final = 20


def distribution(predictions: Detections | Probabilities) -> dict[str, list[int]]:
    """label → how many of its scores lie in each of 20 equal bins of [0, 1]; the last one holds 1 as well.

    Scores are one for each box of a detection file, and one for each image of a classification file. The counts don't
    depend on the order of the rows.
    """
    labels = len(predictions.labels)
    if isinstance(predictions, Detections):
        place, score = predictions.label.astype(np.int64), predictions.score
    else:
        place, score = np.tile(np.arange(labels), len(predictions.values)), predictions.values.ravel()
    bins = np.minimum((score * BINS).astype(np.int64), BINS - 1)
    counts = np.bincount(place * BINS + bins, minlength=labels * BINS).reshape(labels, BINS)
    return dict(zip(predictions.labels, counts.tolist(), strict=True))
