"""Files are made from the sealed labels and scored, to see that the yardstick measures. For workers only.

What comes out is written down as pass or fail alone: a number would be one about the hidden labels.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from django.db.models.functions import Now

from competition.models import LaunchCheck, Track
from competition.operations.check_file import check_file, images_of, read_predictions
from competition.operations.yardstick import Yardstick, score_part, yardstick_of
from scoring import (
    BoxTruth,
    FaultyFile,
    LabelTruth,
    sample_classification,
    sample_detection,
    write_box_truth,
    write_label_truth,
)

RANDOM_FILES = 5
FEWEST_POSITIVES = 10
CHANCE_OF_BOXES = 0.1
"""Random boxes seldom meet true ones."""
STANDARD_ERRORS = 4
NO_FINDING = "No finding"
EXACT = 1e-9


def check_launch(check_id: int) -> None:
    """Answer a launch check, unless it is answered. Safe to call twice."""
    check = LaunchCheck.objects.select_related("ground_truth", "competition").get(pk=check_id)
    if check.finished_at is not None:
        return
    results = [
        {"check": name, "track": track.kind, "passed": bool(passed), "blocks": name != "positives"}
        for track in check.competition.tracks.all()
        for name, passed in _checks(track, replace(yardstick_of(check.ground_truth, track), resamples=0))
    ]
    LaunchCheck.objects.filter(pk=check.pk, finished_at__isnull=True).update(results=results, finished_at=Now())


def _checks(track: Track, yardstick: Yardstick) -> Iterator[tuple[str, bool]]:
    labels = list(yardstick.measure.labels)
    sample = sample_detection if isinstance(yardstick.truth, BoxTruth) else sample_classification
    random = [sample(images_of(track.competition), labels, seed) for seed in range(RANDOM_FILES)]
    try:
        check_file(track, random[0])
        sample_is_valid = True
    except FaultyFile:
        sample_is_valid = False
    perfect, empty = _made_from(yardstick.truth)
    yield "sample", sample_is_valid
    yield "perfect", all(abs(value - 1) <= EXACT for value in _values(track, yardstick, perfect))
    yield "empty", all(abs(value - _chance(yardstick)) <= EXACT for value in _values(track, yardstick, empty))
    by_file = np.array([_values(track, yardstick, content) for content in random])
    yield "random", bool((np.abs(by_file.mean(axis=0) - _chance(yardstick)) <= _tolerances(yardstick)).all())
    yield "positives", all((counts >= FEWEST_POSITIVES).all() for counts, _ in _counts(yardstick))


def _made_from(truth: BoxTruth | LabelTruth) -> tuple[bytes, bytes]:
    """A perfect file and an empty one: no box at all, or the same probability everywhere."""
    if isinstance(truth, LabelTruth):
        header, *rows = csv.reader(io.StringIO(write_label_truth(truth).decode(), newline=""))
        return _csv([header, *rows]), _csv([header, *([image, *["0.5"] * len(cells)] for image, *cells in rows)])
    (image_id, class_name, *corners), *rows = csv.reader(io.StringIO(write_box_truth(truth).decode(), newline=""))
    header = [image_id, class_name, "score", *corners]
    boxes = [[image, label, "1" if box[0] else "", *box] for image, label, *box in rows]
    return _csv([header, *boxes]), _csv([header, *([image, NO_FINDING, *[""] * 5] for image in truth.image_ids)])


def _csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _values(track: Track, yardstick: Yardstick, content: bytes) -> list[float]:
    """The score of a file on each part, by way of the reader that uploads take."""
    predictions = read_predictions(track, content, list(yardstick.measure.labels))
    scored = (score_part(yardstick, predictions, images).value for images in yardstick.parts.values())
    return [float("nan") if value is None else value for value in scored]


def _chance(yardstick: Yardstick) -> float:
    return 0.0 if isinstance(yardstick.truth, BoxTruth) else 0.5


def _tolerances(yardstick: Yardstick) -> list[float]:
    """How far the mean of the random files may lie from chance, on each part.

    An AUROC of P positive and N negative images that chance alone has ordered has the variance (P + N + 1) / (12 P N)
    (Mann and Whitney, 1947).
    """
    if isinstance(yardstick.truth, BoxTruth):
        return [CHANCE_OF_BOXES] * len(yardstick.parts)
    variances = [(images + 1) / (12 * counts * (images - counts)) for counts, images in _counts(yardstick)]
    return [float(STANDARD_ERRORS * np.sqrt(variance.sum() / RANDOM_FILES) / len(variance)) for variance in variances]


def _counts(yardstick: Yardstick) -> Iterator[tuple[Any, int]]:
    """On each part: the positive images of the labels that count, and how many images there are."""
    scored = [list(yardstick.truth.labels).index(label) for label in yardstick.measure.scored_labels]
    for images in yardstick.parts.values():
        yield yardstick.truth.restricted_to(images).positive_images().sum(axis=0)[scored], len(images)
