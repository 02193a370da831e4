"""What keeps every submission moving: lost rings are rung again, expired leases reopened, ready boards published.

Any number of sweepers may run; each step is a compare-and-set or under a lock.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.db import InterfaceError, OperationalError
from django.db.models import F
from django.db.models.functions import Now
from redis.exceptions import RedisError

from competition import queue, tally
from competition.errors import Refusal
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
from competition.operations.backoff import Backoff
from competition.operations.begin_missing import begin_missing
from competition.operations.begin_recounts import begin_recounts, ring_for_recount
from competition.operations.end_recount import reopen_recount_or_give_up
from competition.operations.freeze_picks import freeze_picks, phases_to_freeze
from competition.operations.give_up import reopen_or_give_up
from competition.operations.publish import publish_when_due
from competition.operations.retry import begin_retry
from competition.operations.reveal import phases_to_publish, reveal
from competition.operations.ring_for_looks import ring_for_looks

PATIENCE = timedelta(seconds=3)
"""How long a waiting evaluation may be missing from the queue before it is rung for again."""
HOPE = timedelta(hours=1)
"""For how long a launch check that is not answered is rung for."""

log = logging.getLogger(__name__)


_faults, _rings, _looks = Backoff(), Backoff(), Backoff()
"""What a sweeper leaves alone for a while: what went wrong, what it has rung for, and rare looks at all the books."""


def sweep() -> None:
    """One round."""
    reopen_expired()
    ring_for_lost()
    for phase in phases_to_freeze():
        _alone(f"the picks of phase {phase.pk}", partial(freeze_picks, phase))
    for truth in GroundTruth.objects.filter(state=TruthState.STAGED):
        _alone(f"version {truth}", partial(activate_when_complete, truth))
    for request in RetryRequest.objects.select_related("evaluation__ground_truth", "evaluation__submission__phase"):
        _alone(f"{request}", partial(begin_retry, request))
    for check in LaunchCheck.objects.filter(finished_at=None, requested_at__range=(Now() - HOPE, Now() - PATIENCE)):
        queue.ring_for_launch_check(check.pk)
    for phase in phases_to_publish():
        _alone(f"the final board of phase {phase.pk}", partial(reveal, phase, organizer=None))
    publish_ready()
    _alone("the night's recounts", begin_recounts)
    _alone("the rings for recounts", ring_for_recount)
    _alone("the rings to look submissions over", ring_for_looks)
    if _looks.is_due(begin_missing):
        _looks.tried(begin_missing)
        _alone("submissions without an evaluation", begin_missing)


def reopen_expired() -> None:
    """A lease that ran out belongs to a worker that died or hangs: what it had is opened for the next attempt."""
    died = "The worker died or hung while it was"
    for evaluation in Evaluation.objects.expired():
        _alone(str(evaluation), partial(reopen_or_give_up, evaluation, "lease_expired", f"{died} scoring."))
    for recount in Recount.objects.expired():
        _alone(f"recount {recount.pk}", partial(reopen_recount_or_give_up, recount, f"{died} recounting."))


def ring_for_lost() -> None:
    """Ring for evaluations that wait and of which the queue knows nothing (any more).

    Where ringing is in vain, since no worker gets as far as its claim, it is done more and more seldom.
    """
    waiting = list(
        Evaluation.objects.waiting_for(PATIENCE).order_by("waiting_since", "pk").values_list("pk", "attempt")
    )
    _rings.keep_only(waiting)
    due = [pair for pair in waiting if _rings.is_due(pair)]
    if not due:
        return
    try:
        lost = queue.lost(due, of=Evaluation.objects.filter(state=EvaluationState.WAITING).count())
    except RedisError:
        return
    for pair in lost:
        if queue.ring_again(*pair):
            _rings.tried(pair)


def publish_ready() -> None:
    """Publish each board that has something new to tell."""
    ready = Evaluation.objects.ready_to_count().values_list("submission__phase", "submission__track")
    requested = PublishRequest.objects.values_list(F("phase"), F("track"))
    for phase_id, track_id in set(ready) | set(requested):
        _alone(f"the board of phase {phase_id} and track {track_id}", partial(_publish, phase_id, track_id))


def _publish(phase_id: int, track_id: int) -> None:
    publish_when_due(Phase.objects.get(pk=phase_id), Track.objects.get(pk=track_id))


def _alone(what: str, act: Callable[[], object]) -> None:
    """A fault in one thing keeps nothing else waiting, and is not met again at once. A database away is everybody's."""
    if not _faults.is_due(what):
        return
    try:
        act()
    except StaleStep as stale:
        log.info("stale_attempt: %s", stale)
        tally.count("stale_attempt")
    except (OperationalError, InterfaceError):
        raise
    except Refusal as refusal:
        _faults.tried(what)
        log.info("%s can't be seen to yet: %s", what, refusal.detail)
    except Exception:
        _faults.tried(what)
        log.exception("the sweeper went on without %s", what)
    else:
        _faults.forget(what)
