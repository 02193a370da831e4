"""Suspected errors in the hidden labels or the images: reported in private, answered in batches."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from competition.models.competition import Competition
from competition.models.team import Team
from competition.models.truth import GroundTruth


class Outcome(models.TextChoices):
    """What organizers make of a report."""

    ACCEPTED = "accepted", "accepted"
    DECLINED = "declined", "declined"
    DUPLICATE = "duplicate", "reported already"


class ErrataBatch(models.Model):
    """Answers that were told at one instant; the so-manieth of its competition."""

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="errata_batches")
    number = models.PositiveIntegerField()
    ground_truth = models.ForeignKey(GroundTruth, models.PROTECT, null=True, blank=True, related_name="errata_batches")
    """The version that corrects what was accepted; None as long as there is none."""
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    published_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["competition", "number"], name="one_batch_of_errata_of_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.competition_id} errata {self.number}"


class ErratumReportQuerySet(models.QuerySet["ErratumReport"]):
    """Reading words for reports."""

    def unanswered(self) -> "ErratumReportQuerySet":
        """Those whose team has been told nothing yet, decided or not."""
        return self.filter(batch__isnull=True)

    def decided(self) -> "ErratumReportQuerySet":
        """Those that the next batch will answer."""
        return self.unanswered().exclude(outcome="")

    def of_day(self, now: datetime) -> "ErratumReportQuerySet":
        """Those of the UTC day of that instant."""
        start = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return self.filter(reported_at__gte=start)


class ErratumReport(models.Model):
    """A team suspects that an image or its labels are wrong. Nobody but the team and the organizers knows of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    competition = models.ForeignKey(Competition, models.CASCADE, related_name="erratum_reports")
    team = models.ForeignKey(Team, models.PROTECT, related_name="erratum_reports")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    image_id = models.CharField(max_length=200)
    label = models.CharField(max_length=200, blank=True)
    """The label that is meant, where it is one."""
    text = models.TextField()
    reported_at = models.DateTimeField(db_default=Now())
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    """What organizers have decided; the team learns of it with the batch, and not before."""
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    batch = models.ForeignKey(ErrataBatch, models.PROTECT, null=True, blank=True, related_name="reports")

    objects = ErratumReportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-reported_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["competition", "image_id"], name="errata_of_an_image")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(image_id=""), name="a_report_names_an_image_and_says_why"
            ),
            models.CheckConstraint(condition=Q(outcome__in=["", *Outcome.values]), name="outcome_of_a_report_is_known"),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None) | (~Q(outcome="") & Q(decided_at__isnull=False)),
                name="a_report_is_decided_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(batch__isnull=True) | ~Q(outcome=""), name="only_what_is_decided_is_answered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.image_id} reported by {self.team_id}"
