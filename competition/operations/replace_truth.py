"""An organizer uploads corrected labels: checked and sealed in memory, then everything is scored again."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Conflict, Invalid
from competition.models import Competition, GroundTruth, Split, User
from competition.operations.audit import write_down
from competition.operations.incoming_truth import IncomingTruth, UploadedTruth, read_incoming
from competition.operations.preview import Preview, preview
from competition.operations.read_truth import is_storable
from competition.operations.stage import Measure, labels_of, seal, stage
from scoring import LabelAgreement

SEALED_SPLIT = "the split is sealed and not opened here; counts per part are made by create_competition from the folder"


@dataclass(frozen=True)
class TruthPreview:
    """The preview, a sentence on the parts where they are not known here (else empty), and what is known of readers."""

    shown: Preview
    on_parts: str
    persons: int | None = None
    agreement: tuple[LabelAgreement, ...] = ()


def preview_truth(
    *,
    competition: Competition,
    files: Mapping[str, bytes],
    overrides: Mapping[str, str] | None = None,
    review: str = "",
) -> TruthPreview:
    """What these files hold; raises FaultyTruth with the faults of a file. Nothing is stored anywhere."""
    return preview_of(competition, read_incoming(competition, UploadedTruth(files, overrides or {}, review)))


def preview_of(competition: Competition, incoming: IncomingTruth) -> TruthPreview:
    """Counts of labels that are in memory."""
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
    on_parts = SEALED_SPLIT if Split.objects.filter(competition=competition).exists() else ""
    return TruthPreview(shown, on_parts, incoming.persons, incoming.agreement)


def replace_truth(
    *,
    competition: Competition,
    files: Mapping[str, bytes],
    confirm: str,
    reason: str,
    organizer: User,
    overrides: Mapping[str, str] | None = None,
    review: str = "",
    hold: bool = False,
) -> GroundTruth:
    """Stage a new version from the uploaded files; raises FaultyTruth with the faults of a file.

    The images, the split, the metrics and the labels that count stay as they are. With `hold` the boards wait for an
    organizer's word.
    """
    refuse_unless_meant(competition, confirm=confirm, reason=reason)
    incoming = read_incoming(competition, UploadedTruth(files, overrides or {}, review))
    return seal_and_stage(competition, incoming, reason=reason, organizer=organizer, hold=hold)


def refuse_unless_meant(competition: Competition, *, confirm: str, reason: str) -> None:
    """The slug must be typed, and the reason given."""
    if confirm != competition.slug:
        raise Conflict(
            "not_confirmed",
            _('All submissions will be scored again; send "confirm": "{slug}".').format(slug=competition.slug),
        )
    if not reason.strip():
        raise Invalid("reason_missing", _("Give the reason for the new version; it is written down."), field="reason")
    if not is_storable(reason):
        raise Invalid("nul_byte", _("The reason has a NUL character; remove it."), field="reason")


def seal_and_stage(
    competition: Competition, incoming: IncomingTruth, *, reason: str, organizer: User, hold: bool
) -> GroundTruth:
    """From here on the labels are sealed; everything is scored against them."""
    kept = [
        Measure(measure.track, measure.labels, measure.metric, measure.scored_labels) for measure in incoming.measures
    ]
    labels = labels_of(incoming.checked.truths, incoming.images.image_ids, incoming.groups)
    let_pass = incoming.checked.overrides
    with transaction.atomic():
        sealed = seal(labels, let_pass, incoming.review)
        truth = stage(competition, sealed, kept, reason=reason.strip(), by=organizer, hold=hold)
        facts = {"commitment": truth.commitment, **({"overrides": let_pass} if let_pass else {})}
        facts |= {"review": incoming.review} if incoming.review else {}
        write_down(competition, organizer, "replace_truth", truth.version, reason=reason, **facts)
    return truth
