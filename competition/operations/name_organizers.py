"""Who runs a competition is settled, and written down."""

from collections.abc import Iterable

from django.db import transaction

from competition.models import Competition, User
from competition.operations.audit import person, write_down


@transaction.atomic
def name_organizers(competition: Competition, organizers: Iterable[User], *, by: User | None) -> None:
    """From now on these run the competition. Safe to call twice: only a change is written down."""
    before = set(competition.organizers.all())
    after = set(organizers)
    if before == after:
        return
    competition.organizers.set(after)
    named = [person(number) for number in sorted(user.pk for user in after - before)]
    dismissed = [person(number) for number in sorted(user.pk for user in before - after)]
    write_down(competition, by, "name_organizers", competition.slug, named=named, dismissed=dismissed)
