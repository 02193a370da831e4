"""Work that a worker takes on for a limited time: claimed, kept alive, and opened for the next attempt if it dies."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.db.models.functions import Now

from competition.lifecycle import EvaluationState, StaleStep, require

LONGEST_LEASE = 600
"""Seconds."""


class LeasedQuerySet(models.QuerySet):
    """Reading words for work with a lease."""

    def unfinished(self) -> "LeasedQuerySet":
        """Those that still need a worker."""
        return self.filter(state__in=[EvaluationState.WAITING, EvaluationState.RUNNING])

    def expired(self) -> "LeasedQuerySet":
        """Running, with a lease that has run out by the database's clock.

        One that ends later than any lease may was given before that clock was put back: whoever lives has long since
        extended it anew.
        """
        longest = max(LONGEST_LEASE, 2 * settings.ENVIRONMENT.lease_seconds)
        over = Q(lease_until__lt=Now()) | Q(lease_until__gt=_from_now(longest))
        return self.filter(over, state=EvaluationState.RUNNING)

    def waiting_for(self, patience: timedelta) -> "LeasedQuerySet":
        """Waiting for longer than that; or since later than now, by a clock that was put back."""
        long = Q(waiting_since__lt=Now() - patience) | Q(waiting_since__gt=Now())
        return self.filter(long, state=EvaluationState.WAITING)

    def extend_lease(self, pk: int, attempt: int, seconds: int) -> bool:
        """Keep a running attempt alive; False when it is no longer this attempt's."""
        running = self.filter(pk=pk, attempt=attempt, state=EvaluationState.RUNNING)
        return bool(running.update(lease_until=_from_now(seconds)))


class Leased(models.Model):
    """Its state changes by `step` only; see `competition.lifecycle` for the picture."""

    state = models.CharField(max_length=10, default=EvaluationState.WAITING)
    attempt = models.PositiveIntegerField(default=1)
    """Counts the claims: what an earlier attempt still wants to write is refused."""
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=80, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def step(self, before: EvaluationState, after: EvaluationState, **facts: Any) -> None:
        """Take one step of this attempt, if it is still there to be taken; raises StaleStep otherwise."""
        require(before, after)
        rows = type(self)._default_manager.filter(pk=self.pk, attempt=self.attempt, state=before)
        if not rows.update(state=after, **facts):
            raise StaleStep(f"{self} is no longer {before}")
        self.refresh_from_db()

    def claim(self, worker: str, lease_seconds: int) -> None:
        """waiting → running, for a limited time."""
        self.step(
            EvaluationState.WAITING,
            EvaluationState.RUNNING,
            worker=worker,
            started_at=Now(),
            lease_until=_from_now(lease_seconds),
        )

    def end(self, after: EvaluationState, **facts: Any) -> None:
        """running → done or failed: dated, and without a lease."""
        self.step(EvaluationState.RUNNING, after, finished_at=Now(), lease_until=None, **facts)

    def wait_again(self, **facts: Any) -> None:
        """running → waiting, as the next attempt."""
        begin_again = {"lease_until": None, "attempt": self.attempt + 1, "waiting_since": Now()}
        self.step(EvaluationState.RUNNING, EvaluationState.WAITING, **begin_again, **facts)


def _from_now(seconds: int) -> ExpressionWrapper:
    return ExpressionWrapper(Now() + timedelta(seconds=seconds), output_field=models.DateTimeField())
