"""Labels that an organizer uploads are read and checked in memory: one file per track, or an export for all of them.

Nothing here is stored. What is read goes into the vault, or is told and forgotten.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from django.utils.translation import gettext as _

from competition.errors import Invalid
from competition.models import Competition, GroundTruth, TruthTrack
from competition.operations.check_file import images_of
from competition.operations.read_truth import Checked, FaultyTruth, check_truths, is_storable, parsed_overrides
from competition.operations.unpack_export import LONGEST_REVIEW, looks_like_export, unpack_exports, without_lines
from scoring import (
    FaultyFile,
    LabelAgreement,
    LabelTruth,
    Manifest,
    agreements,
    check_stages,
    read_groups,
    read_readings,
)

T = TypeVar("T")

EXPORT = "export"
"""The file that stands in for that of every track which has none of its own."""


@dataclass(frozen=True)
class IncomingTruth:
    """Good labels in memory, with how they will be measured, and what is known of those who read the images."""

    checked: Checked
    images: Manifest
    groups: tuple[str, ...] | None
    measures: list[TruthTrack]
    review: str
    persons: int | None
    agreement: tuple[LabelAgreement, ...]


@dataclass(frozen=True)
class UploadedTruth:
    """What an organizer sends: files by their field, overrides (check → reason), and the review that counts.

    Fields: a track's kind, `export`, `groups`, `stages` and `readings` (the first-stage marks).
    """

    files: Mapping[str, bytes]
    overrides: Mapping[str, str]
    review: str = ""


def read_incoming(competition: Competition, upload: UploadedTruth) -> IncomingTruth:
    """Read and check everything; raises FaultyTruth with the faults of a file, or Invalid."""
    active = GroundTruth.objects.in_force(competition)
    images = images_of(competition)
    measures = list(active.tracks.select_related("track"))
    given = _of_tracks(upload.files, [measure.track.kind for measure in measures])
    if active.grouped and "groups" not in upload.files:
        raise Invalid("file_missing", _("Send the groups too; the present version has them."), field="groups")
    checked = _checked(competition, given, measures, images, upload)
    groups = None
    if "groups" in upload.files:
        groups = _of("groups", lambda: read_groups(upload.files["groups"], manifest=images))
    persons, agreement = _readers(upload.files, images, checked)
    return IncomingTruth(checked, images, groups, measures, upload.review, persons, agreement)


def _of_tracks(files: Mapping[str, bytes], kinds: list[str]) -> dict[str, bytes]:
    export = {EXPORT: files[EXPORT]} if EXPORT in files else {}
    if export and not looks_like_export(files[EXPORT]):
        raise Invalid("no_export", _("This is no export of VinDr Lab, which is a JSON object."), field=EXPORT)
    for kind in kinds:
        if kind not in files and not export:
            raise Invalid(
                "file_missing",
                _("Send the truth of the {kind} track too; a version holds all tracks.").format(kind=kind),
                field=kind,
            )
    return {kind: files.get(kind, export.get(EXPORT, b"")) for kind in kinds}


def _checked(
    competition: Competition,
    files: dict[str, bytes],
    measures: list[TruthTrack],
    images: Manifest,
    upload: UploadedTruth,
) -> Checked:
    labels = {measure.track.kind: measure.labels for measure in measures}
    overrides = parsed_overrides(upload.overrides)
    rules, kinds = competition.rules, {kind for kind, content in files.items() if looks_like_export(content)}
    _refuse_bad_review(upload.review, kinds)
    unpacked, remarks = unpack_exports(files, labels, rules=rules, kinds=kinds, review=upload.review)
    try:
        checked = check_truths(unpacked, labels, manifest=images, rules=rules, overrides=overrides)
    except FaultyTruth as faulty:
        if faulty.kind in kinds:
            raise without_lines(faulty) from faulty
        raise
    return replace(checked, remarks=(*remarks, *checked.remarks))


def _refuse_bad_review(review: str, kinds: set[str]) -> None:
    if len(review) > LONGEST_REVIEW or not is_storable(review):
        raise Invalid(
            "bad_review",
            _("A review is named by an id of at most {longest_review} characters.").format(
                longest_review=LONGEST_REVIEW
            ),
            field="review",
        )
    if review and not kinds:
        raise Invalid(
            "review_without_export", _("A review is chosen from an export; these are CSV files."), field="review"
        )


def _readers(
    files: Mapping[str, bytes], images: Manifest, checked: Checked
) -> tuple[int | None, tuple[LabelAgreement, ...]]:
    """How many persons kept the two-stage rule, and how the first readers agree with the consensus."""
    persons = None
    if "stages" in files:
        persons = _of("stages", lambda: check_stages(files["stages"], manifest=images))
    if "readings" not in files:
        return persons, ()
    consensus = checked.truths.get("classification")
    if not isinstance(consensus, LabelTruth):
        raise Invalid(
            "no_consensus", _("Readings are compared with the labels of a classification track."), field="readings"
        )
    marks = _of("readings", lambda: read_readings(files["readings"], labels=consensus.labels, manifest=images))
    return persons, agreements(marks, consensus)


def _of(field: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except FaultyFile as faulty:
        raise FaultyTruth(field, faulty) from faulty
