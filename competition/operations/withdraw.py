"""A team takes a submission off the board, or chooses it for the final ranking. It stays in the books and counts."""

from django.db import transaction
from django.db.models.functions import Now

from competition.models import Submission
from competition.operations.publish import request_publication


@transaction.atomic
def withdraw(submission: Submission) -> Submission:
    """Take it off the board; its place in the quota stays used. Safe to call twice."""
    if Submission.objects.filter(pk=submission.pk, withdrawn_at__isnull=True).update(withdrawn_at=Now()):
        request_publication(submission.phase, submission.track)
    submission.refresh_from_db()
    return submission
