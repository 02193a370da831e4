"""An organizer uploads corrected labels: checked and sealed in memory, then everything is scored again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db import transaction

from competition.errors import Conflict, Invalid
from competition.models import Competition, GroundTruth, Split, TruthTrack, User
from competition.operations.audit import write_down
from competition.operations.check_file import images_of
from competition.operations.preview import Preview, preview
from competition.operations.read_truth import Checked, FaultyTruth, check_truths, is_storable, parsed_overrides
from competition.operations.stage import Measure, labels_of, seal, stage
from competition.operations.unpack_export import looks_like_export, unpack_exports, without_lines
from scoring import FaultyFile, Manifest, read_groups

SEALED_SPLIT = "the split is sealed and not opened here; counts per part are made by create_competition from the folder"


@dataclass(frozen=True)
class _Incoming:
    """Good labels in memory, with how they will be measured."""

    checked: Checked
    images: Manifest
    groups: tuple[str, ...] | None
    measures: list[TruthTrack]


@dataclass(frozen=True)
class TruthPreview:
    """The preview, and a sentence on the parts where they are not known here (else empty)."""

    shown: Preview
    on_parts: str


def preview_truth(
    *, competition: Competition, files: Mapping[str, bytes], overrides: Mapping[str, str] | None = None
) -> TruthPreview:
    """What these files hold; raises FaultyTruth with the faults of a file. Nothing is stored anywhere."""
    incoming = _read(competition, files, overrides or {})
    not_counting = {
        measure.track.kind: {
            label: "the labels that count stay as they were"
            for label in measure.labels
            if label not in measure.scored_labels
        }
        for measure in incoming.measures
    }
    shown = preview(
        incoming.checked.truths,
        public=None,
        groups=incoming.groups,
        not_counting=not_counting,
        remarks=incoming.checked.remarks,
    )
    return TruthPreview(shown, SEALED_SPLIT if Split.objects.filter(competition=competition).exists() else "")


def replace_truth(
    *,
    competition: Competition,
    files: Mapping[str, bytes],
    confirm: str,
    reason: str,
    organizer: User,
    overrides: Mapping[str, str] | None = None,
    hold: bool = False,
) -> GroundTruth:
    """Stage a new version from one file per track (and `groups`); raises FaultyTruth with the faults of a file.

    The images, the split, the metrics and the labels that count stay as they are. With `hold` the boards wait for an
    organizer's word.
    """
    if confirm != competition.slug:
        raise Conflict("not_confirmed", f'All submissions will be scored again; send "confirm": "{competition.slug}".')
    if not reason.strip():
        raise Invalid("reason_missing", "Give the reason for the new version; it is written down.", field="reason")
    if not is_storable(reason):
        raise Invalid("nul_byte", "The reason has a NUL character; remove it.", field="reason")
    incoming = _read(competition, files, overrides or {})
    kept = [
        Measure(measure.track, measure.labels, measure.metric, measure.scored_labels) for measure in incoming.measures
    ]
    labels = labels_of(incoming.checked.truths, incoming.images.image_ids, incoming.groups)
    let_pass = incoming.checked.overrides
    with transaction.atomic():
        truth = stage(competition, seal(labels, let_pass), kept, reason=reason.strip(), by=organizer, hold=hold)
        facts = {"commitment": truth.commitment, **({"overrides": let_pass} if let_pass else {})}
        write_down(competition, organizer, "replace_truth", truth.version, reason=reason, **facts)
    return truth


def _read(competition: Competition, files: Mapping[str, bytes], overrides: Mapping[str, str]) -> _Incoming:
    active = GroundTruth.objects.active().get(competition=competition)
    images = images_of(competition)
    measures = list(active.tracks.select_related("track"))
    labels = {measure.track.kind: measure.labels for measure in measures}
    for kind in labels:
        if kind not in files:
            raise Invalid(
                "file_missing", f"Send the truth of the {kind} track too; a version holds all tracks.", field=kind
            )
    if active.grouped and "groups" not in files:
        raise Invalid("file_missing", "Send the groups too; the present version has them.", field="groups")
    given = {kind: files[kind] for kind in labels}
    checked = _checked(competition, given, labels, images, parsed_overrides(overrides))
    groups = _groups(files["groups"], images) if "groups" in files else None
    return _Incoming(checked, images, groups, measures)


def _checked(
    competition: Competition,
    files: dict[str, bytes],
    labels: dict[str, list[str]],
    images: Manifest,
    overrides: dict[str, str],
) -> Checked:
    rules, kinds = competition.rules, {kind for kind, content in files.items() if looks_like_export(content)}
    unpacked, remarks = unpack_exports(files, labels, rules=rules, kinds=kinds)
    try:
        checked = check_truths(unpacked, labels, manifest=images, rules=rules, overrides=overrides)
    except FaultyTruth as faulty:
        if faulty.kind in kinds:
            raise without_lines(faulty) from faulty
        raise
    return replace(checked, remarks=(*remarks, *checked.remarks))


def _groups(content: bytes, images: Manifest) -> tuple[str, ...]:
    try:
        return read_groups(content, manifest=images)
    except FaultyFile as faulty:
        raise FaultyTruth("groups", faulty) from faulty
