"""A team chooses a submission for the final ranking."""

from django.db import transaction
from django.db.models.functions import Now

from competition.clock import database_now
from competition.errors import Conflict, Forbidden
from competition.models import Submission, Team

MOST_SELECTED = 2


@transaction.atomic
def select(submission: Submission) -> Submission:
    """Choose it, while the phase is open; a team has at most two choices per phase and track. Safe to call twice."""
    Team.objects.select_for_update(no_key=True).get(pk=submission.team_id)
    submission.refresh_from_db()
    if submission.selected_at is not None:
        return submission
    if not submission.phase.is_open(database_now()):
        raise Forbidden("phase_closed", "The phase is closed; the choice for the final ranking stands.")
    if submission.withdrawn_at or submission.disqualified_at:
        raise Conflict("not_on_board", "A submission that is off the board can't be chosen.")
    chosen = Submission.objects.filter(
        team=submission.team_id,
        phase=submission.phase_id,
        track=submission.track_id,
        selected_at__isnull=False,
    )
    oldest_first = list(chosen.order_by("selected_at").values_list("pk", flat=True))
    surplus = oldest_first[: max(0, len(oldest_first) - MOST_SELECTED + 1)]
    Submission.objects.filter(pk__in=surplus).update(selected_at=None)
    Submission.objects.filter(pk=submission.pk).update(selected_at=Now())
    submission.refresh_from_db()
    return submission
