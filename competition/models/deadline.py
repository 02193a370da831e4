"""The competition's own deadlines beside its phases, and by how much they were moved."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from competition.models.competition import Competition


class Deadline(models.TextChoices):
    """What ends before the phases do; the values are fields of a competition."""

    ENTRY = "entry_until", "entering, and joining a team"
    MERGING = "merge_until", "merging of teams"
    EXTERNAL_DATA = "external_data_until", "declaring further external data and models"


class DeadlineExtension(models.Model):
    """That a deadline is later than was said, and why: participants see it."""

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="deadline_extensions")
    deadline = models.CharField(max_length=24, choices=Deadline.choices)
    before = models.DateTimeField()
    after = models.DateTimeField()
    reason = models.TextField()
    extended_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(deadline__in=Deadline.values), name="the_deadline_is_known"),
            models.CheckConstraint(condition=Q(before__lt=F("after")), name="a_later_deadline_is_later"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_later_deadline_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.deadline} of {self.competition_id} until {self.after}"
