"""What organizers tell everybody who takes part."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from competition.models.competition import Competition


class Announcement(models.Model):
    """One message, newest first on the competition's pages; never changed."""

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="announcements")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    title = models.CharField(max_length=200)
    text = models.TextField()
    """Markdown."""
    posted_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["-posted_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="an_announcement_says_something"),
        ]

    def __str__(self) -> str:
        return self.title
