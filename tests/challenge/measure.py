"""What a file scores, from its bytes and the simulated truth: pandas, scikit-learn, and VOC in plain words."""

import io
from collections import defaultdict

import numpy as np
import pandas as pd
from sklearn import config_context
from sklearn.metrics import roc_auc_score

from tests.challenge.world import Truth

OVERLAP = 0.4
Box = tuple[float, float, float, float]


def score_of(track: str, content: bytes, truth: Truth, images: set[str], labels: list[str]) -> float:
    """The mean over the labels of the AP (AUROC), on these images."""
    table = pd.read_csv(io.BytesIO(content))
    table = table[table.image_id.isin(images)]
    if track == "detection":
        return float(np.mean([_average_precision(table, truth.boxes, images, label) for label in labels]))
    predicted = table.set_index("image_id").loc[sorted(images)]
    right = truth.labels.loc[sorted(images)]
    with config_context(assume_finite=True, skip_parameter_validation=True):
        return float(np.mean([roc_auc_score(right[label], predicted[label]) for label in labels]))


def _average_precision(table: pd.DataFrame, boxes: pd.DataFrame, images: set[str], label: str) -> float:
    """PASCAL VOC 2010, strictly more than the overlap; by score, equal ones by image and corners."""
    of_label = boxes[(boxes.class_name == label) & boxes.image_id.isin(images)]
    right: dict[str, list[Box]] = defaultdict(list)
    for row in sorted(map(tuple, of_label.itertuples(index=False))):
        right[row[0]].append(row[2:6])
    found = table[table.class_name == label]
    ordered = sorted(
        zip(found.score, found.image_id, found.x_min, found.y_min, found.x_max, found.y_max, strict=True),
        key=lambda row: (-row[0], *row[1:]),
    )
    taken: set[tuple[str, int]] = set()
    hits = []
    for _, image, *box in ordered:
        overlaps = [_overlap(tuple(box), other) for other in right[image]]
        best = int(np.argmax(overlaps)) if overlaps else -1
        is_hit = best >= 0 and overlaps[best] > OVERLAP and (image, best) not in taken
        if is_hit:
            taken.add((image, best))
        hits.append(is_hit)
    return _area(np.array(hits, dtype=bool), len(of_label))


def _overlap(a: Box, b: Box) -> float:
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)


def _area(hits: np.ndarray, positives: int) -> float:
    """The area under the precision envelope, over all points."""
    recall = np.concatenate([[0.0], np.cumsum(hits) / positives])
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(recall) * envelope))
