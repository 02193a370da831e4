"""What whoever publishes results of a competition has to keep to: its embargo and its citation."""

from django.utils.translation import gettext as _

from competition.errors import NotFound
from competition.models import Competition


def words_on_publishing(competition: Competition) -> str:
    """For the end of a letter; empty where there is nothing to keep to."""
    told = ""
    if competition.embargo_until is not None and competition.now() < competition.embargo_until:
        told += f"\n\nDo not publish results before {competition.embargo_until:%Y-%m-%d %H:%M} UTC."
    if competition.citation:
        told += f"\n\nA publication that uses them cites:\n\n{competition.citation}"
    return told


def bibtex_of(competition: Competition) -> str:
    """The citation for a bibliography program."""
    if not competition.bibtex:
        raise NotFound("no_bibtex", _("This competition has no citation as BibTeX."))
    return f"{competition.bibtex.strip()}\n"
