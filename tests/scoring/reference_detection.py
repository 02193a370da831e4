"""The detection metrics written as plainly as their definitions, to compare with, and pycocotools."""

import contextlib
import io

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

RATES = (1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8)


def plain_iou(first, second):
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    if width <= 0 or height <= 0:
        return 0.0
    inter = width * height
    area = (first[2] - first[0]) * (first[3] - first[1])
    other = (second[2] - second[0]) * (second[3] - second[1])
    return inter / (area + other - inter)


def voc_flags(truth, found, threshold):
    """Whether each detection, taken by score, is a true positive."""
    taken, flags = set(), []
    for image, label, box in zip(found.image, found.label, found.box, strict=True):
        best, best_iou = None, -1.0
        for place in range(len(truth.box)):
            if truth.image[place] != image or truth.label[place] != label:
                continue
            overlap = plain_iou(box.tolist(), truth.box[place].tolist())
            if overlap > best_iou:
                best, best_iou = place, overlap
        is_right = best is not None and best_iou > threshold and best not in taken
        if is_right:
            taken.add(best)
        flags.append(is_right)
    return flags


def precision_and_recall(flags, positives):
    precision, recall, right = [], [], 0
    for nth, flag in enumerate(flags, start=1):
        right += flag
        precision.append(right / nth)
        recall.append(right / positives)
    return precision, recall


def voc_ap(flags, positives, protocol):
    """None without ground truth."""
    if not positives:
        return None
    precision, recall = precision_and_recall(flags, positives)
    if protocol == "voc2007":
        at_least = [
            [p for p, r in zip(precision, recall, strict=True) if r >= level] for level in np.linspace(0, 1, 11)
        ]
        return sum(max(points, default=0.0) for points in at_least) / 11
    area, before = 0.0, 0.0
    for place, reached in enumerate(recall):
        area += (reached - before) * max(precision[place:])
        before = reached
    return area


def voc_values(truth, found, threshold, protocol):
    """The AP of each label."""
    flags = np.array(voc_flags(truth, found, threshold), dtype=bool)
    return [
        voc_ap(flags[found.label == label].tolist(), int((truth.label == label).sum()), protocol)
        for label in range(len(truth.labels))
    ]


def froc_sensitivities(flags, scores, positives, images):
    """At the seven rates; None without ground truth."""
    if not positives:
        return None
    result = []
    for rate in RATES:
        sensitivity = 0.0
        for score in sorted(set(scores), reverse=True):
            at_least = [flag for flag, other in zip(flags, scores, strict=True) if other >= score]
            if at_least.count(False) / images <= rate:
                sensitivity = at_least.count(True) / positives
        result.append(sensitivity)
    return result


def coco_values(truth, found):
    """pycocotools' AP, (labels, 10); NaN where it says -1. Everything is handed over in canonical order."""
    images = [{"id": place, "width": 1, "height": 1} for place in range(len(truth.image_ids))]
    categories = [{"id": place, "name": name} for place, name in enumerate(truth.labels)]
    annotations = [
        {**_annotation(*row), "id": nth, "iscrowd": 0}
        for nth, row in enumerate(zip(truth.image, truth.label, truth.box, strict=True), start=1)
    ]
    results = [
        {**_annotation(image, label, box), "score": float(score)}
        for image, label, box, score in zip(found.image, found.label, found.box, found.score, strict=True)
    ]
    if not results:
        return np.array([[0.0 if (truth.label == label).any() else np.nan] * 10 for label in range(len(truth.labels))])
    with contextlib.redirect_stdout(io.StringIO()):
        truth_of_coco = COCO()
        truth_of_coco.dataset = {"images": images, "categories": categories, "annotations": annotations, "info": {}}
        truth_of_coco.createIndex()
        evaluation = COCOeval(truth_of_coco, truth_of_coco.loadRes(results), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
    precision = evaluation.eval["precision"][:, :, :, 0, 2]
    return np.where(precision < 0, np.nan, precision).mean(axis=1).T


def _annotation(image, label, box):
    x_min, y_min, x_max, y_max = box.tolist()
    width, height = x_max - x_min, y_max - y_min
    return {
        "image_id": int(image),
        "category_id": int(label),
        "bbox": [x_min, y_min, width, height],
        "area": width * height,
    }
