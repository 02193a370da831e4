"""An organizer lets a phase close later than was said; participants see since when and why."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Conflict, Invalid
from competition.models import Extension, Phase, User, now_in
from competition.operations.audit import write_down
from competition.operations.freeze_picks import free_picks
from competition.operations.write_letters import everybody_in, write_letters


@transaction.atomic
def extend(phase: Phase, *, organizer: User, closes_at: datetime, reason: str) -> Phase:
    """Later than it closes (or closed) and later than now, never earlier; not once the final board is published.

    A closed phase opens again: teams choose anew, and what stands for them is frozen after the new close.
    """
    phase = Phase.every.select_for_update(no_key=True).get(pk=phase.pk)
    reason = reason.strip()
    if not reason:
        raise Invalid("reason_missing", _("Give the reason; it is shown to everybody."), field="reason")
    if phase.revealed_at is not None:
        raise Conflict("published", _("The final board is published; the phase can't be extended any more."))
    now = now_in(phase.competition_id)
    if closes_at <= max(phase.closes_at, now):
        raise Invalid(
            "not_later",
            _("The new time must be later than {closes_at} UTC and than now.").format(
                closes_at=f"{phase.closes_at:%Y-%m-%d %H:%M:%S}"
            ),
            field="closes_at",
        )
    Extension.objects.create(phase=phase, before=phase.closes_at, after=closes_at, reason=reason, extended_at=now)
    Phase.every.filter(pk=phase.pk).update(closes_at=closes_at)
    free_picks(phase)
    moved = {"before": phase.closes_at.isoformat(), "after": closes_at.isoformat()}
    write_down(phase.competition, organizer, "extend_phase", phase.key, reason=reason, **moved)
    told = f"It closed {phase.closes_at:%Y-%m-%d %H:%M} UTC, and closes now {closes_at:%Y-%m-%d %H:%M} UTC: {reason}"
    write_letters(phase.competition, everybody_in(phase.competition), f"{phase.title} is extended", told)
    phase.refresh_from_db()
    return phase
