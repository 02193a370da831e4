"""From the bytes of labels and file to scores. Pure: the same bytes give the same scores, in whatever process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from competition.sandbox.answer import PARTS, PartScore, Refused
from competition.sandbox.task import Task
from scoring import (
    SERVER_LIMITS,
    BoxTruth,
    Detections,
    FaultyFile,
    LabelTruth,
    Manifest,
    Probabilities,
    Scorecard,
    distribution,
    pack_shares,
    parse_metric,
    read_box_truth,
    read_detections,
    read_label_truth,
    read_manifest,
    read_probabilities,
    score_classification,
    score_detection,
)


@dataclass(frozen=True)
class Way:
    """How a part is scored."""

    metric: str
    scored: Sequence[str]
    groups: Mapping[str, str] | None
    seed: int
    resamples: int


def measure(task: Task) -> list[PartScore] | Refused:
    """The scores of a task's file on each part of the images."""
    both = read_both(task)
    if isinstance(both, Refused):
        return both
    images, truth, predictions = both
    way = Way(task.metric, task.scored, task.groups, task.seed, task.resamples)
    # Of the whole file: how many scores lie where on one part would tell which images are in it.
    counts = distribution(predictions)
    return [
        _part_score(part, score_part(truth, predictions, images_of_part, way), counts)
        for part, images_of_part in parts_of(images.image_ids, task.public).items()
    ]


def read_both(task: Task) -> tuple[Manifest, BoxTruth | LabelTruth, Detections | Probabilities] | Refused:
    """The images, the labels, and the file's predictions of them."""
    images = read_manifest(task.manifest)
    read = read_box_truth if task.kind == "detection" else read_label_truth
    truth = read(task.truth, labels=task.labels, manifest=images)
    try:
        return images, truth, read_file(task, images).relabelled(task.labels)
    except FaultyFile as faulty:
        first = faulty.problems[0]
        return Refused("faulty_file", f"Line {first.line}, {first.column}: {first.detail}")
    except KeyError as missing:
        return Refused("missing_label", f"The file has no column for {missing}, which counts now.")


def parts_of(image_ids: Sequence[str], public: Sequence[str] | None) -> dict[str, list[str]]:
    """part → its images in canonical order; without a split everything is public."""
    if public is None:
        return {PARTS[0]: list(image_ids)}
    chosen = set(public)
    return {
        PARTS[0]: [image for image in image_ids if image in chosen],
        PARTS[1]: [image for image in image_ids if image not in chosen],
    }


def score_part(
    truth: BoxTruth | LabelTruth, predictions: Detections | Probabilities, images: list[str], way: Way
) -> Scorecard:
    """The scorecard of predictions on a part of the images."""
    truth, predictions = truth.restricted_to(images), predictions.restricted_to(images)
    options = {
        "resamples": way.resamples,
        "seed": way.seed,
        "groups": None if way.groups is None else [way.groups[image] for image in truth.image_ids],
        "scored": way.scored,
        "curves": True,
    }
    if isinstance(truth, BoxTruth):
        return score_detection(truth, predictions, metric=parse_metric(way.metric), **options)
    return score_classification(truth, predictions, **options)


def read_file(task: Task, images: Manifest) -> Detections | Probabilities:
    """The predictions of a task's file, as it was checked when it came; raises FaultyFile."""
    read = read_detections if task.kind == "detection" else read_probabilities
    return read(task.file, manifest=images, labels=task.file_labels, limits=SERVER_LIMITS)


def _part_score(part: str, scorecard: Scorecard, counts: dict[str, list[int]]) -> PartScore:
    if scorecard.value is None or scorecard.replicates is None:
        raise ValueError(f"no class that counts is defined on the {part} part")
    return PartScore(
        part=part,
        value=scorecard.value,
        interval=scorecard.interval,
        report={
            **scorecard.as_json(),
            "scored_labels": [score.label for score in scorecard.classes if score.in_score],
            "curves": scorecard.curves_as_json(),
            "distribution": counts,
        },
        replicates=np.asarray(scorecard.replicates, dtype="<f4").tobytes(),
        class_replicates=pack_shares(scorecard.class_replicates),
    )
