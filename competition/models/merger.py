"""Two teams become one: proposed by one of them, answered by the other."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from competition.models.competition import Competition
from competition.models.team import Team


class MergerState(models.TextChoices):
    """Proposed, and then one of the others for good."""

    PROPOSED = "proposed", "proposed"
    ACCEPTED = "accepted", "accepted"
    DECLINED = "declined", "declined"
    WITHDRAWN = "withdrawn", "withdrawn"


class MergerQuerySet(models.QuerySet["Merger"]):
    """Reading words for mergers."""

    def concerning(self, user: object, competition: Competition) -> "MergerQuerySet":
        """Those of or to the person's team, which they may know of."""
        mine = Q(proposer__memberships__user=user) | Q(other__memberships__user=user)
        return (
            self.filter(mine, proposer__competition=competition)
            .distinct()
            .select_related("proposer", "other", "proposed_by")
        )

    def open_for(self, team: Team) -> "MergerQuerySet":
        """Those that wait for an answer, of or to the team, newest first."""
        mine = self.filter(Q(proposer=team) | Q(other=team), state=MergerState.PROPOSED)
        return mine.select_related("proposer", "other", "proposed_by").order_by("-proposed_at")


class Merger(models.Model):
    """The other team joins the one that proposed, which keeps its name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposer = models.ForeignKey(Team, models.CASCADE, related_name="proposed_mergers")
    other = models.ForeignKey(Team, models.CASCADE, related_name="offered_mergers")
    state = models.CharField(max_length=10, choices=MergerState.choices, default=MergerState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    proposed_at = models.DateTimeField(db_default=Now())
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    moved = models.JSONField(default=list, blank=True)
    """The ids of the submissions that the other team had handed in until then."""

    objects = MergerQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(proposer=F("other")), name="a_merger_is_of_two_teams"),
            models.CheckConstraint(condition=Q(state__in=MergerState.values), name="merger_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="proposed", answered_at__isnull=True)
                | (~Q(state="proposed") & Q(answered_at__isnull=False)),
                name="a_merger_is_proposed_until_answered",
            ),
            models.UniqueConstraint(
                fields=["proposer", "other"], condition=Q(state="proposed"), name="a_merger_is_proposed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.other_id} into {self.proposer_id}"
