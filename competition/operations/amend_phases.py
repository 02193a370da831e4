"""What has changed in the phases of a competition's folder, and applying it."""

from competition.errors import Conflict
from competition.models import Competition, Phase
from competition.operations.amend_notes import Notes
from competition.operations.describe_phases import PhaseEntry
from competition.operations.folder import Folder
from competition.operations.found import phase_facts
from competition.operations.freeze_picks import free_picks
from competition.operations.publish import request_publication


def compare_phases(competition: Competition, folder: Folder, found: Notes) -> None:
    """Note new, changed and removed phases; one with submissions is not removed."""
    existing = {phase.key: phase for phase in Phase.every.filter(competition=competition)}
    for entry in folder.description.phases:
        phase = existing.pop(entry.key, None)
        if phase is None:
            found.note(f"phase {entry.key}", "none", "a new draft" if entry.draft else "a new phase")
            continue
        for name, value in _facts_to_apply(phase, entry).items():
            found.note(f"phase {entry.key} {name}", getattr(phase, name), value)
    for key, phase in existing.items():
        if phase.submissions.exists():
            raise Conflict("phase_removed", f"The phase {key} has submissions and can't be removed.")
        found.note(f"phase {key}", "a phase", "removed")


def _facts_to_apply(phase: Phase, entry: PhaseEntry) -> dict[str, object]:
    """What an organizer has done is not undone by a folder that doesn't know of it.

    A final board that is published is not hidden again, and the dates of its phase stand; a draft that is opened (or
    not) stays so, and an extended phase closes no earlier.
    """
    facts = phase_facts(entry)
    if phase.revealed_at is not None:
        for name in ("shows", "opens_at", "closes_at"):
            facts.pop(name)
    elif phase.extensions.exists() and entry.closes_at < phase.closes_at:
        facts.pop("closes_at")
    return facts


def amend_phases(competition: Competition, folder: Folder) -> None:
    """Apply what the folder says of them, as far as it may."""
    keys = [entry.key for entry in folder.description.phases]
    phases = Phase.every.filter(competition=competition)
    phases.exclude(key__in=keys).delete()
    for entry in folder.description.phases:
        phase = phases.filter(key=entry.key).first()
        facts = {**phase_facts(entry), "draft": entry.draft} if phase is None else _facts_to_apply(phase, entry)
        phase, _ = Phase.every.update_or_create(competition=competition, key=entry.key, defaults=facts)
        if phase.picks_frozen_at is not None and phase.closes_at > competition.now():
            free_picks(phase)
        for track in competition.tracks.all():
            if phase.submissions.filter(track=track).exists():
                request_publication(phase, track)
