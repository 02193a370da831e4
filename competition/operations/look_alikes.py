"""Which characters look like which: Unicode's data for UTS 39, as the package confusable-homoglyphs keeps it."""

import json
import unicodedata
from functools import cache
from importlib.resources import files

_MARK = "\u200e"
"""The data writes right-to-left characters between two of these."""


def skeleton(text: str) -> str:
    """The text with each character as the one it looks like (UTS 39, section 4), without accents and case.

    Case goes last, since looks depend on it: a capital I looks like an l, and a small one doesn't.
    """
    prototypes = _prototypes()
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text))
    bare = "".join(character for character in plain if not unicodedata.combining(character))
    return "".join(prototypes.get(character, character) for character in bare).casefold()


@cache
def _prototypes() -> dict[str, str]:
    """Character → what it looks like. Read when it is first needed: the data is large, and few processes need it.

    The data lists pairs both ways. One that has several partners is what they all look like; of two that have only
    each other, the plainer one is.
    """
    content = (files("confusable_homoglyphs") / "confusables.json").read_text(encoding="utf-8")
    partners = {
        written.strip(_MARK): {entry["c"].strip(_MARK) for entry in entries}
        for written, entries in json.loads(content).items()
    }
    found = {}
    for character, others in partners.items():
        if len(character) != 1 or len(others) != 1:
            continue
        (other,) = others
        if len(partners.get(other, ())) > 1 or _plainness(other) < _plainness(character):
            found[character] = other
    return found


def _plainness(text: str) -> tuple[bool, int, str]:
    return not text.isascii(), len(text), text
