"""The audit in an archive: every chain that the competition has, each row in the very form that is hashed."""

import json
from collections.abc import Callable, Iterator
from functools import partial

from competition.models import AuditEvent, Competition, ImportedEvent
from competition.operations.archive_rows import AT_ONCE, Row, as_csv, as_lines
from competition.operations.zip_stream import Member

HASHED = (
    "form",
    "previous",
    "competition",
    "number",
    "actor_number",
    "act",
    "subject",
    "reason",
    "facts",
    "happened_at",
)
"""What the items of a row are, in the form that is hashed."""
COLUMNS = ("number", "happened_at", "actor", "act", "subject", "reason", "facts", "hash")


def audit_members(competition: Competition) -> Iterator[Member]:
    """The chains of the installations that the competition was on earlier, and then that of this one."""
    imported = ImportedEvent.objects.filter(competition=competition)
    earlier = sorted(set(imported.order_by().values_list("chain", flat=True).distinct()))
    chains: list[Callable[[], Iterator[Row]]] = [partial(_kept, competition, chain) for chain in earlier]
    for number, chain in enumerate([*chains, partial(_own, competition)], start=1):
        yield Member(f"audit/{number}.jsonl", lambda chain=chain: as_lines(chain()))
        yield Member(f"audit/{number}.csv", lambda chain=chain: as_csv(COLUMNS, map(_readable, chain())))


def _own(competition: Competition) -> Iterator[Row]:
    events = AuditEvent.objects.filter(competition=competition).select_related("actor").order_by("number")
    for event in events.iterator(chunk_size=AT_ONCE):
        actor = event.actor.username if event.actor else ""
        yield {"canonical": event.canonical().decode(), "hash": event.hash, "actor": actor}


def _kept(competition: Competition, chain: int) -> Iterator[Row]:
    rows = ImportedEvent.objects.filter(competition=competition, chain=chain).order_by("number")
    return rows.values("canonical", "hash", "actor").iterator(chunk_size=AT_ONCE)


def _readable(row: Row) -> Row:
    told = dict(zip(HASHED, json.loads(row["canonical"]), strict=True))
    return {**told, "actor": row["actor"], "hash": row["hash"]}
