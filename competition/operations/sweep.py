"""What keeps every submission moving: lost rings are rung again, expired leases reopened, ready boards published.

Any number of sweepers may run; each step is a compare-and-set or under a lock.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import InterfaceError, OperationalError
from django.db.models import F
from django.db.models.functions import Now
from redis.exceptions import RedisError

from competition import queue
from competition.lifecycle import EvaluationState, StaleStep, TruthState
from competition.models import (
    Evaluation,
    GroundTruth,
    LaunchCheck,
    Phase,
    PublishRequest,
    Recount,
    RetryRequest,
    Track,
)
from competition.operations.activate import activate_when_complete
from competition.operations.begin_recounts import begin_recounts, ring_for_recount
from competition.operations.end_recount import reopen_recount_or_give_up
from competition.operations.freeze_picks import freeze_picks, phases_to_freeze
from competition.operations.give_up import reopen_or_give_up
from competition.operations.publish import publish_when_due
from competition.operations.retry import begin_retry
from competition.operations.reveal import phases_to_publish, reveal

PATIENCE = timedelta(seconds=3)
"""How long a waiting evaluation may be missing from the queue before it is rung for again."""
HOPE = timedelta(hours=1)
"""For how long a launch check that is not answered is rung for."""

log = logging.getLogger(__name__)


def sweep() -> None:
    """One round."""
    reopen_expired()
    ring_for_lost()
    for phase in phases_to_freeze():
        with _alone(f"the picks of phase {phase.pk}"):
            freeze_picks(phase)
    for truth in GroundTruth.objects.filter(state=TruthState.STAGED):
        with _alone(truth):
            activate_when_complete(truth)
    for request in RetryRequest.objects.select_related("evaluation__ground_truth", "evaluation__submission__phase"):
        with _alone(request):
            begin_retry(request)
    for check in LaunchCheck.objects.filter(finished_at=None, requested_at__range=(Now() - HOPE, Now() - PATIENCE)):
        queue.ring_for_launch_check(check.pk)
    for phase in phases_to_publish():
        with _alone(f"the final board of phase {phase.pk}"):
            reveal(phase, organizer=None)
    publish_ready()
    with _alone("the night's recounts"):
        begin_recounts()
        ring_for_recount()


def reopen_expired() -> None:
    """A lease that ran out belongs to a worker that died or hangs: what it had is opened for the next attempt."""
    for evaluation in Evaluation.objects.expired():
        with _alone(evaluation):
            reopen_or_give_up(evaluation, "lease_expired", "The worker died or hung while it was scoring.")
    for recount in Recount.objects.expired():
        with _alone(recount):
            reopen_recount_or_give_up(recount, "The worker died or hung while it was recounting.")


def ring_for_lost() -> None:
    """Ring for evaluations that wait and of which the queue knows nothing (any more)."""
    waiting = list(
        Evaluation.objects.filter(state=EvaluationState.WAITING, waiting_since__lt=Now() - PATIENCE)
        .order_by("waiting_since", "pk")
        .values_list("pk", "attempt")
    )
    if not waiting:
        return
    try:
        lost = queue.lost(waiting)
    except RedisError:
        return
    for evaluation_id, attempt in lost:
        queue.ring_again(evaluation_id, attempt)


def publish_ready() -> None:
    """Publish each board that has something new to tell."""
    ready = Evaluation.objects.ready_to_count().values_list("submission__phase", "submission__track")
    requested = PublishRequest.objects.values_list(F("phase"), F("track"))
    for phase_id, track_id in set(ready) | set(requested):
        with _alone(f"the board of phase {phase_id} and track {track_id}"):
            publish_when_due(Phase.objects.get(pk=phase_id), Track.objects.get(pk=track_id))


@contextmanager
def _alone(what: object) -> Iterator[None]:
    """A fault in one thing keeps nothing else waiting. That the database is away is everybody's."""
    try:
        yield
    except StaleStep as stale:
        log.info("stale_attempt: %s", stale)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("the sweeper went on without %s", what)
