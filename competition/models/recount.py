"""A board's second opinion: once a day its scores are computed again by another way, by a worker, in idle moments."""

from typing import ClassVar

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.db.models.functions import Now

from competition.lifecycle import EvaluationState, StaleStep
from competition.models.competition import Competition
from competition.models.leased import Leased, LeasedQuerySet
from competition.models.phase import Phase
from competition.models.track import Track
from competition.models.truth import GroundTruth

MOST_KEPT = 100
"""So many differences are named; the others are counted."""


class RecountQuerySet(LeasedQuerySet):
    """Reading words for recounts."""

    def finished(self) -> "RecountQuerySet":
        """Those that are over."""
        return self.filter(state__in=[EvaluationState.DONE, EvaluationState.FAILED])

    def latest(self) -> "RecountQuerySet":
        """Of each board only the newest."""
        return self.order_by("phase_id", "track_id", "-day").distinct("phase_id", "track_id")

    def of(self, competition: Competition) -> "RecountQuerySet":
        """Those of a competition's boards."""
        return self.filter(track__competition=competition)


class Recount(Leased):
    """What a night's recount of one board found. It names what differs and holds no score: some are still hidden.

    `state` follows the picture of evaluations. It goes back to waiting, as the next attempt, when a submission waits
    for the worker, and goes on after `last` later.
    """

    phase = models.ForeignKey(Phase, models.CASCADE, related_name="+")
    track = models.ForeignKey(Track, models.CASCADE, related_name="+")
    ground_truth = models.ForeignKey(GroundTruth, models.CASCADE, related_name="+")
    day = models.DateField()
    """In UTC, by the database's clock."""
    board_version = models.PositiveIntegerField()
    """The newest board when the recount was asked for; in the end, the one whose rows were compared."""
    waiting_since = models.DateTimeField(db_default=Now())
    last = models.BigIntegerField(default=0)
    """The evaluation that was compared last; they are taken by their ids."""
    compared = models.PositiveIntegerField(default=0)
    broken_off = models.PositiveIntegerField(default=0)
    """How many attempts have broken off since something was compared."""
    differences = models.PositiveIntegerField(default=0)
    named = models.JSONField(default=list)
    """The first differences, as sentences."""
    failure = models.CharField(max_length=300, blank=True)

    objects = RecountQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["phase", "track", "day"], name="one_recount_per_board_and_day"),
            models.UniqueConstraint(
                fields=["phase", "track"],
                condition=Q(state__in=["waiting", "running"]),
                name="one_unfinished_recount_per_board",
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="one_recount_keeps_a_worker_busy"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "failed"]), name="recount_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_until__isnull=True)),
                name="a_recount_has_a_lease_exactly_while_running",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "failed"], finished_at__isnull=False)
                | Q(state__in=["waiting", "running"], finished_at__isnull=True),
                name="a_recount_is_dated_when_it_is_over",
            ),
            models.CheckConstraint(
                condition=(Q(state="failed") & ~Q(failure="")) | (~Q(state="failed") & Q(failure="")),
                name="a_recount_failed_exactly_when_explained",
            ),
            models.CheckConstraint(
                condition=Q(differences=0, named=[]) | (Q(differences__gt=0) & ~Q(named=[])),
                name="a_recount_names_what_it_counts",
            ),
        ]

    def __str__(self) -> str:
        return f"recount {self.pk}, attempt {self.attempt}"

    def claim(self, worker: str, lease_seconds: int) -> None:
        """waiting → running, unless another recount keeps a worker busy."""
        try:
            with transaction.atomic():
                super().claim(worker, lease_seconds)
        except IntegrityError as busy:
            raise StaleStep(f"{self} lets another one end first") from busy

    def note(self, evaluation_id: int, found: list[str]) -> None:
        """An evaluation has been compared; raises StaleStep when the attempt is no longer this one."""
        facts = {"last": evaluation_id, "compared": self.compared + 1, "broken_off": 0, **self._with(found)}
        running = Recount.objects.filter(pk=self.pk, attempt=self.attempt, state=EvaluationState.RUNNING)
        if not running.update(**facts):
            raise StaleStep(f"{self} is no longer running")
        self.refresh_from_db()

    def pause(self) -> None:
        """running → waiting, of its own accord: it goes on from there."""
        self.wait_again(broken_off=self.broken_off)

    def reopen(self) -> None:
        """running → waiting, after an attempt that broke off."""
        self.wait_again(broken_off=self.broken_off + 1)

    def finish(self, board_version: int, found: list[str]) -> None:
        """running → done, with what the rows of the board differ in."""
        self.end(EvaluationState.DONE, board_version=board_version, **self._with(found))

    def fail(self, failure: str) -> None:
        """running → failed, with a sentence for the organizer."""
        self.end(EvaluationState.FAILED, failure=failure[:300])

    def _with(self, found: list[str]) -> dict[str, object]:
        return {"differences": self.differences + len(found), "named": [*self.named, *found][:MOST_KEPT]}
