"""Who asked to take part where organizers approve entrants, and what they decided."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from competition.models.competition import Competition


class EntrantState(models.TextChoices):
    """Where a person's entry is."""

    WAITING = "waiting", "waiting"
    APPROVED = "approved", "approved"
    REFUSED = "refused", "refused"


class EntrantQuerySet(models.QuerySet["Entrant"]):
    """Reading words for entrants."""

    def of(self, user: object, competition: Competition) -> "Entrant | None":
        """The person's request, where one was asked for."""
        return self.filter(user=user, competition=competition).first()


class Entrant(models.Model):
    """A person's answers to the organizers' questions, and their decision. A refusal says why."""

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="entrants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    answers = models.JSONField(default=list)
    """Pairs of a question, as it was asked, and its answer."""
    state = models.CharField(max_length=10, choices=EntrantState.choices, default=EntrantState.WAITING)
    reason = models.TextField(blank=True)
    asked_at = models.DateTimeField(db_default=Now())
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = EntrantQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["competition", "user"], name="one_request_per_person_and_competition"),
            models.CheckConstraint(condition=Q(state__in=EntrantState.values), name="entrant_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="an_entrant_waits_until_decided",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(reason=""), name="a_refusal_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} asks to enter {self.competition_id}"
