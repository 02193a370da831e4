"""Organizers' acts are written down, with their reasons, in one chain for each competition."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from competition.clock import database_now
from competition.models import AuditEvent, AuditHead, Competition, User


def person(number: int) -> str:
    """How an act names somebody: by number, since a name could never be taken out of the chain. Readers look it up."""
    return f"person {number}"


@transaction.atomic
def write_down(
    competition: Competition, actor: User | None, act: str, subject: object, *, reason: str = "", **facts: Any
) -> None:
    """Add one row to the end of the competition's audit; no actor means the command line.

    Whoever else has something to write waits until this transaction ends, so that the chain has one end.
    """
    AuditHead.objects.get_or_create(competition=competition)
    head = AuditHead.objects.select_for_update(no_key=True).get(competition=competition)
    event = AuditEvent(
        competition=competition,
        number=head.number + 1,
        previous=head.hash,
        actor=actor,
        actor_number=None if actor is None else actor.pk,
        act=act,
        subject=str(subject)[:200],
        reason=reason,
        facts=json.loads(json.dumps(facts, cls=DjangoJSONEncoder)),
        happened_at=database_now(),
    )
    event.hash = event.sealed()
    event.save(force_insert=True)
    AuditHead.objects.filter(competition=competition).update(number=event.number, hash=event.hash)
