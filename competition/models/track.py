"""A track: one kind of prediction with its own board."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from competition.models.competition import Competition


class TrackKind(models.TextChoices):
    """What is predicted."""

    DETECTION = "detection", "Detection"
    CLASSIFICATION = "classification", "Classification"


class Track(models.Model):
    """`labels` and `metric` are what an upload is checked against now; each ground truth keeps its own copy."""

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="tracks")
    kind = models.CharField(max_length=20, choices=TrackKind.choices)
    labels = models.JSONField()
    metric = models.CharField(max_length=40)

    class Meta:
        ordering: ClassVar = ["-kind"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["competition", "kind"], name="one_track_of_a_kind"),
            models.CheckConstraint(condition=Q(kind__in=["detection", "classification"]), name="track_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.kind
