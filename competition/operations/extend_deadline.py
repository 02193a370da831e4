"""An organizer moves one of the competition's own deadlines to a later time; participants see since when and why."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Conflict, Invalid
from competition.models import Competition, Deadline, DeadlineExtension, User
from competition.operations.audit import write_down
from competition.operations.write_letters import everybody_in, write_letters


@transaction.atomic
def extend_deadline(
    competition: Competition, *, organizer: User, deadline: str, until: datetime, reason: str
) -> Competition:
    """Later than it is (or was) and later than now, never earlier. One that has passed is open again."""
    competition = Competition.objects.select_for_update(no_key=True).get(pk=competition.pk)
    reason = reason.strip()
    if deadline not in Deadline.values:
        raise Invalid(
            "unknown_deadline",
            _('"deadline" is one of: {values}.').format(values=", ".join(Deadline.values)),
            field="deadline",
        )
    if not reason:
        raise Invalid("reason_missing", _("Give the reason; it is shown to everybody."), field="reason")
    before = getattr(competition, deadline)
    if before is None:
        raise Conflict("no_deadline", _("This competition has no such deadline; there is nothing to extend."))
    now = competition.now()
    if until <= max(before, now):
        raise Invalid(
            "not_later",
            _("The new time must be later than {before} UTC and than now.").format(
                before=f"{before:%Y-%m-%d %H:%M:%S}"
            ),
            field="until",
        )
    DeadlineExtension.objects.create(
        competition=competition, deadline=deadline, before=before, after=until, reason=reason, extended_at=now
    )
    Competition.objects.filter(pk=competition.pk).update(**{deadline: until})
    what = Deadline(deadline).label
    moved = {"before": before.isoformat(), "after": until.isoformat()}
    write_down(competition, organizer, "extend_deadline", deadline, reason=reason, **moved)
    told = f"The deadline for {what} was {before:%Y-%m-%d %H:%M} UTC and is now {until:%Y-%m-%d %H:%M} UTC: {reason}"
    write_letters(competition, everybody_in(competition), "a deadline is extended", told)
    competition.refresh_from_db()
    return competition
