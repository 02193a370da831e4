"""The bell: tells a worker that an evaluation waits. PostgreSQL is the truth; a ring that is lost is rung again.

Jobs are named by dotted string, so that nothing below `jobs` imports it. A message carries a row's id and an attempt,
and nothing else, as JSON.
"""

import logging
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue, Worker
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer

QUEUE_NAME = "evaluations"
EVALUATE = "competition.jobs.evaluate_next"
CHECK_LAUNCH = "competition.jobs.check_launch"
LOOK_OVER = "competition.jobs.look_over"
RECOUNT = "competition.jobs.recount"
PULSE_SECONDS = 45
_PULSE = "vindr:pulse:"

log = logging.getLogger(__name__)


@cache
def connection() -> Redis:
    """The connection to Valkey for ringing: it gives up at once instead of making a request wait."""
    return Redis.from_url(
        settings.ENVIRONMENT.redis_url,
        socket_timeout=2,
        socket_connect_timeout=1,
        retry=Retry(NoBackoff(), 1),
        health_check_interval=30,
    )


def bell() -> Queue:
    """The one queue that workers listen to (a single queue is what lets RQ move a job instead of popping it)."""
    return Queue(QUEUE_NAME, connection=connection(), serializer=JSONSerializer)


def job_id(evaluation_id: int, attempt: int) -> str:
    """The name of the message for one attempt at one evaluation."""
    return f"evaluation-{evaluation_id}-{attempt}"


def ring(evaluation_id: int, attempt: int) -> bool:
    """Tell a worker. False when the bell is out of reach: the sweeper will ring again. Safe to call twice."""
    rung = _ring(EVALUATE, job_id(evaluation_id, attempt), evaluation_id, attempt)
    if not rung:
        log.warning("the bell is out of reach; the sweeper will ring again")
    return rung


def ring_for_launch_check(check_id: int) -> bool:
    """Tell a worker that a launch check waits. False when the bell is out of reach. Safe to call twice."""
    return _ring(CHECK_LAUNCH, f"launch-check-{check_id}", check_id)


def ring_for_recount(recount_id: int, attempt: int) -> bool:
    """Tell a worker that a recount may go on. False when the bell is out of reach.

    Safe to call again and again: what waits in the queue or is with a worker stays there, and a message that was lost
    is replaced.
    """
    name = f"recount-{recount_id}-{attempt}"
    try:
        if _is_on_its_way(name):
            return True
        _forget(name)
    except RedisError:
        return False
    return _ring(RECOUNT, name, recount_id, attempt)


def ring_to_look_over(evaluation_id: int) -> bool:
    """Tell a worker that what was evaluated is to be looked over. False when the bell is out of reach."""
    return _ring(LOOK_OVER, f"look-over-{evaluation_id}", evaluation_id)


def ring_again(evaluation_id: int, attempt: int) -> bool:
    """Ring for an evaluation whose message was lost or is stuck: what RQ still holds of it is thrown away first."""
    try:
        _forget(job_id(evaluation_id, attempt))
    except RedisError:
        return False
    return ring(evaluation_id, attempt)


def lost(waiting: list[tuple[int, int]], *, of: int) -> list[tuple[int, int]]:
    """Those of the waiting (evaluation id, attempt) to ring for again, when `of` wait in all.

    Any message has a worker take what is next, so that only as many are lost as there are messages too few.
    """
    queued = {name for name in bell().get_job_ids() if name.startswith("evaluation-")}
    return [pair for pair in waiting if job_id(*pair) not in queued][: max(0, of - len(queued))]


def _ring(function: str, name: str, *arguments: int) -> bool:
    try:
        bell().enqueue_call(
            function,
            args=arguments,
            job_id=name,
            unique=True,
            result_ttl=0,
            failure_ttl=60,
            timeout=settings.ENVIRONMENT.job_seconds + 20,
        )
    except DuplicateJobError:
        return True
    except RedisError:
        return False
    return True


def _is_on_its_way(name: str) -> bool:
    """Whether a message waits or a worker has it; asked for in the order in which it moves on meanwhile.

    RQ itself takes what a dead worker had from the last two places, after a minute or so.
    """
    here = bell()
    return (
        name in here.get_job_ids()
        or name in here.intermediate_queue.get_job_ids()
        or name in here.started_job_registry.get_job_ids(cleanup=False)
    )


def _forget(name: str) -> None:
    job = bell().fetch_job(name)
    if job is not None:
        job.delete()


def pulse(worker: str) -> None:
    """Say that a worker is alive."""
    connection().set(_PULSE + worker, 1, ex=PULSE_SECONDS)


def still(worker: str) -> None:
    """Say that a worker has stopped, so that it isn't counted until its last pulse has faded."""
    connection().delete(_PULSE + worker)


def workers_alive() -> int:
    """How many workers have given a sign of life in the last `PULSE_SECONDS`."""
    return sum(1 for _ in connection().scan_iter(_PULSE + "*"))


@dataclass(frozen=True)
class Pulse:
    """A worker that lives: its name and host, how long ago its last sign of life was, and the message it has taken."""

    name: str
    host: str
    seconds_ago: int
    message: str
    """Empty where it waits."""


def pulses() -> list[Pulse]:
    """The workers alive, by name."""
    keys = sorted(connection().scan_iter(_PULSE + "*"))
    names = [key.decode().removeprefix(_PULSE) for key in keys]
    with connection().pipeline(transaction=False) as pipe:
        for key, name in zip(keys, names, strict=True):
            pipe.ttl(key)
            pipe.hmget(Worker.redis_worker_namespace_prefix + name, "hostname", "current_job")
        answers = pipe.execute()
    found = []
    for name, left, (host, message) in zip(names, answers[::2], answers[1::2], strict=True):
        words = [(word or b"").decode() for word in (host, message)]
        found.append(Pulse(name, words[0], max(0, PULSE_SECONDS - left), words[1]))
    return found
