"""What a submission is measured against: the opened labels and the parts of the images. For workers only."""

import hashlib
import logging
from dataclasses import dataclass

from competition import storage, vault
from competition.errors import Unavailable
from competition.models import Evaluation, GroundTruth, Manifest, Split, Submission, Track, TrackKind, TruthTrack
from competition.operations.check_file import images_of, read_predictions
from competition.sandbox import measure as measuring
from competition.sandbox.task import LOOK, Task
from scoring import (
    BoxTruth,
    Detections,
    FaultyFile,
    LabelTruth,
    Probabilities,
    Scorecard,
    read_box_truth,
    read_label_truth,
)

log = logging.getLogger(__name__)


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


def yardstick_of(truth: GroundTruth, track: Track) -> Yardstick:
    """What a track is measured against under a version of the labels; needs the private key."""
    measure = truth.tracks.get(track=track)
    labels = vault.open_labels(truth.sealed.box, truth.commitment)
    images = images_of(track.competition)
    read = read_box_truth if track.kind == TrackKind.DETECTION else read_label_truth
    return Yardstick(
        truth=read(labels.tracks[track.kind].encode(), labels=measure.labels, manifest=images),
        measure=measure,
        parts=measuring.parts_of(images.image_ids, _public_images(truth)),
        groups=labels.groups,
        seed=truth.bootstrap_seed,
        resamples=truth.resamples,
    )


def score_part(yardstick: Yardstick, predictions: Detections | Probabilities, images: list[str]) -> Scorecard:
    """The scorecard of predictions on a part of the images."""
    measure = yardstick.measure
    way = measuring.Way(measure.metric, measure.scored_labels, yardstick.groups, yardstick.seed, yardstick.resamples)
    return measuring.score_part(yardstick.truth, predictions, images, way)


def task_of(evaluation: Evaluation) -> Task:
    """All that a score depends on, as bytes for the process that scores; needs the private key.

    Raises CannotBeScored. Nothing of the file is read here.
    """
    submission, truth = evaluation.submission, evaluation.ground_truth
    track = submission.track
    measure = truth.tracks.get(track=track)
    labels = vault.open_labels(truth.sealed.box, truth.commitment)
    return Task(
        kind=track.kind,
        metric=measure.metric,
        labels=list(measure.labels),
        scored=list(measure.scored_labels),
        file_labels=list(submission.labels),
        public=_public_images(truth),
        groups=labels.groups,
        seed=truth.bootstrap_seed,
        resamples=truth.resamples,
        truth=labels.tracks[track.kind].encode(),
        manifest=bytes(Manifest.objects.get(competition=track.competition_id).content),
        file=_bytes_of(submission),
    )


def look_task_of(evaluation: Evaluation, seed: int) -> Task:
    """What a look needs, as bytes: neither parts nor groups, and no labels where these are not here.

    seed: of the sample by which the likeness is taken. Raises CannotBeScored.
    """
    submission, truth = evaluation.submission, evaluation.ground_truth
    measure = truth.tracks.get(track=submission.track)
    try:
        labels = vault.open_labels(truth.sealed.box, truth.commitment).tracks[submission.track.kind].encode()
    except Unavailable as absent:
        log.info("submission %s can't be held against the labels: %s", submission.pk, absent)
        labels = b""
    return Task(
        kind=submission.track.kind,
        metric=measure.metric,
        labels=list(measure.labels),
        scored=[],
        file_labels=list(submission.labels),
        public=None,
        groups=None,
        seed=seed,
        resamples=0,
        truth=labels,
        manifest=bytes(Manifest.objects.get(competition=submission.track.competition_id).content),
        file=_bytes_of(submission),
        errand=LOOK,
    )


def read_submission(evaluation: Evaluation, labels: list[str]) -> Detections | Probabilities:
    """The predictions of a submission for these labels; raises CannotBeScored."""
    submission = evaluation.submission
    content = _bytes_of(submission)
    try:
        return read_predictions(submission.track, content, submission.labels).relabelled(labels)
    except FaultyFile as faulty:
        first = faulty.problems[0]
        raise CannotBeScored("faulty_file", f"Line {first.line}, {first.column}: {first.detail}") from faulty
    except KeyError as missing:
        raise CannotBeScored("missing_label", f"The file has no column for {missing}, which counts now.") from missing


def _bytes_of(submission: Submission) -> bytes:
    content = storage.read(submission.file)
    if hashlib.sha256(content).hexdigest() != submission.sha256:
        raise CannotBeScored("file_damaged", "The stored file is no longer the one that the receipt names.")
    return content


def _public_images(truth: GroundTruth) -> list[str] | None:
    """The images of the public part; None without a split: everything is public."""
    split = Split.objects.filter(competition=truth.competition_id).first()
    return None if split is None else vault.open_split(split.sealed.box)
