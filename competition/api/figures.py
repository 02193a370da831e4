"""The server's figures for Prometheus. What the books tell is asked of them; the rest was counted by all processes."""

import time

from django.db.models import Count, Sum
from prometheus_client import CollectorRegistry, Counter, Gauge
from redis.exceptions import RedisError

from competition import queue, tally
from competition.clock import database_now
from competition.lifecycle import EvaluationState
from competition.models import Attempt, Board, Evaluation, Letter, LetterState, Recount
from competition.models.evaluation import oldest_waiting


def figures() -> CollectorRegistry:
    """All of them. Raises DatabaseError where the books are away; without the bell what was counted is left out."""
    registry = CollectorRegistry()
    _add_evaluations(registry)
    _add_boards(registry)
    _add_recounts(registry)
    _add_letters(registry)
    # Log-in limits, codes and links for a password go by this machine's clock; all else goes by the database's.
    ahead = time.time() - database_now().timestamp()
    _gauge(registry, "clock_ahead_of_database_seconds", "This machine's clock less the database's", ahead)
    try:
        workers, counts, stamps = queue.workers_alive(), tally.counts(), tally.stamps()
    except RedisError:
        _gauge(registry, "bell_up", "Whether Valkey answers", 0)
        return registry
    _gauge(registry, "bell_up", "Whether Valkey answers", 1)
    _gauge(registry, "workers_alive", "Workers with a recent sign of life", workers)
    _gauge(registry, "sweep_finished_timestamp_seconds", "When the sweeper ended a round", stamps.get("sweep", 0))
    _add_counts(registry, counts)
    return registry


def _gauge(registry: CollectorRegistry, name: str, says: str, value: float) -> None:
    Gauge(name, says, registry=registry).set(value)


def _add_evaluations(registry: CollectorRegistry) -> None:
    states = Gauge("evaluations", "Evaluations by state", ["state"], registry=registry)
    for state in EvaluationState:
        states.labels(state).set(Evaluation.objects.filter(state=state).count())
    oldest = oldest_waiting(database_now()) or 0
    _gauge(registry, "oldest_waiting_seconds", "Age of the longest-waiting evaluation", oldest)
    uncounted = Evaluation.objects.ready_to_count().count()
    _gauge(registry, "evaluations_ready_to_count", "Measured and on no board yet", uncounted)
    begun = Evaluation.objects.aggregate(sum=Sum("attempt", default=0))["sum"]
    _gauge(registry, "evaluation_attempts", "Attempts begun, over all evaluations", begun)
    lost = Gauge("evaluation_attempts_lost", "Attempts that ended without a result", ["failure"], registry=registry)
    for failure, number in Attempt.objects.order_by().values_list("failure").annotate(Count("pk")):
        lost.labels(failure).set(number)


def _add_boards(registry: CollectorRegistry) -> None:
    versions = Gauge(
        "board_version", "Number of the newest snapshot", ["competition", "phase", "track"], registry=registry
    )
    for board in Board.objects.newest().select_related("phase__competition", "track").defer("entries", "steps"):
        versions.labels(board.phase.competition.slug, board.phase.key, board.track.kind).set(board.version)


def _add_recounts(registry: CollectorRegistry) -> None:
    latest = list(Recount.objects.finished().latest())
    differences = sum(recount.differences for recount in latest)
    _gauge(registry, "recount_differences", "Found by the last recount of each board", differences)
    failed = sum(recount.state == EvaluationState.FAILED for recount in latest)
    _gauge(registry, "recounts_failed", "Boards whose last recount did not come to its end", failed)
    ended = max((recount.finished_at.timestamp() for recount in latest), default=0)
    _gauge(registry, "recount_finished_timestamp_seconds", "When the last recount ended; 0: none has", ended)


def _add_letters(registry: CollectorRegistry) -> None:
    waiting = Letter.objects.filter(state=LetterState.WAITING)
    _gauge(registry, "letters_waiting", "Letters that are still to be sent", waiting.count())
    first = waiting.order_by("written_at").values_list("written_at", flat=True).first()
    age = (database_now() - first).total_seconds() if first else 0
    _gauge(registry, "oldest_letter_seconds", "Age of the letter that waits longest", age)


def _add_counts(registry: CollectorRegistry, counts: dict[tuple[str, str], int]) -> None:
    refused = Counter("upload_refusals", "Uploads that were refused, by code", ["code"], registry=registry)
    locks = Counter("login_locks", "Log-ins refused for too many failures, by limit", ["limit"], registry=registry)
    for (what, kind), number in sorted(counts.items()):
        if what == "upload_refused":
            refused.labels(kind).inc(number)
        if what == "login_locked":
            locks.labels(kind).inc(number)
    denied = Counter("quota_denials", "Uploads refused because the limit was used up", registry=registry)
    denied.inc(counts.get(("upload_refused", "quota_spent"), 0))
    stale = Counter("stale_attempts", "Steps of attempts that were over; they wrote nothing", registry=registry)
    stale.inc(counts.get(("stale_attempt", ""), 0))
