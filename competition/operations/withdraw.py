"""A team takes a submission off the board, or puts it back while the phase is open. It stays in the books."""

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Forbidden
from competition.models import Submission, now_in
from competition.operations.publish import request_publication


@transaction.atomic
def withdraw(submission: Submission) -> Submission:
    """Take it off the board and out of the final choice; its place in the quota stays used. Safe to call twice."""
    here = Submission.objects.filter(pk=submission.pk, withdrawn_at__isnull=True)
    if here.update(withdrawn_at=now_in(submission.phase.competition_id), selected_at=None):
        request_publication(submission.phase, submission.track)
    submission.refresh_from_db()
    return submission


@transaction.atomic
def put_back(submission: Submission) -> Submission:
    """Undo a withdrawal while the phase is open; it is not chosen again by that. Safe to call twice.

    What is disqualified stays off the board.
    """
    submission.phase.hold()
    submission.refresh_from_db()
    if submission.withdrawn_at is None:
        return submission
    if not submission.phase.is_open(now_in(submission.phase.competition_id)):
        raise Forbidden("phase_closed", _("The phase is closed; what was withdrawn by then stays withdrawn."))
    if Submission.objects.filter(pk=submission.pk, withdrawn_at__isnull=False).update(withdrawn_at=None):
        request_publication(submission.phase, submission.track)
    submission.refresh_from_db()
    return submission
