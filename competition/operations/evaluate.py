"""One attempt at one evaluation: claim it, open the sealed labels, score, write the result, publish the board."""

import hashlib
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from django.db import transaction

from competition import storage, vault
from competition.models import Evaluation, Part, Score, Split, TrackKind, TruthTrack
from competition.operations.activate import activate_when_complete
from competition.operations.check_file import images_of, read_predictions
from competition.operations.give_up import fail
from competition.operations.keep_alive import kept_alive
from competition.operations.publish import publish_when_due
from scoring import (
    BoxTruth,
    Detections,
    FaultyFile,
    LabelTruth,
    Probabilities,
    Scorecard,
    parse_metric,
    read_box_truth,
    read_label_truth,
    score_classification,
    score_detection,
)


class CannotBeScored(Exception):
    """This file can never be scored against this truth; trying again would not help."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Yardstick:
    """The opened labels of a track with all that a score of a part depends on."""

    truth: BoxTruth | LabelTruth
    measure: TruthTrack
    parts: dict[str, list[str]]
    """part → its images in canonical order."""
    groups: dict[str, str] | None
    seed: int
    resamples: int


def evaluate(*, evaluation_id: int, attempt: int, worker: str) -> None:
    """Bring an evaluation to its end. Raises StaleStep when the attempt is not (or no longer) this caller's."""
    evaluation = Evaluation.objects.select_related(
        "submission__track__competition", "submission__phase", "ground_truth"
    ).get(pk=evaluation_id)
    evaluation.attempt = attempt
    evaluation.claim(worker, settings.ENVIRONMENT.lease_seconds)
    with kept_alive(evaluation):
        try:
            scorecards = _measure(evaluation)
        except CannotBeScored as reason:
            fail(evaluation, reason.code, reason.detail)
        else:
            _record(evaluation, scorecards)
    submission = evaluation.submission
    activate_when_complete(evaluation.ground_truth)
    publish_when_due(submission.phase, submission.track)


def _measure(evaluation: Evaluation) -> dict[str, Scorecard]:
    yardstick = _open_yardstick(evaluation)
    predictions = _read(evaluation, yardstick.measure.labels)
    return {part: _score(yardstick, predictions, images) for part, images in yardstick.parts.items()}


def _open_yardstick(evaluation: Evaluation) -> Yardstick:
    truth, track = evaluation.ground_truth, evaluation.submission.track
    measure = truth.tracks.get(track=track)
    labels = vault.open_labels(truth.sealed.box, truth.commitment)
    images = images_of(track.competition)
    read = read_box_truth if track.kind == TrackKind.DETECTION else read_label_truth
    return Yardstick(
        truth=read(labels.tracks[track.kind].encode(), labels=measure.labels, manifest=images),
        measure=measure,
        parts=_parts(evaluation, images.image_ids),
        groups=labels.groups,
        seed=truth.bootstrap_seed,
        resamples=truth.resamples,
    )


def _parts(evaluation: Evaluation, image_ids: tuple[str, ...]) -> dict[str, list[str]]:
    split = Split.objects.filter(competition=evaluation.ground_truth.competition_id).first()
    if split is None:
        return {Part.PUBLIC: list(image_ids)}
    public = set(vault.open_split(split.sealed.box))
    return {
        Part.PUBLIC: [image for image in image_ids if image in public],
        Part.PRIVATE: [image for image in image_ids if image not in public],
    }


def _read(evaluation: Evaluation, labels: list[str]) -> Detections | Probabilities:
    submission = evaluation.submission
    content = storage.read(submission.file)
    if hashlib.sha256(content).hexdigest() != submission.sha256:
        raise CannotBeScored("file_damaged", "The stored file is no longer the one that the receipt names.")
    try:
        return read_predictions(submission.track, content, submission.labels).relabelled(labels)
    except FaultyFile as faulty:
        first = faulty.problems[0]
        raise CannotBeScored("faulty_file", f"Line {first.line}, {first.column}: {first.detail}") from faulty
    except KeyError as missing:
        raise CannotBeScored("missing_label", f"The file has no column for {missing}, which counts now.") from missing


def _score(yardstick: Yardstick, predictions: Detections | Probabilities, images: list[str]) -> Scorecard:
    truth, predictions = yardstick.truth.restricted_to(images), predictions.restricted_to(images)
    groups = None if yardstick.groups is None else [yardstick.groups[image] for image in truth.image_ids]
    options = {
        "resamples": yardstick.resamples,
        "seed": yardstick.seed,
        "groups": groups,
        "scored": yardstick.measure.scored_labels,
        "curves": True,
    }
    if isinstance(truth, BoxTruth):
        return score_detection(truth, predictions, metric=parse_metric(yardstick.measure.metric), **options)
    return score_classification(truth, predictions, **options)


@transaction.atomic
def _record(evaluation: Evaluation, scorecards: dict[str, Scorecard]) -> None:
    evaluation.finish()
    Score.objects.bulk_create(_row(evaluation, part, scorecard) for part, scorecard in scorecards.items())


def _row(evaluation: Evaluation, part: str, scorecard: Scorecard) -> Score:
    if scorecard.value is None or scorecard.replicates is None:
        raise ValueError(f"no class that counts is defined on the {part} part")
    low, high = scorecard.interval or (None, None)
    return Score(
        evaluation=evaluation,
        part=part,
        value=scorecard.value,
        interval_low=low,
        interval_high=high,
        replicates=np.asarray(scorecard.replicates, dtype="<f4").tobytes(),
        report={
            **scorecard.as_json(),
            "scored_labels": [score.label for score in scorecard.classes if score.in_score],
            "curves": scorecard.curves_as_json(),
        },
    )
