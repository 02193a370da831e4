"""One stretch of a board's recount: scores are computed again by another way until a submission waits."""

import time

from django.conf import settings

from competition.lifecycle import LAST_ATTEMPT
from competition.models import Recount
from competition.models.evaluation import EvaluationQuerySet
from competition.operations.begin_recounts import submissions_wait
from competition.operations.end_recount import finish_recount
from competition.operations.keep_alive import kept_alive
from competition.operations.recompute import Fault, compare, compare_rows, scores_of

LONGEST_STRETCH = 20.0
"""Seconds; then others in the queue have their turn."""


def recount(*, recount_id: int, attempt: int, worker: str) -> None:
    """Go on with a recount, to its end or until it has to make way. Raises StaleStep when it is another's turn."""
    one = Recount.objects.select_related("phase", "track__competition", "ground_truth").get(pk=recount_id)
    one.attempt = attempt
    if submissions_wait():
        return
    one.claim(worker, settings.ENVIRONMENT.lease_seconds)
    with kept_alive(one):
        if not _compare_scores(one):
            one.pause()
            return
        version, found = compare_rows(one.phase, one.track)
        finish_recount(one, version or one.board_version, [difference.without_numbers for difference in found])


def _compare_scores(one: Recount) -> bool:
    """Compare what has not been compared yet; False when it has to make way before the end."""
    over = time.monotonic() + min(LONGEST_STRETCH, settings.ENVIRONMENT.job_seconds / 2)
    every = scores_of(one.phase, one.track, one.ground_truth)
    _pass_over_what_broke_off(one, every.filter(pk__gt=one.last))
    for evaluation in every.filter(pk__gt=one.last).iterator(chunk_size=50):
        if submissions_wait() or time.monotonic() > over:
            return False
        one.note(evaluation.pk, [difference.without_numbers for difference in compare(evaluation)])
    return True


def _pass_over_what_broke_off(one: Recount, rest: EvaluationQuerySet) -> None:
    """At the last attempt the submission at which the others ended is left out, so that the rest is compared."""
    if one.broken_off < LAST_ATTEMPT - 1:
        return
    evaluation = rest.first()
    if evaluation is not None:
        fault = Fault(f"submission {evaluation.submission_id}", "the process ended at it")
        one.note(evaluation.pk, [fault.without_numbers])
