"""What an evaluation measured: a score on each part of the images, with its replicates and report."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from competition.models.evaluation import Evaluation


class Part(models.TextChoices):
    """The parts of the images that a score can be about."""

    PUBLIC = "public", "public part"
    PRIVATE = "private", "private part"


class Score(models.Model):
    """What an evaluation measured on one part, with the replicates that intervals and rank ranges come from."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="scores")
    part = models.CharField(max_length=10, choices=Part.choices)
    value = models.FloatField()
    interval_low = models.FloatField(null=True)
    interval_high = models.FloatField(null=True)
    replicates = models.BinaryField()
    """float32, little-endian, one per resample."""
    class_replicates = models.BinaryField(null=True)
    """The values of each of the report's classes on the same resamples, as `scoring.pack_shares` packs them; None where
    they have not been kept: they came with an archive, or were measured before there was a place for them."""
    report = models.JSONField()
    """The scorecard: per class values, thresholds, curves, and how many of the file's scores lie where."""
    measured_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["evaluation", "part"], name="one_score_per_part"),
            models.CheckConstraint(condition=Q(value__gte=0) & Q(value__lte=1), name="a_score_is_a_finite_share"),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="score_part_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.value} on {self.part}"
