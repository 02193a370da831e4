"""An organizer grants a team uploads beyond the limits, for a day."""

from datetime import UTC, date

from django.db import transaction

from competition.errors import Invalid
from competition.models import Allowance, Phase, Team, Track, User
from competition.operations.audit import write_down

MOST_EXTRA = 1000


@transaction.atomic
def allow(
    *, team: Team, phase: Phase, track: Track, extra: int, reason: str, organizer: User, day: date | None = None
) -> Allowance:
    """Grant so many uploads more on a UTC day (left out: today), which the limit in all grows by too."""
    reason = reason.replace("\0", "").strip()
    if not reason:
        raise Invalid("reason_missing", "Give the reason; it is written down.", field="reason")
    if not 1 <= extra <= MOST_EXTRA:
        raise Invalid("extra_out_of_range", f"Grant 1 to {MOST_EXTRA} uploads.", field="extra")
    now = team.competition.now()
    on = day or now.astimezone(UTC).date()
    allowance = Allowance.objects.create(
        team=team, phase=phase, track=track, day=on, extra=extra, reason=reason[:500], granted_at=now
    )
    facts = {"phase": phase.key, "track": track.kind, "day": on.isoformat(), "extra": extra}
    write_down(team.competition, organizer, "allow", team.name, reason=reason, **facts)
    return allowance
