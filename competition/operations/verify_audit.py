"""A competition's audit is read again from its first row: what was changed, removed or put in is found."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from competition.models import AuditEvent, AuditHead, Competition, User
from competition.models.audit import FIRST_PREVIOUS
from competition.operations.import_audit import faults_of_imported


@dataclass(frozen=True)
class Noted:
    """A row's hash that somebody has written down elsewhere."""

    number: int
    hash: str


@transaction.atomic
def verify_audit(competition: Competition, noted: Noted | None = None) -> list[str]:
    """What is wrong with the chain, a sentence each; nothing is written meanwhile.

    Whoever may rewrite every row and the head can make a new chain that holds. `noted`, kept elsewhere, finds that too.
    """
    head = AuditHead.objects.select_for_update().filter(competition=competition).first()
    if head is None:
        return ["The chain's end is removed, and with it the proof that no row is."]
    events = AuditEvent.objects.filter(competition=competition).order_by("number", "id")
    return [
        *faults_of_imported(competition),
        *_along(events.iterator(chunk_size=500), head),
        *_against(noted, competition),
    ]


def _along(events: Iterator[AuditEvent], head: AuditHead) -> Iterator[str]:
    number, previous = 0, FIRST_PREVIOUS
    for event in events:
        if event.number <= number:
            yield f"Row {event.number} is there twice (id {event.pk}): one was inserted."
        elif event.number > number + 1:
            yield f"Row {_span(number + 1, event.number - 1)} is removed."
        elif event.previous != previous:
            yield f"Row {event.number} does not follow the row before it: one of them was changed or inserted."
        if event.hash != event.sealed() or not _names_its_actor(event):
            yield f"Row {event.number} ({event.act} {event.subject}) was changed."
        number, previous = event.number, event.hash
    if number < head.number:
        yield f"Row {_span(number + 1, head.number)} is removed."
    elif number > head.number:
        yield f"Row {_span(head.number + 1, number)} is inserted behind the chain's end."
    elif previous != head.hash:
        yield f"Row {number} is not the one that the chain ended with."


def _names_its_actor(event: AuditEvent) -> bool:
    """An actor is gone only together with the account."""
    if event.actor_id is not None:
        return event.actor_id == event.actor_number
    return event.actor_number is None or not User.objects.filter(pk=event.actor_number).exists()


def _against(noted: Noted | None, competition: Competition) -> Iterator[str]:
    if noted is None:
        return
    if not AuditEvent.objects.filter(competition=competition, number=noted.number, hash=noted.hash).exists():
        yield f"Row {noted.number} has not the hash that was noted: the chain was made anew."


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"
