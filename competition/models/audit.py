"""What organizers did, when and why; append-only (a trigger refuses changes)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from competition.models.competition import Competition


class AuditEvent(models.Model):
    """One act of an organizer or of the command line (no actor)."""

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="audit_events")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    act = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    happened_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["-happened_at", "-id"]

    def __str__(self) -> str:
        return f"{self.act} {self.subject}"
