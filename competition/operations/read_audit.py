"""The audit of a competition, as its organizers read it: newest first, by act and by person."""

import re
from collections.abc import Iterable

from django.db.models import QuerySet

from competition.models import AuditEvent, Competition, User
from competition.operations.audit import person

COMMAND_LINE = "the command line"
"""Stands for no person; no username has a blank."""


def events_of(competition: Competition, *, act: str = "", actor: str = "") -> QuerySet[AuditEvent]:
    """Those of an act and of a person (by username), where these are given; none where nobody is called that."""
    events = AuditEvent.objects.filter(competition=competition).select_related("actor").order_by("-number")
    if act:
        events = events.filter(act=act.replace("\0", ""))
    if actor == COMMAND_LINE:
        return events.filter(actor_number=None)
    return events.filter(actor__username=actor.replace("\0", "")) if actor else events


def acts_and_actors_of(competition: Competition) -> tuple[list[str], list[str]]:
    """What can be filtered by: the acts that there are, and who did any; the command line comes last."""
    events = AuditEvent.objects.filter(competition=competition).order_by()
    acts = sorted(events.values_list("act", flat=True).distinct())
    people = User.objects.filter(pk__in=events.values("actor")).order_by("username")
    by_command = [COMMAND_LINE] if events.filter(actor_number=None).exists() else []
    return acts, [*people.values_list("username", flat=True), *by_command]


def people_named_in(events: Iterable[AuditEvent]) -> dict[str, str]:
    """By "person N", as the rows have it, the username that N has now: a pseudonym once the person is deleted."""
    words = [word for event in events for word in (event.subject, *_words(event.facts))]
    numbers = {int(found[1]) for word in words if (found := re.fullmatch(r"person (\d{1,18})", word))}
    return {person(user.pk): user.username for user in User.objects.filter(pk__in=numbers)}


def _words(facts: dict[str, object]) -> Iterable[str]:
    for value in facts.values():
        yield from (str(one) for one in (value if isinstance(value, list) else [value]))
