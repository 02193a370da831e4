"""What the program says, gathered from its source, and what it says in Vietnamese.

Babel reads the Python that Django makes of a template, so that no gettext tool has to be installed.
"""

import io
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

REPOSITORY = Path(__file__).resolve().parent.parent.parent
SOURCES = ("competition/**/*.py", "templates/**/*.html")
PO = REPOSITORY / "competition/locale/vi/LC_MESSAGES/django.po"
MO = PO.with_suffix(".mo")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
HEAD = "Vietnamese words of the benchmark competition server."


def sources() -> list[Path]:
    """Every file that may say something to a reader, in a fixed order."""
    found = (path for pattern in SOURCES for path in REPOSITORY.glob(pattern))
    return sorted(path for path in found if "migrations" not in path.parts)


def gathered() -> Catalog:
    """All that is marked, without a translation, in the order of the files' names."""
    catalog = Catalog(locale="vi", domain="django", charset="utf-8", header_comment=f"# {HEAD}", fuzzy=False)
    for path in sources():
        place = path.relative_to(REPOSITORY).as_posix()
        for _, message, comments, context in extract("python", io.BytesIO(_as_python(path)), keywords=KEYWORDS):
            catalog.add(message, None, [(place, 0)], auto_comments=comments, context=context)
    return catalog


def translated() -> Catalog:
    """The Vietnamese catalogue as it is kept."""
    with PO.open("rb") as file:
        return read_po(file, locale="vi", domain="django")


def brought_up_to_date() -> Catalog:
    """All that is marked, with the translations that there are; what is no longer said is left out."""
    fresh, kept = gathered(), translated() if PO.exists() else Catalog(locale="vi")
    for message in fresh:
        known = kept.get(message.id, message.context) if message.id else None
        if known is not None and bool(known.pluralizable) == bool(message.pluralizable):
            message.string = known.string
    return fresh


def written(catalog: Catalog) -> bytes:
    """The `.po`: in the order of the files, without line numbers and dates, so that it changes when words do."""
    catalog.creation_date = catalog.revision_date = BEGINNING
    file = io.BytesIO()
    write_po(file, catalog, width=120, include_lineno=False, sort_by_file=True)
    return file.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """The `.mo` that Django reads."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def _as_python(path: Path) -> bytes:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text.encode()
    # What Django leaves of a template is X for every sign, and would be read as code that is indented at random.
    return "\n".join(line.strip() for line in templatize(text).splitlines()).encode()
