"""Brackets and deadlines as a competition's folder has them: what has changed, and applying it."""

from collections.abc import Sequence
from datetime import datetime

from competition.errors import Conflict
from competition.models import Bracket, ClaimState, Competition, Deadline, Phase
from competition.operations.amend_notes import Notes
from competition.operations.describe_fair_play import BracketEntry


def texts_to_apply(competition: Competition, texts: dict[str, object]) -> dict[str, object]:
    """A deadline that an organizer has extended is not brought forward by a folder that doesn't know of it."""
    extended = set(competition.deadline_extensions.values_list("deadline", flat=True))
    return {name: value for name, value in texts.items() if name not in extended or _is_later(competition, name, value)}


def _is_later(competition: Competition, name: str, value: object) -> bool:
    before = getattr(competition, Deadline(name).value)
    return value is None or before is None or (isinstance(value, datetime) and value >= before)


def compare_brackets(competition: Competition, entries: Sequence[BracketEntry], found: Notes) -> None:
    """Note what is new, other or gone; a bracket that a team has claimed or declined is not removed."""
    existing = {bracket.key: bracket for bracket in competition.brackets.select_related("phase", "track")}
    for order, entry in enumerate(entries, start=1):
        bracket = existing.pop(entry.key, None)
        if bracket is None:
            found.note(f"bracket {entry.key}", "none", "a new bracket")
            continue
        before = _facts_of(bracket)
        for name, value in _facts_in(entry, order).items():
            found.note(f"bracket {entry.key} {name}", before[name], value)
    for key, bracket in existing.items():
        if bracket.claims.exists() or bracket.declines.exists():
            raise Conflict("bracket_removed", f"Teams have claimed or declined the bracket {key}; it can't be removed.")
        found.note(f"bracket {key}", "a bracket", "removed")


def write_brackets(competition: Competition, entries: Sequence[BracketEntry]) -> None:
    """Keep exactly these. Where what teams claim is put in other words, what was confirmed is to be decided again."""
    competition.brackets.exclude(key__in=[entry.key for entry in entries]).delete()
    for order, entry in enumerate(entries, start=1):
        facts = {
            **_facts_in(entry, order),
            "phase": Phase.every.get(competition=competition, key=entry.phase),
            "track": competition.tracks.get(kind=entry.track),
        }
        before = competition.brackets.filter(key=entry.key).first()
        if before is not None and before.eligibility != entry.eligibility:
            before.claims.filter(state=ClaimState.CONFIRMED).update(
                state=ClaimState.WAITING, decided_at=None, decided_by=None
            )
        Bracket.objects.update_or_create(competition=competition, key=entry.key, defaults=facts)


def _facts_in(entry: BracketEntry, order: int) -> dict[str, object]:
    return {**entry.model_dump(exclude={"key", "prizes"}), "prizes": list(entry.prizes), "order": order}


def _facts_of(bracket: Bracket) -> dict[str, object]:
    return {
        "title": bracket.title,
        "phase": bracket.phase.key,
        "track": bracket.track.kind,
        "eligibility": bracket.eligibility,
        "prizes": bracket.prizes,
        "order": bracket.order,
    }
