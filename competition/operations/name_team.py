"""The names of teams: readable, and no two that look the same."""

import unicodedata

from django.utils.translation import gettext as _

from competition.errors import Invalid
from competition.operations.look_alikes import skeleton

LONGEST_NAME = 60
LONGEST_KEY = 200
DELETED_TEAM = "deleted team #"
"""What the names of teams begin with whose last member was deleted; nobody else takes such a name."""
_REFUSED_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters, marks and symbols that show nothing, such as a Hangul filler."""
_SELECTORS = dict.fromkeys(range(0xFE00, 0xFE10))
"""Variation selectors: an emoji may have one, and shows nothing else by it."""
_LOOKS_LIKE = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d"
    "\u03b1\u03b2\u03b5\u03b6\u03b7\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7",
    "abekmhopctyxijshdqwabezhikmvoptux",
)
"""Cyrillic and Greek letters that look like a Latin one in one of their cases (after Unicode's UTS 39)."""


def cleaned_team_name(name: str) -> str:
    """The name in NFC with single blanks; refuses what can't be seen or changes how other text is shown."""
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not name:
        raise Invalid("team_name_missing", _("Give the team a name."), field="team")
    if len(name) > LONGEST_NAME:
        raise Invalid(
            "team_name_too_long",
            _("A team's name has at most {longest_name} characters.").format(longest_name=LONGEST_NAME),
            field="team",
        )
    if max(len(team_name_key(name)), len(skeleton(name))) > LONGEST_KEY:
        raise Invalid(
            "team_name_too_long", _("The team's name is too long when its ligatures are spelled out."), field="team"
        )
    if team_name_key(name).startswith(team_name_key(DELETED_TEAM)):
        raise Invalid(
            "team_name_reserved", _("Names that begin so are given to deleted teams; choose another."), field="team"
        )
    hidden = any(unicodedata.category(letter) in _REFUSED_CATEGORIES or letter in _BLANK for letter in name)
    if hidden or not team_name_key(name):
        raise Invalid(
            "team_name_unreadable",
            _("The team's name has a control, invisible or direction-changing character; use visible ones only."),
            field="team",
        )
    return name


def team_name_key(name: str) -> str:
    """The name as it is compared: compatibility forms folded, case and accents dropped, look-alike letters as Latin."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    bare = "".join(character for character in folded if not unicodedata.combining(character))
    return bare.translate(_SELECTORS).translate(_LOOKS_LIKE)
