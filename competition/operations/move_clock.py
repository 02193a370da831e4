"""An organizer moves the clock of a rehearsal forward: whatever is due by then becomes due at once."""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from competition.clock import database_now
from competition.errors import Conflict, Invalid
from competition.models import Competition, User
from competition.operations.audit import write_down

FURTHEST = timedelta(days=3660)


@transaction.atomic
def move_clock(
    competition: Competition, *, organizer: User | None, to: datetime | None = None, by: timedelta | None = None
) -> Competition:
    """To an instant of the rehearsal's time, or by a span; forward only.

    `competition` as it was read: where somebody has moved the clock since, nothing is done (Conflict). No organizer:
    the command line. Uploads that are being booked are booked first.
    """
    if not competition.rehearsal:
        raise Conflict(
            "no_rehearsal", _("Only a rehearsal has a clock that can be moved; a competition goes by the server's.")
        )
    if (to is None) == (by is None):
        raise Invalid("bad_move", _("Say to which instant, or by how much; one of them."), field="to")
    now = database_now()
    before = competition.clock_shift
    shift = to - now if to is not None else before + by
    if shift <= before:
        raise Invalid(
            "not_later",
            _("In this rehearsal it is {now} UTC; its clock only goes forward.").format(
                now=f"{now + before:%Y-%m-%d %H:%M:%S}"
            ),
            field="by" if to is None else "to",
        )
    if shift > FURTHEST:
        raise Invalid(
            "too_far",
            _("A clock is moved {days} days at most.").format(days=FURTHEST.days),
            field="by" if to is None else "to",
        )
    moved = Competition.objects.filter(pk=competition.pk, clock_shift=before).update(clock_shift=shift)
    if not moved:
        raise Conflict("moved_meanwhile", _("Somebody has moved the clock meanwhile; look at what time it is now."))
    instants = {"before": _text(now + before), "after": _text(now + shift)}
    write_down(competition, organizer, "move_clock", competition.slug, **instants)
    competition.refresh_from_db(fields=["clock_shift"])
    return competition


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds")
