"""An evaluation: one submission × one ground truth × one metric version, with at most one result, ever."""

from datetime import datetime
from typing import ClassVar

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from competition.lifecycle import EvaluationState
from competition.models.leased import Leased, LeasedQuerySet
from competition.models.phase import Phase
from competition.models.submission import Submission
from competition.models.track import Track
from competition.models.truth import GroundTruth


class EvaluationQuerySet(LeasedQuerySet):
    """Reading words for evaluations."""

    def current(self) -> "EvaluationQuerySet":
        """Those against the ground truth that the boards show."""
        return self.filter(ground_truth__state="active", metric_version=F("ground_truth__metric_version"))

    def of_board(self, phase: Phase, track: Track) -> "EvaluationQuerySet":
        """Those of a phase's submissions to a track."""
        return self.filter(submission__phase=phase, submission__track=track)

    def in_turn(self) -> "EvaluationQuerySet":
        """Those before which their team has handed in nothing to the same board that still waits for its score."""
        same = ("ground_truth", "submission__team", "submission__phase", "submission__track")
        before = Evaluation.objects.unfinished().filter(
            submission__received_at__lt=OuterRef("submission__received_at"),
            **{name: OuterRef(name) for name in same},
        )
        return self.filter(~Exists(before))

    def ready_to_count(self) -> "EvaluationQuerySet":
        """Measured, against the active truth, and on no board yet."""
        return self.current().filter(state=EvaluationState.DONE, counted_at__isnull=True)


class Evaluation(Leased):
    """Its state changes by `step` only; see `competition.lifecycle` for the picture."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="evaluations")
    ground_truth = models.ForeignKey(GroundTruth, models.CASCADE, related_name="evaluations")
    metric_version = models.CharField(max_length=20)
    first_attempt = models.PositiveIntegerField(default=1)
    """The attempt with which the present series began; an organizer's retry begins another."""
    waiting_since = models.DateTimeField(db_default=Now())
    failure = models.CharField(max_length=60, blank=True)
    failure_detail = models.TextField(blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    """When a published board first counted it."""

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["waiting_since"],
                condition=Q(state__in=["waiting", "running"]),
                name="unfinished_evaluations",
            ),
            models.Index(
                fields=["id"],
                condition=Q(state="done", counted_at__isnull=True),
                name="evaluations_ready_to_count",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["submission", "ground_truth", "metric_version"],
                name="one_result_per_truth_and_metric",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "failed"]),
                name="evaluation_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_until__isnull=True)),
                name="a_lease_exactly_while_running",
            ),
            models.CheckConstraint(
                condition=(Q(state="failed") & ~Q(failure="")) | (~Q(state="failed") & Q(failure="")),
                name="failed_exactly_when_explained",
            ),
            models.CheckConstraint(
                condition=Q(counted_at__isnull=True) | Q(state="done"), name="only_what_is_done_counts"
            ),
        ]

    def __str__(self) -> str:
        return f"evaluation {self.pk}, attempt {self.attempt}"

    def finish(self) -> None:
        """running → done. The caller has written the scores in the same transaction."""
        self.end(EvaluationState.DONE)

    @transaction.atomic
    def fail(self, failure: str, detail: str) -> None:
        """running → failed, with a code and a sentence for the organizer."""
        number = self.attempt
        self.end(EvaluationState.FAILED, failure=failure, failure_detail=detail)
        self._keep_lost(number, failure, detail)

    @transaction.atomic
    def reopen(self, failure: str, detail: str) -> None:
        """running → waiting, as the next attempt; why this one ended is kept."""
        number = self.attempt
        self.wait_again()
        self._keep_lost(number, failure, detail)

    def _keep_lost(self, number: int, failure: str, detail: str) -> None:
        """Whoever took the step that ended an attempt writes it down, so it is there once."""
        Attempt.objects.create(
            evaluation=self,
            number=number,
            worker=self.worker,
            claimed_at=self.started_at,
            failure=failure,
            detail=detail,
        )

    def retry(self) -> None:
        """failed → waiting, with an attempt that begins a series of its own."""
        self.step(
            EvaluationState.FAILED,
            EvaluationState.WAITING,
            failure="",
            failure_detail="",
            finished_at=None,
            started_at=None,
            attempt=self.attempt + 1,
            first_attempt=self.attempt + 1,
            waiting_since=Now(),
        )

    @property
    def attempts(self) -> int:
        """How many attempts the present series has seen, this one included."""
        return self.attempt - self.first_attempt + 1


class Attempt(models.Model):
    """An attempt that ended without a result. The one that is running, or has succeeded, is told by its evaluation."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="lost_attempts")
    number = models.PositiveIntegerField()
    worker = models.CharField(max_length=80, blank=True)
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(db_default=Now())
    failure = models.CharField(max_length=60)
    detail = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["evaluation", "number"], name="an_attempt_ends_once"),
            models.CheckConstraint(condition=~Q(failure=""), name="a_lost_attempt_says_why"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of evaluation {self.evaluation_id}"


class RetryRequest(models.Model):
    """That an organizer wants a failed evaluation tried again; the sweeper, which may write evaluations, does it."""

    evaluation = models.OneToOneField(Evaluation, models.CASCADE, related_name="retry_request")
    requested_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"retry {self.evaluation_id}"


def oldest_waiting(now: datetime) -> float | None:
    """Seconds that the longest-waiting evaluation has waited; None when none waits."""
    first = Evaluation.objects.filter(state=EvaluationState.WAITING).order_by("waiting_since").first()
    return None if first is None else (now - first.waiting_since).total_seconds()
