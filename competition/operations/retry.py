"""An organizer has a failed submission tried again, with three attempts of its own.

The web process may not write evaluations, so it asks, and the sweeper does it.
"""

from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from competition import queue
from competition.errors import Conflict
from competition.lifecycle import EvaluationState
from competition.models import Evaluation, RetryRequest, Submission, User
from competition.operations.audit import write_down
from competition.operations.restore import stand_where_none_does

LIVING = ("active", "staged")


@transaction.atomic
def retry(submission: Submission, *, organizer: User) -> Submission:
    """Ask for it. Safe to call twice.

    The upload counts again from then on, even beyond the limit if the team has used it meanwhile; if it fails once
    more it is given back once more.
    """
    failed = Evaluation.objects.filter(
        submission=submission, state=EvaluationState.FAILED, ground_truth__state__in=LIVING
    )
    if not failed:
        raise Conflict("not_failed", _("Only a submission that could not be scored can be tried again."))
    asked = [RetryRequest.objects.get_or_create(evaluation=evaluation)[1] for evaluation in failed]
    if any(asked):
        reasons = [evaluation.failure for evaluation in failed]
        write_down(submission.team.competition, organizer, "retry", submission.pk, failures=reasons)
    return submission


@transaction.atomic
def begin_retry(request: RetryRequest) -> None:
    """failed → waiting, and the upload counts again. Raises StaleStep where somebody else has done it."""
    evaluation = request.evaluation
    request.delete()
    if evaluation.state != EvaluationState.FAILED:
        return
    Submission.objects.filter(pk=evaluation.submission_id, refunded_at__isnull=False).update(refunded_at=None)
    if evaluation.ground_truth.state not in LIVING:
        # Another version has taken over meanwhile; what counts and has no evaluation against it gets one.
        return
    evaluation.retry()
    stand_where_none_does(evaluation.submission)
    transaction.on_commit(partial(queue.ring, evaluation.pk, evaluation.attempt), robust=True)
