"""The chains of acts in an archive: verified row by row, and kept as they are."""

import hashlib
import json
import re
from itertools import count

from competition.models import Competition, ImportedEvent
from competition.models.audit import FIRST_PREVIOUS
from competition.operations.read_archive import Archive, FaultyArchive

FORM = "audit-1"


def read_chains(archive: Archive) -> list[ImportedEvent]:
    """Every row of every chain, verified; the rows belong to no competition yet."""
    present = {name for name in archive.members if re.fullmatch(r"audit/\d{1,4}\.jsonl", name)}
    events: list[ImportedEvent] = []
    for chain in range(1, len(present) + 1):
        if f"audit/{chain}.jsonl" not in present:
            raise FaultyArchive("broken_audit", f"Chain {chain} of the audit is missing.")
        events += _chain(archive, chain)
    if not events:
        raise FaultyArchive("broken_audit", "The archive has no audit.")
    return events


def write_chains(competition: Competition, events: list[ImportedEvent]) -> None:
    """Keep them with the competition."""
    for event in events:
        event.competition = competition
    ImportedEvent.objects.bulk_create(events, batch_size=500)


def faults_of_imported(competition: Competition) -> list[str]:
    """What is wrong with the rows that were kept, a sentence each."""
    faults, previous, chain, number = [], FIRST_PREVIOUS, 0, count(1)
    for event in ImportedEvent.objects.filter(competition=competition).order_by("chain", "number").iterator():
        if event.chain != chain:
            previous, chain, number = FIRST_PREVIOUS, event.chain, count(1)
        if event.number != next(number) or not _follows(event, previous):
            faults.append(f"Row {event.number} of the imported chain {chain} was changed, removed or inserted.")
        previous = event.hash
    return faults


def _chain(archive: Archive, chain: int) -> list[ImportedEvent]:
    events, previous = [], FIRST_PREVIOUS
    for number, row in enumerate(archive.lines(f"audit/{chain}.jsonl"), start=1):
        event = ImportedEvent(
            chain=chain,
            number=number,
            canonical=str(row.get("canonical")),
            hash=str(row.get("hash")),
            actor=str(row.get("actor") or ""),
        )
        if not _follows(event, previous):
            raise FaultyArchive("broken_audit", f"Row {number} of chain {chain} of the audit was changed or removed.")
        events.append(event)
        previous = event.hash
    return events


def _follows(event: ImportedEvent, previous: str) -> bool:
    """Whether the row is sealed, and seals the one before."""
    try:
        told = json.loads(event.canonical)
        linked = told[0] == FORM and told[1] == previous and told[3] == event.number
    except (ValueError, LookupError, TypeError):
        return False
    return linked and hashlib.sha256(event.canonical.encode()).hexdigest() == event.hash
