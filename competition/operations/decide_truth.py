"""An organizer who has seen the rank changes of a held version lets it take over, or drops it."""

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Conflict
from competition.lifecycle import TruthState
from competition.models import Competition, GroundTruth, Track, User
from competition.operations.audit import write_down


@transaction.atomic
def confirm_truth(truth: GroundTruth, *, confirm: str, organizer: User) -> GroundTruth:
    """Let a held version take over: the sweeper switches all boards at one instant, within a second or two."""
    _refuse_unless_held(truth, confirm)
    if truth.evaluations.unfinished().exists():
        raise Conflict(
            "still_scoring", _("Not all submissions are scored against this version yet; wait until they are.")
        )
    GroundTruth.objects.filter(pk=truth.pk, state=TruthState.STAGED).update(held=False)
    write_down(truth.competition, organizer, "confirm_truth", truth.version, reason=truth.reason)
    truth.refresh_from_db()
    return truth


@transaction.atomic
def drop_truth(truth: GroundTruth, *, confirm: str, organizer: User) -> GroundTruth:
    """Give a held version up. The boards stay as they are; what was scored against it stays in the books."""
    _refuse_unless_held(truth, confirm)
    active = GroundTruth.objects.active().get(competition=truth.competition_id)
    _refuse_other_labels(truth, active)
    truth.drop()
    for measure in active.tracks.all():
        Track.objects.filter(pk=measure.track_id).update(metric=measure.metric)
    write_down(truth.competition, organizer, "drop_truth", truth.version, reason=truth.reason)
    return truth


def _refuse_unless_held(truth: GroundTruth, confirm: str) -> None:
    slug = truth.competition.slug
    if confirm != slug:
        raise Conflict(
            "not_confirmed", _('This is about the boards of all teams; send "confirm": "{slug}".').format(slug=slug)
        )
    Competition.objects.select_for_update(no_key=True).get(pk=truth.competition_id)
    truth.refresh_from_db()
    if truth.state != TruthState.STAGED or not truth.held:
        raise Conflict(
            "not_held", _("This version does not wait for a word: it is not held, or was decided on already.")
        )


def _refuse_other_labels(truth: GroundTruth, active: GroundTruth) -> None:
    """Such a version is held only where the server failed; by then files are checked against the labels that it has."""
    if _labels_of(truth) != _labels_of(active):
        raise Conflict(
            "other_labels",
            _(
                "This version changes the labels that uploads are checked against, so it can't be "
                "dropped. Apply the competition's folder as it was, or let this version take over."
            ),
        )


def _labels_of(truth: GroundTruth) -> dict[int, list[str]]:
    return dict(truth.tracks.values_list("track", "labels"))
