"""An organizer makes a hidden draft public: from then on everybody sees it, and its phases follow their dates."""

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Conflict
from competition.models import Competition, GroundTruth, User
from competition.operations.audit import write_down


@transaction.atomic
def make_public(competition: Competition, *, organizer: User | None) -> Competition:
    """Once it has labels to score against, and for good. Safe to call twice."""
    competition = Competition.objects.select_for_update(no_key=True).get(pk=competition.pk)
    if competition.rehearsal:
        raise Conflict("is_rehearsal", _("A rehearsal is never public; clone the competition instead."))
    if not competition.hidden:
        return competition
    if not GroundTruth.objects.active().filter(competition=competition, absent=False).exists():
        raise Conflict("no_truth", _("No labels have been loaded yet; load them before it is made public."))
    Competition.objects.filter(pk=competition.pk).update(hidden=False, public_since=competition.now())
    write_down(competition, organizer, "make_public", competition.slug)
    competition.refresh_from_db()
    return competition
