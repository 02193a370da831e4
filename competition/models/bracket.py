"""Brackets: prizes in order for the teams that are eligible, and what teams and organizers say about it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from competition.models.competition import Competition
from competition.models.phase import Phase
from competition.models.team import Team
from competition.models.track import Track


class Bracket(models.Model):
    """Prizes of a phase and track. Brackets are awarded by their `order`; who wins in one is passed over later."""

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="brackets")
    key = models.SlugField(max_length=40)
    title = models.CharField(max_length=200)
    phase = models.ForeignKey(Phase, models.CASCADE, related_name="brackets")
    track = models.ForeignKey(Track, models.CASCADE, related_name="brackets")
    order = models.PositiveSmallIntegerField()
    eligibility = models.TextField(blank=True)
    """What a team claims that asks for it, such as that its members live in one country; empty: all teams."""
    prizes = models.JSONField()
    """Their names, the first prize first."""

    class Meta:
        ordering: ClassVar = ["order", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["competition", "key"], name="one_bracket_of_a_key"),
            models.UniqueConstraint(
                fields=["competition", "order"],
                name="brackets_are_awarded_one_after_another",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=~Q(prizes=[]), name="a_bracket_has_prizes"),
        ]

    def __str__(self) -> str:
        return self.key


class ClaimState(models.TextChoices):
    """Where a team's claim is."""

    WAITING = "waiting", "waiting"
    CONFIRMED = "confirmed", "confirmed"
    REFUSED = "refused", "refused"


class Claim(models.Model):
    """That a team says it is eligible for a bracket, and what an organizer has decided."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="claims")
    bracket = models.ForeignKey(Bracket, models.CASCADE, related_name="claims")
    statement = models.TextField()
    state = models.CharField(max_length=10, choices=ClaimState.choices, default=ClaimState.WAITING)
    reason = models.TextField(blank=True)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    claimed_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["claimed_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "bracket"], name="a_team_claims_a_bracket_once"),
            models.CheckConstraint(condition=Q(state__in=ClaimState.values), name="claim_state_is_known"),
            models.CheckConstraint(condition=~Q(statement=""), name="a_claim_says_what_it_rests_on"),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(reason=""), name="a_refused_claim_says_why"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="a_claim_waits_until_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} claims {self.bracket_id}"


class Decline(models.Model):
    """That a team does not want what it would win in a bracket: the next one moves up, and the board stays."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="declines")
    bracket = models.ForeignKey(Bracket, models.CASCADE, related_name="declines")
    declined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    declined_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    """When it was taken back."""

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["team", "bracket"], condition=Q(withdrawn_at=None), name="a_bracket_is_declined_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} declines {self.bracket_id}"
