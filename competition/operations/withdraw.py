"""A team takes a submission off the board, or chooses it for the final ranking. It stays in the books and counts."""

from django.db import transaction

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
