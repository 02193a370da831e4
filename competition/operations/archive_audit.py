"""The audit in an archive: every chain that the competition has, each row in the very form that is hashed."""

from collections.abc import Iterator

from competition.models import AuditEvent, Competition, ImportedEvent
from competition.operations.archive_rows import AT_ONCE, Row, as_csv, as_lines
from competition.operations.zip_stream import Member

COLUMNS = ("number", "happened_at", "actor", "act", "subject", "reason", "facts", "hash")


def audit_members(competition: Competition) -> Iterator[Member]:
    """A chain of this installation, and before it those of the installations that the competition was on earlier."""
    imported = ImportedEvent.objects.filter(competition=competition)
    earlier = sorted(imported.values_list("chain", flat=True).distinct())
    for chain in earlier:
        yield Member(f"audit/{chain}.jsonl", lambda chain=chain: as_lines(_kept(competition, chain)))
    chain = earlier[-1] + 1 if earlier else 1
    yield Member(f"audit/{chain}.jsonl", lambda: as_lines(_own(competition)))
    yield Member(f"audit/{chain}.csv", lambda: as_csv(COLUMNS, _readable(competition)))


def _events(competition: Competition) -> Iterator[AuditEvent]:
    events = AuditEvent.objects.filter(competition=competition).select_related("actor").order_by("number")
    return events.iterator(chunk_size=AT_ONCE)


def _own(competition: Competition) -> Iterator[Row]:
    for event in _events(competition):
        yield {"canonical": event.canonical().decode(), "hash": event.hash, "actor": _name_of(event)}


def _kept(competition: Competition, chain: int) -> Iterator[Row]:
    rows = ImportedEvent.objects.filter(competition=competition, chain=chain).order_by("number")
    return rows.values("canonical", "hash", "actor").iterator(chunk_size=AT_ONCE)


def _readable(competition: Competition) -> Iterator[Row]:
    for event in _events(competition):
        yield {column: getattr(event, column) for column in COLUMNS} | {"actor": _name_of(event)}


def _name_of(event: AuditEvent) -> str:
    return event.actor.username if event.actor else ""
