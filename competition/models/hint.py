"""What about submissions an organizer should look at: files of two teams that are nearly one, files that probe."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from competition.models.competition import Competition
from competition.models.phase import Phase
from competition.models.submission import Submission
from competition.models.team import Team
from competition.models.track import Track


class HintKind(models.TextChoices):
    """What was noticed. The first three are about two submissions, the last three tell of the labels."""

    NEAR_DUPLICATE = "near_duplicate", "ranks like another team's file"
    EQUAL_ROWS = "equal_rows", "nearly all rows equal another team's"
    EQUAL_ROWS_OWN = "equal_rows_own", "nearly all rows equal the team's own earlier file"
    FEW_VALUES = "few_values", "columns with at most three values"
    ONE_IMAGE = "one_image", "boxes on one image only"
    SERIES = "series", "much is equal to the bit to several earlier files of the team"
    AT_CHANCE = "at_chance", "several files of the team are no better than chance"
    TRUE_BOXES = "true_boxes", "boxes that are the true ones"
    PERFECT_LABELS = "perfect_labels", "labels that are told without an error"
    FAR_ABOVE = "far_above", "a score far above all others"


OF_TWO = ("near_duplicate", "equal_rows", "equal_rows_own")


class HintQuerySet(models.QuerySet["Hint"]):
    """Reading words for hints."""

    def waiting(self) -> "HintQuerySet":
        """Those that no organizer has dismissed."""
        return self.filter(dismissed_at__isnull=True)

    def with_names(self) -> "HintQuerySet":
        """With the teams, submissions and boards that a list names."""
        return self.select_related("phase", "track", "team", "other_team", "submission", "other", "dismissed_by")


class Hint(models.Model):
    """One thing that was noticed between two teams, or about one, on a board: the first time, and how often since.

    Nothing follows from it, and no participant sees it.
    """

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="hints")
    phase = models.ForeignKey(Phase, models.CASCADE, related_name="+")
    track = models.ForeignKey(Track, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=HintKind.choices)
    team = models.ForeignKey(Team, models.CASCADE, related_name="+")
    """Whose submission was received later."""
    other_team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+")
    pair = models.CharField(max_length=60)
    """The ids of the teams, the smaller first: a pair is noticed once, whoever comes second."""
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="hints")
    other = models.ForeignKey(Submission, models.CASCADE, null=True, blank=True, related_name="+")
    figure = models.FloatField()
    """A correlation of ranks, a share, a score, or a number of columns, boxes, labels or files, as the kind is."""
    details = models.JSONField(default=dict, blank=True)
    times = models.PositiveIntegerField(default=1)
    """How often it was noticed, the first time included."""
    found_at = models.DateTimeField(db_default=Now())
    latest_at = models.DateTimeField(db_default=Now())
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    dismissal = models.TextField(blank=True)

    objects = HintQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-latest_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["phase", "track", "kind", "pair"], name="a_thing_is_noticed_once"),
            models.CheckConstraint(condition=Q(kind__in=HintKind.values), name="hint_kind_is_known"),
            models.CheckConstraint(
                condition=Q(kind__in=OF_TWO, other__isnull=False, other_team__isnull=False)
                | (~Q(kind__in=OF_TWO) & Q(other__isnull=True, other_team__isnull=True)),
                name="a_hint_is_about_one_or_two",
            ),
            models.CheckConstraint(
                condition=Q(dismissed_at__isnull=True, dismissal="")
                | (Q(dismissed_at__isnull=False) & ~Q(dismissal="")),
                name="a_hint_is_dismissed_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pair}"


class Signature(models.Model):
    """A small likeness of a submission, by which files are compared without being read again; for workers only."""

    submission = models.OneToOneField(Submission, models.CASCADE, primary_key=True, related_name="signature")
    phase = models.ForeignKey(Phase, models.CASCADE, related_name="+")
    track = models.ForeignKey(Track, models.CASCADE, related_name="+")
    basis = models.CharField(max_length=32)
    """What the likeness was taken by: only likenesses of one basis are compared."""
    sketch = models.BinaryField()
    """float16: the ranks on random directions, of length 1; empty where nothing has ranks."""
    rows = models.BinaryField()
    """uint16: a hash of each sampled row; 0 for a row that says nothing of its own."""
    ranks = models.BinaryField()
    """uint16: the sampled cells' ranks within their column."""
    boxes = models.BinaryField(default=b"")
    """Of detection: cell (uint16) and corners (4 × float32) of the sampled cells that have a box."""
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["phase", "track", "basis"], name="signatures_of_a_board")]

    def __str__(self) -> str:
        return f"signature of {self.submission_id}"
