"""A competition that came with an archive has no labels here: it is read, and nothing is measured in it."""

from django.utils.translation import gettext as _

from competition.errors import Conflict, Forbidden
from competition.models import Competition, GroundTruth, Split


def refuse_when_archived(competition: Competition) -> None:
    """Say no to whoever wants to take part."""
    if competition.is_archived():
        raise Forbidden(
            "archived", _("This competition was brought in from an archive, without its labels: it can be read only.")
        )


def refuse_without_labels(competition: Competition) -> None:
    """Say no to a new score of everything against labels that are elsewhere."""
    if competition.is_archived():
        raise Conflict("archived", _("The labels of this competition are not here; load them as a new version."))


def refuse_without_split(competition: Competition) -> None:
    """Say no to labels that could only be scored on the parts of a split that is elsewhere."""
    came_in = GroundTruth.objects.filter(competition=competition, absent=True).exists()
    if came_in and Split.objects.filter(competition=competition).exists():
        raise Conflict(
            "split_absent",
            _("The split of this competition stayed where it came from, so nothing can be scored again."),
        )
