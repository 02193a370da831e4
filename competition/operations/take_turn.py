"""Whose turn it is: a ring says that something waits, and the books say what is taken next.

First what has no score yet, against the labels in force: one file of each team in turn, the team first that was served
longest ago, and of each team the oldest file. Then everything that is scored again, the oldest first. So a team's
hundred files keep another team's waiting for the one that is being scored, and for no other.
"""

from collections import Counter
from datetime import UTC, datetime

from django.conf import settings
from django.db.models import Exists, Max, OuterRef, Q

from competition.lifecycle import EvaluationState, StaleStep
from competition.models import Evaluation
from competition.models.evaluation import EvaluationQuerySet

_NEVER = datetime.min.replace(tzinfo=UTC)


def take_turn(*, worker: str) -> Evaluation | None:
    """Claim the evaluation whose turn it is; None when none waits. Of two that want the same, one takes the next."""
    while (pk := _next()) is not None:
        evaluation = _with_all(pk)
        try:
            evaluation.claim(worker, settings.ENVIRONMENT.lease_seconds)
        except StaleStep:
            continue
        return evaluation
    return None


def take(evaluation_id: int, attempt: int, *, worker: str) -> Evaluation:
    """Claim one attempt at one evaluation. Raises StaleStep when it is not (or no longer) to be had."""
    evaluation = _with_all(evaluation_id)
    evaluation.attempt = attempt
    evaluation.claim(worker, settings.ENVIRONMENT.lease_seconds)
    return evaluation


def place_in_queue(evaluation: Evaluation) -> int | None:
    """1 for the next one to be taken; None when it is not waiting."""
    if evaluation.state != EvaluationState.WAITING:
        return None
    fresh = _fresh_in_turn()
    if evaluation.pk in fresh:
        return fresh.index(evaluation.pk) + 1
    since = evaluation.waiting_since
    older = Q(waiting_since__lt=since) | Q(waiting_since=since, pk__lt=evaluation.pk)
    return len(fresh) + _waiting().exclude(pk__in=fresh).filter(older).count() + 1


def _next() -> int | None:
    fresh = _fresh_in_turn()
    if fresh:
        return fresh[0]
    return _waiting().order_by("waiting_since", "pk").values_list("pk", flat=True).first()


def _fresh_in_turn() -> list[int]:
    """Those that wait and whose submission has no score yet, in the order in which they are taken."""
    has_score = Evaluation.objects.filter(submission=OuterRef("submission"), state=EvaluationState.DONE)
    fresh = _waiting().filter(~Exists(has_score), ground_truth__state="active")
    rows = list(fresh.order_by("waiting_since", "pk").values_list("pk", "submission__team"))
    if len(rows) < 2:
        return [pk for pk, _ in rows]
    teams = {team for _, team in rows}
    started = Evaluation.objects.filter(submission__team__in=teams, started_at__isnull=False)
    served = dict(started.values_list("submission__team").annotate(Max("started_at")))
    before: Counter[int] = Counter()
    places = []
    for nth, (pk, team) in enumerate(rows):
        places.append((before[team], served.get(team, _NEVER), nth, pk))
        before[team] += 1
    return [pk for *_, pk in sorted(places)]


def _waiting() -> EvaluationQuerySet:
    return Evaluation.objects.filter(state=EvaluationState.WAITING)


def _with_all(pk: int) -> Evaluation:
    return Evaluation.objects.select_related("submission__track__competition", "submission__phase", "ground_truth").get(
        pk=pk
    )
