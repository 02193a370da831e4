"""A competition is copied: what it says, never who takes part or what was handed in. A rehearsal is such a copy."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from competition.errors import Conflict, Invalid
from competition.models import AuditEvent, Competition, GroundTruth, Split, User
from competition.operations.audit import write_down
from competition.operations.description import Description
from competition.operations.export_description import folder_of
from competition.operations.found import write_described
from competition.operations.stage import Measure, Sealed, stage

FURTHEST = timedelta(days=3660)
DATES = ("merge_until", "embargo_until", "entry_until", "external_data_until")


def clone(
    source: Competition,
    *,
    slug: str,
    by: User | None,
    title: str = "",
    shift: timedelta = timedelta(0),
    sealed: bool = False,
) -> Competition:
    """A hidden draft that says the same, its dates moved by `shift`; an organizer makes it public.

    With `sealed` it has the same hidden labels and the same split: the sealed boxes are copied as they are, nothing is
    opened. Without, labels are loaded from a folder before it is made public. No title: the source's.
    """
    return _copy(source, "clone", by, {"slug": slug, "title": title or source.title}, shift, sealed=sealed)


def rehearse(source: Competition, *, slug: str, by: User | None, sealed: bool = True) -> Competition:
    """A copy with the real dates that can be tried out from start to end by its own clock, and thrown away."""
    return _copy(source, "rehearse", by, {"slug": slug, "title": source.title}, timedelta(0), sealed=sealed)


@transaction.atomic
def _copy(
    source: Competition, act: str, by: User | None, names: dict[str, str], shift: timedelta, *, sealed: bool
) -> Competition:
    if abs(shift) > FURTHEST:
        raise Invalid(
            "too_far", _("Dates are moved by {days} days at most.").format(days=FURTHEST.days), field="shift_days"
        )
    folder = folder_of(source)
    folder = replace(folder, description=_renamed(_shifted(folder.description, shift), names))
    try:
        with transaction.atomic():
            copied = write_described(folder, organizer=by, hidden=True, rehearsal=act == "rehearse", copied_from=source)
    except IntegrityError as error:
        raise Conflict("slug_taken", _("There is a competition of this slug already; choose another.")) from error
    facts = _copy_labels(source, copied, by) if sealed else {}
    write_down(source, by, act, copied.slug, sealed=sealed)
    write_down(copied, by, "found", copied.slug, copied_from=source.slug, sealed=sealed, **facts)
    return copied


def _copy_labels(source: Competition, copied: Competition, by: User | None) -> dict[str, Any]:
    """The same boxes for the copy. A box names no competition, and holds its own salt, so the commitments stay true."""
    truth = GroundTruth.objects.active().filter(competition=source).first()
    if truth is None or truth.absent:
        raise Conflict("no_truth", _("There are no sealed labels here to copy."))
    facts: dict[str, Any] = {}
    split = Split.objects.filter(competition=source).first()
    if split is not None:
        Split.objects.create(competition=copied, fingerprint=split.fingerprint)
        with connection.cursor() as cursor:
            cursor.execute("SELECT copy_split(%s, %s)", [source.pk, copied.pk])
        facts["split_commitment"] = _commitment_to_split(source)
    tracks = {track.kind: track for track in copied.tracks.all()}
    measures = [
        Measure(tracks[measure.track.kind], measure.labels, measure.metric, measure.scored_labels)
        for measure in truth.tracks.select_related("track")
    ]
    box = Sealed(truth.sealed_id, truth.commitment, truth.fingerprint, truth.grouped, truth.overrides, truth.review)
    facts["commitment"] = stage(copied, box, measures, by=by).commitment
    return facts


def _commitment_to_split(source: Competition) -> str | None:
    events = AuditEvent.objects.filter(competition=source, facts__has_key="split_commitment").order_by("number")
    facts = events.values_list("facts", flat=True).first()
    return facts["split_commitment"] if facts else None


def _renamed(description: Description, names: dict[str, str]) -> Description:
    try:
        return Description.model_validate({**description.model_dump(by_alias=True), **names})
    except ValueError as error:
        raise Invalid(
            "bad_slug",
            _("A slug has 1 to 80 small letters, digits and hyphens; a title 1 to 200 characters."),
            field="slug",
        ) from error


def _shifted(description: Description, shift: timedelta) -> Description:
    dates = {name: value + shift for name in DATES if (value := getattr(description, name)) is not None}
    phases = tuple(
        phase.model_copy(update={"opens_at": phase.opens_at + shift, "closes_at": phase.closes_at + shift})
        for phase in description.phases
    )
    return description.model_copy(update={**dates, "phases": phases})
