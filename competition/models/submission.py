"""A submission: one uploaded file of one team for one track in one phase, with its receipt; and the team's quota."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from competition.models.competition import Competition
from competition.models.phase import Phase
from competition.models.team import Team
from competition.models.track import Track


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Reading words for submissions."""

    def visible_to(self, user: object) -> "SubmissionQuerySet":
        """Those of the person's teams and of the competitions that the person runs."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        organized = Competition.objects.organized_by(user).values("pk")
        mine = Team.objects.filter(memberships__user=user).values("pk")
        return self.filter(Q(team__in=mine) | Q(team__competition__in=organized))

    def counting(self) -> "SubmissionQuerySet":
        """Those that use the quota: all but the ones that could not be scored."""
        return self.filter(refunded_at__isnull=True)

    def ranked(self) -> "SubmissionQuerySet":
        """Those that may stand on a board."""
        return self.filter(late=False, withdrawn_at__isnull=True, disqualified_at__isnull=True)

    def newest_first(self) -> "SubmissionQuerySet":
        """In the order of the team's own list."""
        return self.order_by("-received_at", "-id")


class Submission(models.Model):
    """What was uploaded; it never changes but for being withdrawn, selected, disqualified or refunded."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, models.PROTECT, related_name="submissions")
    phase = models.ForeignKey(Phase, models.PROTECT, related_name="submissions")
    track = models.ForeignKey(Track, models.PROTECT, related_name="submissions")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    late = models.BooleanField(default=False)
    """Received after the close, where the phase takes such: scored, and never ranked."""
    note = models.CharField(max_length=500, blank=True)
    file = models.CharField(max_length=100, unique=True)
    file_name = models.CharField(max_length=255)
    """As the browser called it; never used as a path."""
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    notices = models.JSONField(default=list)
    labels = models.JSONField()
    """The track's labels that the file was checked against."""
    received_at = models.DateTimeField()
    """The database's time at which the last byte had arrived."""
    idempotency_key = models.CharField(max_length=255, null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    selected_at = models.DateTimeField(null=True, blank=True)
    picked_at = models.DateTimeField(null=True, blank=True)
    """When it was written down, after the close, that it stands for its team on the final board."""
    disqualified_at = models.DateTimeField(null=True, blank=True)
    disqualification = models.TextField(blank=True)
    """The public reason."""
    refunded_at = models.DateTimeField(null=True, blank=True)
    """When the quota was given back because the server could not score it."""

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["team", "phase", "track", "received_at"], name="submissions_of_a_team"),
            models.Index(fields=["phase", "track", "received_at"], name="submissions_of_a_board"),
            models.Index(
                fields=["phase", "track"], condition=Q(disqualified_at__isnull=False), name="disqualified_submissions"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "idempotency_key"], name="one_submission_per_key"),
            models.CheckConstraint(
                condition=Q(disqualified_at__isnull=True, disqualification="")
                | (Q(disqualified_at__isnull=False) & ~Q(disqualification="")),
                name="disqualified_exactly_when_explained",
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="receipt_names_a_sha256"),
            models.CheckConstraint(condition=Q(late=False) | Q(selected_at=None, picked_at=None), name="late_is_late"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Quota(models.Model):
    """The row that is locked while a team's uploads of a phase and track are counted."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="+")
    phase = models.ForeignKey(Phase, models.CASCADE, related_name="+")
    track = models.ForeignKey(Track, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "phase", "track"], name="one_quota_per_team_phase_track"),
        ]

    def __str__(self) -> str:
        return f"quota of {self.team_id}"


class AllowanceQuerySet(models.QuerySet["Allowance"]):
    """Reading words for allowances."""

    def standing(self) -> "AllowanceQuerySet":
        """Those that nobody has taken back."""
        return self.filter(revocation=None)


class Allowance(models.Model):
    """Uploads beyond the limits, granted to one team for one day (UTC), with the reason. Never changed: see below."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="allowances")
    phase = models.ForeignKey(Phase, models.CASCADE, related_name="+")
    track = models.ForeignKey(Track, models.CASCADE, related_name="+")
    day = models.DateField()
    extra = models.PositiveIntegerField()
    reason = models.CharField(max_length=500)
    granted_at = models.DateTimeField(db_default=Now())

    objects = AllowanceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(extra__gt=0) & ~Q(reason=""), name="an_allowance_allows_and_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.extra} more for {self.team_id} on {self.day}"


class Revocation(models.Model):
    """That an allowance was taken back, when, by whom and why; both stay in the books."""

    allowance = models.OneToOneField(Allowance, models.CASCADE, related_name="revocation")
    reason = models.CharField(max_length=500)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(reason=""), name="a_revocation_says_why")]

    def __str__(self) -> str:
        return f"{self.allowance_id} taken back"
