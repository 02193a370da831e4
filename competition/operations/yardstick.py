"""What a submission is measured against: the opened labels and the parts of the images. For workers only."""

import hashlib
from dataclasses import dataclass

from competition import storage, vault
from competition.models import Evaluation, GroundTruth, Part, Split, Track, TrackKind, TruthTrack
from competition.operations.check_file import images_of, read_predictions
from scoring import (
    BoxTruth,
    Detections,
    FaultyFile,
    LabelTruth,
    Probabilities,
    read_box_truth,
    read_label_truth,
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


def open_yardstick(evaluation: Evaluation) -> Yardstick:
    """What an evaluation is measured against; needs the private key."""
    return yardstick_of(evaluation.ground_truth, evaluation.submission.track)


def yardstick_of(truth: GroundTruth, track: Track) -> Yardstick:
    """What a track is measured against under a version of the labels; needs the private key."""
    measure = truth.tracks.get(track=track)
    labels = vault.open_labels(truth.sealed.box, truth.commitment)
    images = images_of(track.competition)
    read = read_box_truth if track.kind == TrackKind.DETECTION else read_label_truth
    return Yardstick(
        truth=read(labels.tracks[track.kind].encode(), labels=measure.labels, manifest=images),
        measure=measure,
        parts=_parts(truth, images.image_ids),
        groups=labels.groups,
        seed=truth.bootstrap_seed,
        resamples=truth.resamples,
    )


def read_submission(evaluation: Evaluation, labels: list[str]) -> Detections | Probabilities:
    """The predictions of a submission for these labels; raises CannotBeScored."""
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


def _parts(truth: GroundTruth, image_ids: tuple[str, ...]) -> dict[str, list[str]]:
    split = Split.objects.filter(competition=truth.competition_id).first()
    if split is None:
        return {Part.PUBLIC: list(image_ids)}
    public = set(vault.open_split(split.sealed.box))
    return {
        Part.PUBLIC: [image for image in image_ids if image in public],
        Part.PRIVATE: [image for image in image_ids if image not in public],
    }
