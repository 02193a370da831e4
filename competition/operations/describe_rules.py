"""The rules page of a competition in `competition.yaml`, and what of it is new."""

from django.utils.translation import gettext as _
from pydantic import Field

from competition.errors import Conflict
from competition.models import Competition, RulesVersion, User
from competition.operations.publish_rules import LONGEST_VERSION, MOST_NOTICE_DAYS, add_rules
from competition.operations.reason import LONGEST_REASON
from competition.operations.strict import Strict, Time


class RulesEntry(Strict):
    """The rules: a version, the Markdown file with its text, the notice that a change of them needs.

    in_force_at: left out, a first version is in force at once and a later one when the notice ends. short_notice: the
    public reason for an earlier instant.
    """

    version: str = Field(min_length=1, max_length=LONGEST_VERSION, coerce_numbers_to_str=True)
    text: str
    notice_days: int | None = Field(default=None, ge=0, le=MOST_NOTICE_DAYS)
    in_force_at: Time | None = None
    short_notice: str = Field(default="", max_length=LONGEST_REASON)


def new_rules(competition: Competition, entry: RulesEntry | None, text: str) -> RulesEntry | None:
    """The entry, if its version is a new one. One that is published can't change; none at all leaves all as it is."""
    if entry is None:
        return None
    published = competition.rules_versions.filter(version=entry.version.strip()).first()
    if published is None:
        return entry
    if published.text != text.strip():
        raise Conflict("rules_page_changed", _("The text of the rules has changed; give it a new version."))
    return None


def add_rules_of(competition: Competition, entry: RulesEntry, text: str, *, by: User | None) -> RulesVersion:
    """Add the version that a folder describes."""
    return add_rules(
        competition,
        version=entry.version,
        text=text,
        notice_days=entry.notice_days,
        in_force_at=entry.in_force_at,
        short_notice=entry.short_notice,
        by=by,
    )
