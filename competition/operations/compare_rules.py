"""What a version of the rules changes against the one before, line by line."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from competition.models import RulesVersion

CONTEXT_LINES = 3


@dataclass(frozen=True)
class ChangedLine:
    """One line; `change` is `same`, `removed` or `added`, or `gap` for equal lines that are left out."""

    change: str
    text: str


def changes_of(rules: RulesVersion) -> list[ChangedLine]:
    """What the version changes against the one before; nothing for the first."""
    before = RulesVersion.objects.filter(competition=rules.competition_id, number=rules.number - 1).first()
    return [] if before is None else changes_between(before.text, rules.text)


def changes_between(before: str, after: str) -> list[ChangedLine]:
    """The changed lines, each with a few equal ones around it; empty where the texts are the same."""
    old, new = before.splitlines(), after.splitlines()
    found: list[ChangedLine] = []
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT_LINES):
        if found or group[0][1] > 0:
            found.append(ChangedLine("gap", ""))
        for what, old_from, old_to, new_from, new_to in group:
            if what == "equal":
                found += [ChangedLine("same", line) for line in old[old_from:old_to]]
                continue
            found += [ChangedLine("removed", line) for line in old[old_from:old_to]]
            found += [ChangedLine("added", line) for line in new[new_from:new_to]]
    return found
