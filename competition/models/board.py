"""A board: an immutable, numbered snapshot of a track's ranking in a phase."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from competition.models.phase import Detail, Phase, Shows
from competition.models.team import Team
from competition.models.track import Track
from competition.models.truth import GroundTruth

READABLE = {
    Shows.PUBLIC: [Shows.PUBLIC, Shows.NOTHING],
    Shows.NOTHING: [Shows.NOTHING],
    Shows.PRIVATE: [Shows.PUBLIC, Shows.NOTHING, Shows.PRIVATE],
}
"""What a phase shows now → what the boards of it were about that may be read now."""


class BoardQuerySet(models.QuerySet["Board"]):
    """Reading words for boards."""

    def latest_of(self, phase: Phase, track: Track) -> "Board | None":
        """The newest snapshot of a phase and track."""
        return self.filter(phase=phase, track=track).order_by("-version").first()

    def newest(self) -> "BoardQuerySet":
        """Of each phase and track only the newest snapshot."""
        return self.order_by("phase_id", "track_id", "-version").distinct("phase_id", "track_id")

    def readable_of(self, phase: Phase, track: Track) -> "BoardQuerySet":
        """The snapshots of a phase and track that everybody may read who may see the phase, without their rows.

        What was published while the competition was hidden stays hidden, and so does what told more than the phase does
        now: another part of the images, or exact scores where scores are held.
        """
        told = self.filter(phase=phase, track=track, shows__in=READABLE[Shows(phase.shows)]).defer("entries", "steps")
        if phase.holds:
            told = told.filter(detail=Detail.COMPOSITE)
        since = phase.competition.public_since
        return told if since is None else told.filter(published_at__gte=since)

    def as_of(self, instant: datetime) -> "Board | None":
        """Of these the one that stood at that instant."""
        return self.filter(published_at__lte=instant).order_by("-published_at", "-version").first()


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
        indexes: ClassVar = [models.Index(fields=["phase", "track", "published_at"], name="boards_by_time")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["phase", "track", "version"], name="boards_are_numbered"),
        ]

    def __str__(self) -> str:
        return f"board {self.version} of {self.track_id} in {self.phase_id}"

    def is_of_the_kind_of(self, other: "Board") -> bool:
        """Whether both are about the same part of the images, in the same detail, by the same labels and metric."""
        return (self.ground_truth_id, self.shows, self.detail) == (other.ground_truth_id, other.shows, other.detail)


class PastScoreQuerySet(models.QuerySet["PastScore"]):
    """Reading words for past scores."""

    def up_to(self, board: Board) -> "PastScoreQuerySet":
        """What the boards of its kind have shown, that one included."""
        return self.filter(
            board__phase=board.phase_id,
            board__track=board.track_id,
            board__ground_truth=board.ground_truth_id,
            board__shows=board.shows,
            board__detail=board.detail,
            board__version__lte=board.version,
        )


class PastScore(models.Model):
    """The score of a team on the board that first showed it: a line for each change, so that a course is cheap to draw.

    It follows from the published boards and from nothing else.
    """

    board = models.ForeignKey(Board, models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, models.DO_NOTHING, related_name="+")
    score = models.FloatField()

    objects = PastScoreQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["board", "team"], name="a_board_shows_one_score_of_a_team"),
            models.CheckConstraint(condition=Q(score__gte=0) & Q(score__lte=1), name="a_past_score_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.score} of team {self.team_id} on board {self.board_id}"


class PublishRequest(models.Model):
    """That a board no longer tells what the books say (a withdrawal, say) and must be published again."""

    phase = models.ForeignKey(Phase, models.CASCADE, related_name="+")
    track = models.ForeignKey(Track, models.CASCADE, related_name="+")
    requested_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"publish {self.track_id} in {self.phase_id}"
