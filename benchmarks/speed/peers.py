"""One run of another program: `python -m benchmarks.speed.peers NAME TRUTH PREDICTIONS`.

Prints JSON: the value and the seconds of the estimate alone. Reading is as lean as the program allows, so that what is
compared is the programs.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Answer = dict[str, Any]
Dataset = dict[str, list[dict[str, Any]]]


def pycocotools(truth: str, predictions: str) -> Answer:
    """The reference, as its users run it: four areas, three numbers of detections."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    dataset, results = _read_coco(truth, predictions)
    started = time.perf_counter()
    known = COCO()
    known.dataset = dataset
    known.createIndex()
    return _evaluated(COCOeval(known, known.loadRes(_as_dicts(results)), "bbox"), started)


def faster_coco_eval(truth: str, predictions: str) -> Answer:
    """pycocotools with its loops in C++."""
    from faster_coco_eval import COCO, COCOeval_faster

    dataset, results = _read_coco(truth, predictions)
    started = time.perf_counter()
    known = COCO(dataset)
    return _evaluated(COCOeval_faster(known, known.loadRes(_as_dicts(results)), "bbox"), started)


def hotcoco(truth: str, predictions: str) -> Answer:
    """pycocotools written anew in Rust."""
    from hotcoco import COCO, COCOeval

    dataset, results = _read_coco(truth, predictions)
    started = time.perf_counter()
    known = COCO(dataset)
    return _evaluated(COCOeval(known, known.load_res(results), "bbox"), started)


def scikit_learn(truth: str, predictions: str) -> Answer:
    """AUROC label by label, and what a thousand resamples would take: twenty are measured."""
    from sklearn.metrics import roc_auc_score

    known, guessed = _read_matrix(truth) == 1, _read_matrix(predictions)
    started = time.perf_counter()
    value = float(np.mean([roc_auc_score(*columns) for columns in zip(known.T, guessed.T, strict=True)]))
    estimated = time.perf_counter()
    draw = np.random.default_rng(0)
    for _ in range(20):
        rows = draw.integers(0, len(known), len(known))
        for columns in zip(known[rows].T, guessed[rows].T, strict=True):
            roc_auc_score(*columns)
    return {
        "value": value,
        "estimate": estimated - started,
        "resamples": (time.perf_counter() - estimated) * 50,
    }


def torchmetrics(truth: str, predictions: str) -> Answer:
    """AUROC of all labels at once, with PyTorch."""
    import torch
    from torchmetrics.functional.classification import multilabel_auroc

    known, guessed = _read_matrix(truth), _read_matrix(predictions)
    started = time.perf_counter()
    labels = known.shape[1]
    value = multilabel_auroc(torch.from_numpy(guessed), torch.from_numpy(known).long(), num_labels=labels)
    return {"value": float(value), "estimate": time.perf_counter() - started}


PEERS: dict[str, Callable[[str, str], Answer]] = {
    "pycocotools": pycocotools,
    "faster-coco-eval": faster_coco_eval,
    "hotcoco": hotcoco,
    "scikit-learn": scikit_learn,
    "torchmetrics": torchmetrics,
}


def _evaluated(evaluation: Any, started: float) -> Answer:
    evaluation.evaluate()
    evaluation.accumulate()
    estimate = time.perf_counter() - started
    evaluation.summarize()
    return {"value": float(evaluation.stats[0]), "estimate": estimate}


def _read_coco(truth: str, predictions: str) -> tuple[Dataset, NDArray[np.float64]]:
    """COCO's dataset, and results as rows of image, x, y, width, height, score, category."""
    images: dict[str, int] = {}
    categories: dict[str, int] = {}
    annotations = []
    for name, label, *corners in _rows(truth):
        image = images.setdefault(name, len(images) + 1)
        if corners[0]:
            x, y, right, lower = map(float, corners)
            category = categories.setdefault(label, len(categories) + 1)
            box = [x, y, right - x, lower - y]
            annotation = {"image_id": image, "category_id": category, "bbox": box, "area": box[2] * box[3]}
            annotations.append({"id": len(annotations) + 1, "iscrowd": 0, **annotation})
    results = [
        (images[name], *map(float, corners), float(score), categories[label])
        for name, label, score, *corners in _rows(predictions)
        if score and label in categories
    ]
    rows = np.array(results)
    rows[:, 3:5] -= rows[:, 1:3]
    dataset = {
        "info": [],
        "images": [{"id": image, "width": 2500, "height": 2500} for image in images.values()],
        "categories": [{"id": number, "name": label} for label, number in categories.items()],
        "annotations": annotations,
    }
    return dataset, rows


def _as_dicts(results: NDArray[np.float64]) -> list[dict[str, Any]]:
    return [
        {"image_id": int(image), "category_id": int(category), "bbox": box, "score": score}
        for image, *box, score, category in results.tolist()
    ]


def _read_matrix(path: str) -> NDArray[np.float64]:
    return np.array([row[1:] for row in _rows(path)], dtype=np.float64)


def _rows(path: str) -> list[list[str]]:
    with open(path, newline="") as file:
        return list(csv.reader(file))[1:]


def main(name: str, truth: str, predictions: str) -> None:
    """Run one peer and print its answer; the programs' own prints are dropped."""
    with contextlib.redirect_stdout(io.StringIO()):
        answer = PEERS[name](truth, predictions)
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
