"""Has every reader and metric run once, so that a child finds all that it needs loaded: it can open no file."""

import contextlib
from dataclasses import replace
from itertools import product

from competition.sandbox.errands import run
from competition.sandbox.task import LOOK, RECOUNT, SCORE, Task

_IMAGES = [f"image{number}" for number in range(24)]
_MANIFEST = "\n".join(["image_id,width,height", *(f"{image},100,100" for image in _IMAGES)]).encode()
_LABEL = "Aortic enlargement"
"""Kaggle's class 0."""
_HEADER = "image_id,class_name,score,x_min,y_min,x_max,y_max"


def warm_up(*, recounts: bool = False) -> None:
    """Score and look over a few made-up files of every kind, a faulty one among them; or recount them."""
    errands = [RECOUNT] if recounts else [SCORE, LOOK]
    boxes = [f"{image},{_LABEL},{{}}10,10,{50 + number},60.5" for number, image in enumerate(_IMAGES)]
    truth = "\n".join([_HEADER.replace(",score", ""), *(row.format("") for row in boxes)])
    found = "\n".join([_HEADER, *(row.format("0.5,") for row in boxes)])
    kaggle = "\n".join(["image_id,PredictionString", *(f"{image},0 0.5 10 10 50 60" for image in _IMAGES)])
    for metric, file in product(("voc2010@0.4", "voc2007@0.4", "coco", "froc"), (found, kaggle, "nonsense")):
        _try(_task("detection", metric, truth, file), errands)
    marks = "\n".join([f"image_id,{_LABEL}", *(f"{image},{number % 2}" for number, image in enumerate(_IMAGES))])
    for file in (marks, marks.replace(",1", ",0.5"), f"{marks}\nimage99,2"):
        _try(_task("classification", "auroc", marks, file), errands)


def _task(kind: str, metric: str, truth: str, file: str) -> Task:
    return Task(
        kind=kind,
        metric=metric,
        labels=[_LABEL],
        scored=[_LABEL],
        file_labels=[_LABEL],
        public=_IMAGES[:12],
        groups={image: image[:6] for image in _IMAGES},
        seed=0,
        resamples=10,
        truth=truth.encode(),
        manifest=_MANIFEST,
        file=file.encode(),
    )


def _try(task: Task, errands: list[str]) -> None:
    for errand in errands:
        # Whether it comes to an answer plays no part here.
        with contextlib.suppress(Exception):
            run(replace(task, errand=errand))
