"""The score of a submission by another way than `scoring` takes: its own code is not its witness.

`coco` is pycocotools itself; the VOC protocols and `froc` are written down plainly, with the overlaps of
pycocotools; AUROC is scikit-learn's. Slow, and used only to compare.
"""

import contextlib
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from sklearn.metrics import roc_auc_score

from scoring import BoxTruth, Detections, LabelTruth, Metric, Probabilities, parse_metric

FROC_RATES = (1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8)


def second_value(
    truth: BoxTruth | LabelTruth, predictions: Detections | Probabilities, *, metric: str, scored: list[str]
) -> float:
    """The score over the labels that count, on the truth's images. Predictions have the truth's images and labels."""
    places = [truth.labels.index(label) for label in scored]
    if isinstance(truth, LabelTruth):
        values = [roc_auc_score(truth.values[:, place], predictions.values[:, place]) for place in places]
        return float(np.mean(values))
    parsed = parse_metric(metric)
    if parsed.protocol == "coco":
        return float(np.mean(_by_pycocotools(truth, predictions)[places]))
    right = _right(truth, predictions, parsed.thresholds[0])
    if parsed.protocol == "froc":
        return _froc(truth, predictions, right, places)
    return float(np.mean([_voc(truth, predictions, right, place, parsed) for place in places]))


def _right(truth: BoxTruth, found: Detections, threshold: float) -> NDArray[np.bool_]:
    """Whether each detection is a true positive, as PASCAL VOC 2010 matches."""
    right = np.zeros(len(found.score), dtype=np.bool_)
    for of_truth, of_found in _by_image_and_label(truth, found):
        overlaps = mask.iou(_as_coco(found.box[of_found]), _as_coco(truth.box[of_truth]), [0] * len(of_truth))
        taken: set[int] = set()
        for row, place in zip(overlaps, of_found, strict=True):
            best = int(row.argmax())
            right[place] = row[best] > threshold and best not in taken
            if right[place]:
                taken.add(best)
    return right


def _by_image_and_label(truth: BoxTruth, found: Detections) -> Iterator[tuple[list[int], list[int]]]:
    """The true boxes and the detections of each image and label that has both, in canonical order."""
    boxes: dict[tuple[int, int], tuple[list[int], list[int]]] = {}
    for place, key in enumerate(zip(truth.image.tolist(), truth.label.tolist(), strict=True)):
        boxes.setdefault(key, ([], []))[0].append(place)
    for place, key in enumerate(zip(found.image.tolist(), found.label.tolist(), strict=True)):
        if key in boxes:
            boxes[key][1].append(place)
    return ((of_truth, of_found) for of_truth, of_found in boxes.values() if of_found)


def _as_coco(box: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([box[:, :2], box[:, 2:] - box[:, :2]])


def _voc(truth: BoxTruth, found: Detections, right: NDArray[np.bool_], label: int, metric: Metric) -> float:
    flags = right[found.label == label]
    positives = int((truth.label == label).sum())
    reached = np.cumsum(flags)
    recall, precision = reached / positives, reached / np.arange(1, len(flags) + 1)
    if metric.protocol == "voc2007":
        levels = np.linspace(0, 1, 11)
        return float(np.mean([precision[recall >= level].max(initial=0.0) for level in levels]))
    area, before = 0.0, 0.0
    for place in np.flatnonzero(flags):
        area += (recall[place] - before) * precision[place:].max()
        before = recall[place]
    return float(area)


def _froc(truth: BoxTruth, found: Detections, right: NDArray[np.bool_], places: list[int]) -> float:
    counting = np.isin(found.label, places)
    scores, flags = found.score[counting], right[counting]
    positives, images = int(np.isin(truth.label, places).sum()), len(truth.image_ids)
    points = [(int((~flags[scores >= score]).sum()), int(flags[scores >= score].sum())) for score in np.unique(scores)]
    reached = [max((hits for wrong, hits in points if wrong <= rate * images), default=0) for rate in FROC_RATES]
    return float(np.mean(reached)) / positives


def _by_pycocotools(truth: BoxTruth, found: Detections) -> NDArray[np.float64]:
    """The AP of each label, as the mean over the ten thresholds."""
    labels = range(len(truth.labels))
    if not len(found.score):
        return np.zeros(len(truth.labels))
    annotations = [
        {**_annotation(*row), "id": nth, "iscrowd": 0}
        for nth, row in enumerate(zip(truth.image, truth.label, truth.box, strict=True), start=1)
    ]
    results = [
        {**_annotation(image, label, box), "score": float(score)}
        for image, label, box, score in zip(found.image, found.label, found.box, found.score, strict=True)
    ]
    with contextlib.redirect_stdout(io.StringIO()):
        labelled = COCO()
        labelled.dataset = {
            "images": [{"id": place, "width": 1, "height": 1} for place in range(len(truth.image_ids))],
            "categories": [{"id": place, "name": str(place)} for place in labels],
            "annotations": annotations,
            "info": {},
        }
        labelled.createIndex()
        run = COCOeval(labelled, labelled.loadRes(results), "bbox")
        run.params.areaRng, run.params.areaRngLbl, run.params.maxDets = [[0, 1e10]], ["all"], [100]
        run.evaluate()
        run.accumulate()
    precision = run.eval["precision"][:, :, :, 0, 0]
    return np.where(precision < 0, np.nan, precision).mean(axis=(0, 1))


def _annotation(image: int, label: int, box: NDArray[np.float64]) -> dict[str, Any]:
    x_min, y_min, x_max, y_max = box.tolist()
    width, height = x_max - x_min, y_max - y_min
    return {
        "image_id": int(image),
        "category_id": int(label),
        "bbox": [x_min, y_min, width, height],
        "area": width * height,
    }
