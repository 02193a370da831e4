"""An organizer takes a disqualification back, with the reason."""

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Conflict, Invalid
from competition.models import Submission, User, now_in
from competition.operations.audit import write_down
from competition.operations.publish import request_publication
from competition.operations.write_letters import members_of, write_letters


@transaction.atomic
def restore(submission: Submission, *, organizer: User, reason: str) -> Submission:
    """Back on the board, as if it had never been off it; the audit keeps both acts."""
    if not reason.strip():
        raise Invalid("reason_missing", _("Give the reason; it is written down."), field="reason")
    before = submission.disqualification
    rows = Submission.objects.filter(pk=submission.pk, disqualified_at__isnull=False)
    if not rows.update(disqualified_at=None, disqualification=""):
        raise Conflict("not_disqualified", _("This submission is not disqualified."))
    stand_where_none_does(submission)
    write_down(
        submission.team.competition, organizer, "restore", submission.pk, reason=reason.strip(), disqualification=before
    )
    told = f"Your submission of {submission.received_at:%Y-%m-%d %H:%M} UTC counts again: {reason.strip()}"
    write_letters(submission.team.competition, members_of(submission.team_id), "a submission is restored", told)
    request_publication(submission.phase, submission.track)
    submission.refresh_from_db()
    return submission


def stand_where_none_does(submission: Submission) -> None:
    """What comes back after the picks were frozen stands for its team if nothing else does."""
    if submission.phase.picks_frozen_at is None:
        return
    of_team = Submission.objects.filter(team=submission.team_id, phase=submission.phase_id, track=submission.track_id)
    if not of_team.filter(picked_at__isnull=False).exists():
        now = now_in(submission.phase.competition_id)
        of_team.filter(pk=submission.pk, late=False, withdrawn_at=None).update(picked_at=now)
