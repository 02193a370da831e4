"""What an organizer watches of the server: what waits, who works at what, and every attempt that was lost."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from redis.exceptions import RedisError

from competition import queue
from competition.clock import database_now
from competition.lifecycle import EvaluationState
from competition.models import Attempt, Competition, Evaluation
from competition.models.evaluation import oldest_waiting

MOST_FAILURES = 50
ELSEWHERE = "a submission of another competition"


@dataclass(frozen=True)
class WorkerNow:
    """A worker that lives, and what it works at; of submissions elsewhere no more than that."""

    name: str
    host: str
    seconds_ago: int
    """Since its last sign of life."""
    works_at: str
    """Empty where it waits for work."""
    since: datetime | None = None


@dataclass(frozen=True)
class Queue:
    """Of the whole server: how much waits and runs, since when, and the workers alive (None: not known)."""

    waiting: int
    running: int
    oldest_seconds: int | None
    at_work: list[WorkerNow] | None

    @property
    def workers(self) -> int | None:
        """How many live."""
        return None if self.at_work is None else len(self.at_work)


def queue_now(competition: Competition) -> Queue:
    """The queue at this moment, for the eyes of that competition's organizers."""
    counts = Evaluation.objects.aggregate(
        waiting=Count("pk", filter=Q(state=EvaluationState.WAITING)),
        running=Count("pk", filter=Q(state=EvaluationState.RUNNING)),
    )
    oldest = oldest_waiting(database_now())
    return Queue(**counts, oldest_seconds=None if oldest is None else int(oldest), at_work=_workers(competition))


def _workers(competition: Competition) -> list[WorkerNow] | None:
    try:
        pulses = queue.pulses()
    except (RedisError, OSError):
        return None
    running = Evaluation.objects.filter(
        state=EvaluationState.RUNNING,
        worker__in=[pulse.name for pulse in pulses],
        submission__team__competition=competition,
    ).select_related("submission__team", "submission__track")
    taken = {evaluation.worker: evaluation for evaluation in running}
    return [_worker(pulse, taken.get(pulse.name)) for pulse in pulses]


def _worker(pulse: queue.Pulse, evaluation: Evaluation | None) -> WorkerNow:
    """A message says who rang; what its worker has taken is in the books."""
    if evaluation is None:
        other = ELSEWHERE if pulse.message.startswith("evaluation-") else pulse.message.replace("-", " ")
        return WorkerNow(pulse.name, pulse.host, pulse.seconds_ago, other)
    submission = evaluation.submission
    words = f"{submission.track.kind} of {submission.team.name}, attempt {evaluation.attempt}"
    return WorkerNow(pulse.name, pulse.host, pulse.seconds_ago, words, evaluation.started_at)


def failures_of(competition: Competition) -> QuerySet[Evaluation]:
    """What could not be scored against the active truth or one that is being prepared, the latest first.

    With what has lost an attempt and is being tried again. Each has its `lost_attempts`.
    """
    has_lost = Exists(Attempt.objects.filter(evaluation=OuterRef("pk")))
    tried_again = Q(state__in=[EvaluationState.WAITING, EvaluationState.RUNNING]) & has_lost
    return (
        Evaluation.objects.filter(
            Q(state=EvaluationState.FAILED) | tried_again,
            submission__team__competition=competition,
            ground_truth__state__in=["active", "staged"],
        )
        .select_related("submission__team", "submission__track", "submission__phase", "ground_truth", "retry_request")
        .prefetch_related("lost_attempts")
        .order_by("-finished_at", "-pk")[:MOST_FAILURES]
    )
