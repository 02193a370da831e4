"""The check that a phase can be opened: made by a worker, which alone can open the labels, and told as pass or fail."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from competition.models.competition import Competition
from competition.models.truth import GroundTruth


class LaunchCheckQuerySet(models.QuerySet["LaunchCheck"]):
    """Reading words for launch checks."""

    def latest_of(self, competition: Competition) -> "LaunchCheck | None":
        """The newest check of a competition against the labels that its boards show; older labels don't count."""
        current = self.filter(competition=competition, ground_truth__state="active")
        return current.order_by("-id").first()


class LaunchCheck(models.Model):
    """Asked for by an organizer, answered once. It holds no number: that would be one about the hidden labels."""

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="launch_checks")
    ground_truth = models.ForeignKey(GroundTruth, models.CASCADE, related_name="+")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    requested_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)
    results = models.JSONField(default=list)
    """[{"check", "track", "passed", "blocks"}, …]"""

    objects = LaunchCheckQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, results=[]) | Q(finished_at__isnull=False),
                name="a_check_has_results_once_it_is_finished",
            ),
        ]

    def __str__(self) -> str:
        return f"launch check {self.pk}"

    @property
    def passed(self) -> bool:
        """Whether it is finished and nothing that blocks has failed."""
        return self.finished_at is not None and all(line["passed"] for line in self.results if line["blocks"])
