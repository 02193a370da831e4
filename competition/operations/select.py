"""A team chooses submissions for the final ranking, or takes a choice back. Choices lock when the phase closes."""

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Conflict, Forbidden
from competition.models import Submission, Team, User, now_in
from competition.operations.accept_rules import refuse_unless_rules_accepted


@transaction.atomic
def select(submission: Submission, *, by: User | None = None) -> Submission:
    """Choose it, while the phase is open; beyond the phase's limit the oldest choice gives way. Safe to call twice.

    by: the member who chooses, who must have accepted the rules in force.
    """
    if by is not None:
        refuse_unless_rules_accepted(by, submission.phase.competition)
    _lock(submission)
    if submission.selected_at is not None:
        return submission
    _refuse_when_locked(submission)
    if submission.late:
        raise Conflict("late", _("A late submission is scored and never ranked, so it can't be chosen."))
    if submission.withdrawn_at or submission.disqualified_at:
        raise Conflict("not_on_board", _("A submission that is off the board can't be chosen."))
    _refuse_undeclared(submission)
    chosen = Submission.objects.filter(
        team=submission.team_id,
        phase=submission.phase_id,
        track=submission.track_id,
        selected_at__isnull=False,
    )
    oldest_first = list(chosen.order_by("selected_at").values_list("pk", flat=True))
    surplus = oldest_first[: max(0, len(oldest_first) - submission.phase.most_selected + 1)]
    Submission.objects.filter(pk__in=surplus).update(selected_at=None)
    Submission.objects.filter(pk=submission.pk).update(selected_at=now_in(submission.phase.competition_id))
    submission.refresh_from_db()
    return submission


@transaction.atomic
def unselect(submission: Submission, *, by: User | None = None) -> Submission:
    """Take the choice back, while the phase is open. Safe to call twice. by: as for `select`."""
    if by is not None:
        refuse_unless_rules_accepted(by, submission.phase.competition)
    _lock(submission)
    if submission.selected_at is None:
        return submission
    _refuse_when_locked(submission)
    Submission.objects.filter(pk=submission.pk).update(selected_at=None)
    submission.refresh_from_db()
    return submission


def _refuse_undeclared(submission: Submission) -> None:
    if submission.team.competition.declarations_required and not submission.declarations.exists():
        raise Conflict(
            "not_declared",
            _(
                "Declare first which external data and pretrained models this submission rests on, "
                "or that there are none; then choose it."
            ),
        )


def _lock(submission: Submission) -> None:
    """One choice of a team at a time, and none while the phase's picks are being frozen or its dates moved."""
    Team.objects.select_for_update(no_key=True).get(pk=submission.team_id)
    submission.refresh_from_db()
    submission.phase.hold()


def _refuse_when_locked(submission: Submission) -> None:
    if not submission.phase.is_open(now_in(submission.phase.competition_id)):
        raise Forbidden("phase_closed", _("The phase is closed; the choice for the final ranking stands."))
