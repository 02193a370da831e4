"""The ground truth of a competition: versioned, immutable, sealed. What the web process may read of it is here too."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from competition.errors import Conflict
from competition.lifecycle import TRUTH_FOLLOWS, EvaluationState, StaleStep, TruthState
from competition.models.competition import Competition, now_in
from competition.models.track import Track


class SealedTruth(models.Model):
    """Sealed labels. The web process's database role may add a row here and read none.

    A re-score with unchanged labels makes a new version that shares the box. The key is random rather than
    counted, so that adding a row needs no reading.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    box = models.BinaryField()

    def __str__(self) -> str:
        return f"sealed labels {self.pk}"


class GroundTruthQuerySet(models.QuerySet["GroundTruth"]):
    """Reading words for versions of the ground truth."""

    def active(self) -> "GroundTruthQuerySet":
        """Those that boards show."""
        return self.filter(state=TruthState.ACTIVE)

    def in_force(self, competition: Competition) -> "GroundTruth":
        """The one that a competition's boards show; refuses where no labels have been loaded yet."""
        truth = self.active().filter(competition=competition).first()
        if truth is None:
            raise Conflict("no_truth", _("This competition has no labels yet; load them by create_competition."))
        return truth

    def scored_against(self) -> "GroundTruthQuerySet":
        """Those that a new submission is evaluated on: the active one and one that is being prepared."""
        return self.filter(state__in=[TruthState.ACTIVE, TruthState.STAGED])

    def with_progress(self) -> "GroundTruthQuerySet":
        """With how many evaluations there are against each, how many have ended, and how many of these failed."""
        ended = Q(evaluations__state__in=[EvaluationState.DONE, EvaluationState.FAILED])
        return self.annotate(
            evaluations_in_all=models.Count("evaluations"),
            evaluations_ended=models.Count("evaluations", filter=ended),
            evaluations_failed=models.Count("evaluations", filter=Q(evaluations__state=EvaluationState.FAILED)),
        )


class GroundTruth(models.Model):
    """One version: a commitment to sealed labels, and how submissions are measured against them."""

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="ground_truths")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default=TruthState.STAGED)
    sealed = models.ForeignKey(SealedTruth, models.PROTECT, related_name="+")
    commitment = models.CharField(max_length=64)
    """SHA-256 over a secret salt and the canonical form of the labels, hex."""
    fingerprint = models.CharField(max_length=200)
    """A slow salted hash of the canonical labels: tells whether a folder's labels are these, and nothing else."""
    grouped = models.BooleanField(default=False)
    """Whether images belong to groups (patients); if not, each image is its own."""
    bootstrap_seed = models.BigIntegerField()
    resamples = models.PositiveIntegerField(default=1000)
    metric_version = models.CharField(max_length=20)
    reason = models.TextField(blank=True)
    """Why there is this version; participants read it once the version is active."""
    overrides = models.JSONField(default=dict, blank=True)
    """Check of the ground truth → the reason for which its faults were let pass."""
    review = models.CharField(max_length=200, blank=True)
    """Of an export of VinDr Lab with the marks of several reviewers: the review task, or reviewer, that was chosen."""
    absent = models.BooleanField(default=False, db_default=False)
    """Whether its labels are not here: it came with an archive, and can be read and not be measured against."""
    held = models.BooleanField(default=False)
    """Whether the switch waits for the word of an organizer, who looks at the rank changes first."""
    activated_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    """When it was given up while it was being prepared."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = GroundTruthQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["competition", "version"], name="one_ground_truth_of_a_version"),
            models.UniqueConstraint(
                fields=["competition"], condition=Q(state="active"), name="one_active_ground_truth"
            ),
            models.UniqueConstraint(
                fields=["competition"], condition=Q(state="staged"), name="one_staged_ground_truth"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["staged", "active", "retired"]), name="ground_truth_state_is_known"
            ),
            models.CheckConstraint(condition=Q(commitment__regex=r"^[0-9a-f]{64}$"), name="commitment_is_a_sha256"),
            models.CheckConstraint(condition=~Q(state="active") | Q(held=False), name="an_active_truth_is_not_held"),
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True) | Q(state="retired", activated_at__isnull=True),
                name="only_what_never_was_active_is_dropped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.competition_id} v{self.version}"

    def move_to(self, state: TruthState) -> None:
        """Take one step of its life, if nobody has taken it before."""
        before = [earlier for earlier, later in TRUTH_FOLLOWS.items() if state in later]
        dates = {"activated_at": now_in(self.competition_id)} if state == TruthState.ACTIVE else {}
        if not GroundTruth.objects.filter(pk=self.pk, state__in=before).update(state=state, **dates):
            raise StaleStep(f"ground truth {self} can't become {state}")
        self.state = state

    def hold(self) -> None:
        """A version that is being prepared waits for the word of an organizer from now on; any other is left alone."""
        GroundTruth.objects.filter(pk=self.pk, state=TruthState.STAGED).update(held=True)

    def drop(self) -> None:
        """staged → retired, without ever having been active."""
        staged = GroundTruth.objects.filter(pk=self.pk, state=TruthState.STAGED)
        if not staged.update(state=TruthState.RETIRED, dropped_at=now_in(self.competition_id), held=False):
            raise StaleStep(f"ground truth {self} is not being prepared")
        self.refresh_from_db()


class TruthTrack(models.Model):
    """How one track is measured against one version: its labels, its metric, and which labels count."""

    ground_truth = models.ForeignKey(GroundTruth, models.CASCADE, related_name="tracks")
    track = models.ForeignKey(Track, models.CASCADE, related_name="+")
    labels = models.JSONField()
    metric = models.CharField(max_length=40)
    scored_labels = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ground_truth", "track"], name="one_measure_per_track_and_truth"),
        ]

    def __str__(self) -> str:
        return f"{self.metric} on {self.ground_truth}"


class Split(models.Model):
    """That there is a secret division into a public and a private part; it never changes."""

    competition = models.OneToOneField(Competition, models.CASCADE, primary_key=True)
    fingerprint = models.CharField(max_length=200)
    """A slow salted hash of the fraction and the seed it was drawn with."""

    def __str__(self) -> str:
        return f"split of {self.competition_id}"


class SealedSplit(models.Model):
    """The sealed list of the public images; the web process's role can't read it."""

    split = models.OneToOneField(Split, models.CASCADE, primary_key=True, related_name="sealed")
    box = models.BinaryField()

    def __str__(self) -> str:
        return f"sealed split of {self.split_id}"
