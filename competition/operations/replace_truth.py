"""An organizer uploads corrected labels: checked and sealed in memory, then everything is scored again."""

from django.db import transaction

from competition.errors import Conflict, Invalid
from competition.models import Competition, GroundTruth, TrackKind, User
from competition.operations.audit import write_down
from competition.operations.check_file import images_of
from competition.operations.stage import Measure, labels_of, seal, stage
from scoring import BoxTruth, LabelTruth, read_box_truth, read_groups, read_label_truth


def replace_truth(
    *, competition: Competition, files: dict[str, bytes], confirm: str, reason: str, organizer: User
) -> GroundTruth:
    """Stage a new version from one file per track (and `groups`); raises FaultyFile with the faults of a file.

    The images, the split, the metrics and the labels that count stay as they are.
    """
    if confirm != competition.slug:
        raise Conflict("not_confirmed", f'All submissions will be scored again; send "confirm": "{competition.slug}".')
    if not reason.strip():
        raise Invalid("reason_missing", "Give the reason for the new version; it is written down.", field="reason")
    active = GroundTruth.objects.active().get(competition=competition)
    images = images_of(competition)
    measures = list(active.tracks.select_related("track"))
    truths = {measure.track.kind: _read(measure.track.kind, measure.labels, files, images) for measure in measures}
    if active.grouped and "groups" not in files:
        raise Invalid("file_missing", "Send the groups too; the present version has them.", field="groups")
    groups = read_groups(files["groups"], manifest=images) if "groups" in files else None
    kept = [Measure(measure.track, measure.labels, measure.metric, measure.scored_labels) for measure in measures]
    labels = labels_of(truths, images.image_ids, groups)
    with transaction.atomic():
        truth = stage(competition, seal(labels), kept, reason=reason.strip(), by=organizer)
        write_down(competition, organizer, "replace_truth", truth.version, reason=reason, commitment=truth.commitment)
    return truth


def _read(kind: str, labels: list[str], files: dict[str, bytes], images: object) -> BoxTruth | LabelTruth:
    if kind not in files:
        raise Invalid(
            "file_missing", f"Send the truth of the {kind} track too; a version holds all tracks.", field=kind
        )
    read = read_box_truth if kind == TrackKind.DETECTION else read_label_truth
    return read(files[kind], labels=labels, manifest=images)
