"""Who takes part in a competition: for its organizers, since it has addresses."""

from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from competition.models import Acceptance, Competition, Entrant, Membership, RulesAcceptance, Submission


def participants_of(competition: Competition) -> QuerySet[Membership]:
    """The people in teams, by team and name, each with what is asked of a participant.

    `accepted_version` and `accepted_at` are of the newest terms that they accepted; `entry` is empty where nobody had
    to approve it; `submissions` are those that they handed in themselves.
    """
    person = OuterRef("user_id")
    accepted = Acceptance.objects.filter(terms__competition=competition, user=person).order_by("-terms_id")
    entrants = Entrant.objects.filter(competition=competition, user=person)
    own = Submission.objects.filter(team__competition=competition, author=person).order_by().values("author")
    return (
        Membership.objects.filter(competition=competition)
        .select_related("user", "team")
        .annotate(
            accepted_version=Subquery(accepted.values("terms__version")[:1]),
            accepted_at=Subquery(accepted.values("accepted_at")[:1]),
            entry=Coalesce(Subquery(entrants.values("state")[:1]), Value("")),
            submissions=Coalesce(Subquery(own.annotate(count=Count("pk")).values("count")[:1]), 0),
        )
        .order_by("team__name", "user__username")
    )


def acceptances_of(competition: Competition) -> QuerySet[Acceptance]:
    """Who accepted which `version` of the terms, and when; people who have left included. Oldest first."""
    accepted = Acceptance.objects.filter(terms__competition=competition).select_related("user", "terms")
    return _with_team(accepted, competition).annotate(version=F("terms__version"))


def rules_acceptances_of(competition: Competition) -> QuerySet[RulesAcceptance]:
    """Who accepted which `version` of the rules, and when; people who have left included. Oldest first."""
    accepted = RulesAcceptance.objects.filter(rules__competition=competition).select_related("user", "rules")
    return _with_team(accepted, competition).annotate(version=F("rules__version"))


def _with_team(accepted: QuerySet[Any], competition: Competition) -> QuerySet[Any]:
    """Each with the name of the person's present `team`, None where there is none."""
    team = Membership.objects.filter(competition=competition, user=OuterRef("user_id")).values("team__name")[:1]
    return accepted.annotate(team=Subquery(team)).order_by("accepted_at", "pk")
