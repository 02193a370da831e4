"""A new version of the ground truth takes over: when all is scored against it, the boards switch at one instant."""

from django.db import transaction

from competition.lifecycle import TruthState
from competition.models import Competition, GroundTruth, Phase, PublishRequest, Submission, Track
from competition.operations.freeze_picks import freeze_picks, phases_to_freeze
from competition.operations.publish import publish
from competition.operations.tell_ranks import ranks_shown, tell_ranks


def activate_when_complete(truth: GroundTruth) -> bool:
    """Switch to a staged version once no evaluation against it is unfinished, unless it is held. Safe at any time."""
    return _is_ready(truth) and _switch(truth)


@transaction.atomic
def _switch(truth: GroundTruth) -> bool:
    Competition.objects.select_for_update(no_key=True).get(pk=truth.competition_id)
    truth.refresh_from_db()
    if not _is_ready(truth):
        return False
    for phase in phases_to_freeze(competition=truth.competition_id):
        freeze_picks(phase)
    ranks = ranks_shown(truth.competition)
    before = list(GroundTruth.objects.active().filter(competition=truth.competition_id))
    for active in before:
        active.move_to(TruthState.RETIRED)
    truth.move_to(TruthState.ACTIVE)
    boards = Submission.objects.filter(team__competition=truth.competition_id).values_list("phase", "track").distinct()
    PublishRequest.objects.bulk_create(PublishRequest(phase_id=phase, track_id=track) for phase, track in boards)
    for phase_id, track_id in boards:
        publish(Phase.objects.get(pk=phase_id), Track.objects.get(pk=track_id))
    if before:
        tell_ranks(truth, ranks)
    return True


def _is_ready(truth: GroundTruth) -> bool:
    waits = truth.state != TruthState.STAGED or truth.held
    return not waits and not truth.evaluations.unfinished().exists()
