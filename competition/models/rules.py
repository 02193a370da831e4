"""The rules page of a competition: every version with its dates, and who accepted which."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from competition.models.competition import Competition


class RulesVersionQuerySet(models.QuerySet["RulesVersion"]):
    """Reading words for versions of the rules; `now` is the competition's time."""

    def in_force(self, now: datetime) -> "RulesVersion | None":
        """The version that binds at that instant; None before the first does. Versions take over in their order."""
        return self.filter(in_force_at__lte=now).order_by("-number").first()

    def coming(self, now: datetime) -> "RulesVersionQuerySet":
        """Those that are published and not in force yet, the next one first."""
        return self.filter(in_force_at__gt=now).order_by("number")


class RulesVersion(models.Model):
    """One version of the rules: never changed, only followed by another, and in force from an instant on."""

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="rules_versions")
    number = models.PositiveIntegerField()
    """1 for the first; what addresses name it by."""
    version = models.CharField(max_length=40)
    """As the organizers call it."""
    text = models.TextField()
    """Markdown."""
    sha256 = models.CharField(max_length=64)
    notice_days = models.PositiveIntegerField()
    """The notice that the next change of the rules needs, in days."""
    published_at = models.DateTimeField(db_default=Now())
    notice_until = models.DateTimeField()
    """The end of the notice that the version before promised; for the first version its publication."""
    in_force_at = models.DateTimeField()
    short_notice = models.TextField(blank=True)
    """Why it is in force before the notice ends; public."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = RulesVersionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["competition", "number"], name="one_version_of_the_rules_of_a_number"),
            models.UniqueConstraint(fields=["competition", "version"], name="one_text_per_version_of_the_rules"),
            models.CheckConstraint(condition=Q(number__gt=0) & ~Q(text=""), name="rules_say_something"),
            models.CheckConstraint(
                condition=Q(in_force_at__gte=F("notice_until")) | ~Q(short_notice=""),
                name="new_rules_keep_the_notice_or_say_why",
            ),
            models.CheckConstraint(
                condition=Q(in_force_at__gte=F("published_at")), name="rules_bind_nobody_before_they_are_published"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.competition_id} rules {self.version}"


class RulesAcceptance(models.Model):
    """That a person accepted a version of the rules, and when; it may be before it is in force."""

    rules = models.ForeignKey(RulesVersion, models.CASCADE, related_name="acceptances")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="rules_acceptances")
    accepted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rules", "user"], name="rules_are_accepted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} accepts {self.rules_id}"
