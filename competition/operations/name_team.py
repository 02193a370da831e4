"""The names of teams: readable, and no two that look the same."""

import unicodedata

from competition.errors import Invalid

LONGEST_NAME = 60
_REFUSED_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def cleaned_team_name(name: str) -> str:
    """The name in NFC with single blanks; refuses what can't be seen or changes how other text is shown."""
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not name:
        raise Invalid("team_name_missing", "Give the team a name.", field="team")
    if len(name) > LONGEST_NAME:
        raise Invalid("team_name_too_long", f"A team's name has at most {LONGEST_NAME} characters.", field="team")
    if any(unicodedata.category(character) in _REFUSED_CATEGORIES for character in name):
        raise Invalid(
            "team_name_unreadable",
            "The team's name has a control, invisible or direction-changing character; use visible ones only.",
            field="team",
        )
    return name


def team_name_key(name: str) -> str:
    """The name as it is compared: compatibility forms folded, case and accents dropped."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    return "".join(character for character in folded if not unicodedata.combining(character))
