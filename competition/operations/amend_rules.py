"""What a folder says of the rules page: shown as a difference, and published as the next version."""

from competition.models import Competition, User
from competition.operations.amend_notes import Notes
from competition.operations.describe_rules import add_rules_of, new_rules
from competition.operations.folder import Folder
from competition.operations.publish_rules import facts_of


def compare_rules(competition: Competition, folder: Folder, found: Notes) -> None:
    """Note that the folder has a version of the rules that is not published; refuses a changed text of one that is."""
    entry = new_rules(competition, folder.description.rules_page, folder.rules_page)
    if entry is not None:
        latest = competition.rules_versions.last()
        found.note("rules page", latest and latest.version, entry.version)


def amend_rules(competition: Competition, folder: Folder, *, by: User | None) -> dict[str, object]:
    """Publish the folder's version where it is new; what the audit keeps of it."""
    entry = new_rules(competition, folder.description.rules_page, folder.rules_page)
    if entry is None:
        return {}
    return {"rules_page": facts_of(add_rules_of(competition, entry, folder.rules_page, by=by))}
