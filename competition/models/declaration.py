"""Which external data and pretrained models a submission rests on, as its team declares."""

from collections.abc import Iterable
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from competition.models.submission import Submission


class DeclarationQuerySet(models.QuerySet["Declaration"]):
    """Reading words for declarations."""

    def current_of(self, submissions: Iterable[object]) -> dict[object, "Declaration"]:
        """Submission id → the newest version, of those that have one."""
        newest = self.filter(submission__in=submissions).order_by("submission_id", "-version")
        return {declaration.submission_id: declaration for declaration in newest.distinct("submission_id")}


class Declaration(models.Model):
    """One version, written once (a trigger refuses changes); the next one replaces it and this one is kept."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="declarations")
    version = models.PositiveIntegerField()
    items = models.JSONField()
    """A list of {"kind", "name", "source", "licence", "public"}; an empty one declares that there is nothing."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    declared_at = models.DateTimeField(db_default=Now())

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["submission", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["submission", "version"], name="declarations_are_numbered"),
            models.CheckConstraint(condition=Q(version__gt=0), name="declarations_are_numbered_from_1"),
        ]

    def __str__(self) -> str:
        return f"declaration {self.version} of {self.submission_id}"
