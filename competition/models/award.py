"""Awards: who has won which prize, announced in numbered versions that never change."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from competition.models.board import Board
from competition.models.phase import Phase
from competition.models.team import Team
from competition.models.track import Track


class AwardsQuerySet(models.QuerySet["Awards"]):
    """Reading words for announced awards."""

    def latest_of(self, phase: Phase, track: Track) -> "Awards | None":
        """The version that counts."""
        return self.filter(phase=phase, track=track).order_by("-version").first()


class Awards(models.Model):
    """All prizes of a phase and track as they were announced at one instant; a later change is another version."""

    phase = models.ForeignKey(Phase, models.CASCADE, related_name="awards")
    track = models.ForeignKey(Track, models.CASCADE, related_name="awards")
    version = models.PositiveIntegerField()
    board = models.ForeignKey(Board, models.RESTRICT, related_name="awards")
    """The final board that they follow from."""
    reason = models.TextField(blank=True)
    """Why they are other than in the version before."""
    notes = models.JSONField(default=list)
    """What decided: {"bracket", "prize", "team", "rank", "why"}, of teams passed over and prizes left."""
    announced_at = models.DateTimeField(db_default=Now())
    announced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = AwardsQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["phase", "track", "-version"]
        verbose_name_plural = "awards"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["phase", "track", "version"], name="awards_are_numbered"),
            models.CheckConstraint(condition=Q(version=1) | ~Q(reason=""), name="changed_awards_say_why"),
        ]

    def __str__(self) -> str:
        return f"awards {self.version} of {self.track_id} in {self.phase_id}"


class Award(models.Model):
    """One prize and who has won it. Names stand as they were, whatever becomes of team and bracket."""

    awards = models.ForeignKey(Awards, models.CASCADE, related_name="rows")
    bracket = models.CharField(max_length=40)
    bracket_title = models.CharField(max_length=200)
    order = models.PositiveSmallIntegerField()
    """The so-manieth bracket that was awarded."""
    place = models.PositiveSmallIntegerField()
    prize = models.CharField(max_length=200)
    team = models.ForeignKey(Team, models.RESTRICT, related_name="awards")
    team_name = models.CharField(max_length=60)
    rank = models.PositiveIntegerField()
    score = models.FloatField()
    submitted_at = models.DateTimeField()
    tied_with = models.JSONField(default=list)
    """Teams of the same rank that the prize did not go to, since they had handed in later."""

    class Meta:
        ordering: ClassVar = ["awards", "order", "place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["awards", "team"], name="no_team_wins_twice_in_a_version"),
            models.UniqueConstraint(fields=["awards", "bracket", "place"], name="a_prize_is_won_once"),
            models.CheckConstraint(condition=Q(place__gt=0), name="places_are_counted_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.prize}: {self.team_name}"
