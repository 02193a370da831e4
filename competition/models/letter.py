"""Mail to be sent: written in the transaction of the act that it tells of, sent later by the sweeper."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from competition.models.competition import Competition


class LetterState(models.TextChoices):
    """waiting → sending → sent, unsent (refused, or no mail here) or unsure; sending → waiting to be tried again."""

    WAITING = "waiting", "waiting"
    SENDING = "sending", "being sent"
    SENT = "sent", "sent"
    UNSENT = "unsent", "not sent"
    UNSURE = "unsure", "perhaps sent"


class LetterQuerySet(models.QuerySet["Letter"]):
    """Reading words for letters."""

    def due(self, now: datetime) -> "LetterQuerySet":
        """Those to be tried at that instant, oldest first."""
        return self.filter(state=LetterState.WAITING, next_try_at__lte=now).order_by("written_at", "id")


class Letter(models.Model):
    """One letter to one person; it goes out once at most."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="letters")
    competition = models.ForeignKey(Competition, models.CASCADE, related_name="+", null=True)
    """None for what is told about the account itself."""
    subject = models.CharField(max_length=300)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=LetterState.choices, default=LetterState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    written_at = models.DateTimeField(db_default=Now())
    next_try_at = models.DateTimeField(db_default=Now())
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=300, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_try_at"], condition=Q(state__in=["waiting", "sending"]), name="letters_to_go"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=LetterState.values), name="letter_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="a_letter_is_sent_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class LetterAddress(models.Model):
    """A view: the confirmed address that a letter which has to go is for. Whoever sends sees no other address."""

    letter = models.OneToOneField(Letter, models.DO_NOTHING, primary_key=True, related_name="address")
    email = models.EmailField()

    class Meta:
        managed = False
        db_table = "competition_letteraddress"

    def __str__(self) -> str:
        return f"address of letter {self.letter_id}"
