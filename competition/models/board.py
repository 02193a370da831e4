"""A board: an immutable, numbered snapshot of a track's ranking in a phase."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from competition.models.phase import Phase
from competition.models.track import Track
from competition.models.truth import GroundTruth


class BoardQuerySet(models.QuerySet["Board"]):
    """Reading words for boards."""

    def latest_of(self, phase: Phase, track: Track) -> "Board | None":
        """The newest snapshot of a phase and track."""
        return self.filter(phase=phase, track=track).order_by("-version").first()

    def newest(self) -> "BoardQuerySet":
        """Of each phase and track only the newest snapshot."""
        return self.order_by("phase_id", "track_id", "-version").distinct("phase_id", "track_id")


class Board(models.Model):
    """Written once (a trigger refuses changes) and derived from evaluations only."""

    phase = models.ForeignKey(Phase, models.CASCADE, related_name="boards")
    track = models.ForeignKey(Track, models.CASCADE, related_name="boards")
    version = models.PositiveIntegerField()
    ground_truth = models.ForeignKey(GroundTruth, models.CASCADE, related_name="+")
    metric = models.CharField(max_length=40)
    metric_version = models.CharField(max_length=20)
    detail = models.CharField(max_length=10)
    shows = models.CharField(max_length=10)
    entries = models.JSONField()
    """The rows as the public reads them."""
    steps = models.JSONField(default=list)
    """Ids of the submissions that moved a team's held score, where scores are held."""
    etag = models.CharField(max_length=64)
    published_at = models.DateTimeField(db_default=Now())

    objects = BoardQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["phase", "track", "version"], name="boards_are_numbered"),
        ]

    def __str__(self) -> str:
        return f"board {self.version} of {self.track_id} in {self.phase_id}"


class PublishRequest(models.Model):
    """That a board no longer tells what the books say (a withdrawal, say) and must be published again."""

    phase = models.ForeignKey(Phase, models.CASCADE, related_name="+")
    track = models.ForeignKey(Track, models.CASCADE, related_name="+")
    requested_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"publish {self.track_id} in {self.phase_id}"
