"""Teams, who is in them, and which version of the terms each person has accepted."""

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from competition.models.competition import Competition, Terms


def new_invitation() -> str:
    """A word that lets its holder join the team."""
    return secrets.token_urlsafe(18)


class TeamQuerySet(models.QuerySet["Team"]):
    """Reading words for teams."""

    def living(self) -> "TeamQuerySet":
        """Those that have not joined another."""
        return self.filter(merged_into__isnull=True)


class Team(models.Model):
    """A team of one competition. No two names may look the same: `name_key` is the name without case and accents and
    with look-alikes of small letters folded, `skeleton` the name by what each of its characters looks like."""

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="teams")
    name = models.CharField(max_length=60)
    name_key = models.CharField(max_length=200)
    skeleton = models.CharField(max_length=220)
    invitation = models.CharField(max_length=40, unique=True, default=new_invitation)
    baseline = models.BooleanField(default=False)
    """Shown on the board without a rank."""
    created_at = models.DateTimeField(db_default=Now())
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="absorbed")
    """The team that this one has joined; it has no members and submissions any more, and keeps its name taken."""

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["competition", "name_key"], name="no_two_teams_look_the_same"),
            models.UniqueConstraint(fields=["competition", "skeleton"], name="no_two_teams_look_alike"),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="a_team_does_not_join_itself"),
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Reading words for memberships."""

    def of(self, user: object, competition: Competition) -> "Membership | None":
        """The person's membership in the competition, if any."""
        if not getattr(user, "is_authenticated", False):
            return None
        return self.select_related("team").filter(user=user, competition=competition).first()


class Membership(models.Model):
    """A person in a team: at most one team per person and competition."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    competition = models.ForeignKey(Competition, models.CASCADE, related_name="+")
    joined_at = models.DateTimeField(db_default=Now())

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "competition"], name="one_team_per_person_and_competition"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.team_id}"


class Departure(models.Model):
    """That a person was in a team, and left it."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="departures")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    competition = models.ForeignKey(Competition, models.CASCADE, related_name="+")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(db_default=Now())
    had_handed_in = models.BooleanField()
    """Whether the team had handed in by then: whoever leaves such a team founds no other, with fresh limits."""

    def __str__(self) -> str:
        return f"{self.user_id} left {self.team_id}"


class Acceptance(models.Model):
    """That a person accepted a version of the terms, and when."""

    terms = models.ForeignKey(Terms, models.CASCADE, related_name="acceptances")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="acceptances")
    accepted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["terms", "user"], name="terms_are_accepted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} accepts {self.terms_id}"
