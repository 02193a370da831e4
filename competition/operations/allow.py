"""An organizer grants a team uploads beyond the limits, for a day, and takes back what was granted."""

from datetime import UTC, date

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from competition.errors import Conflict, Invalid
from competition.models import Allowance, Competition, Phase, Revocation, Team, Track, User
from competition.operations.audit import write_down
from competition.operations.reason import reason_kept
from competition.operations.write_letters import members_of, write_letters

MOST_EXTRA = 1000
LONGEST_REASON = 500


@transaction.atomic
def allow(
    *, team: Team, phase: Phase, track: Track, extra: int, reason: str, organizer: User, day: date | None = None
) -> Allowance:
    """Grant so many uploads more on a UTC day (left out: today), which the limit in all grows by too."""
    reason = _checked_reason(reason)
    if not 1 <= extra <= MOST_EXTRA:
        raise Invalid(
            "extra_out_of_range", _("Grant 1 to {most_extra} uploads.").format(most_extra=MOST_EXTRA), field="extra"
        )
    now = team.competition.now()
    on = day or now.astimezone(UTC).date()
    allowance = Allowance.objects.create(
        team=team, phase=phase, track=track, day=on, extra=extra, reason=reason, granted_at=now
    )
    facts = {"phase": phase.key, "track": track.kind, "day": on.isoformat(), "extra": extra}
    write_down(team.competition, organizer, "allow", team.name, reason=reason, **facts)
    told = f"For {on.isoformat()} (UTC) your team has {extra} {track.kind} uploads more in {phase.title}: {reason}"
    write_letters(team.competition, members_of(team), "more uploads", told)
    return allowance


@transaction.atomic
def take_back(allowance: Allowance, *, organizer: User, reason: str) -> Revocation:
    """It counts no more, from now on. Uploads that were made with it stay as they are; both acts stay in the books."""
    reason, team, on = _checked_reason(reason), allowance.team, allowance.day.isoformat()
    try:
        with transaction.atomic():
            revocation = Revocation.objects.create(
                allowance=allowance, reason=reason, made_by=organizer, made_at=team.competition.now()
            )
    except IntegrityError as error:
        raise Conflict("taken_back_already", _("This was taken back already.")) from error
    facts = {"phase": allowance.phase.key, "track": allowance.track.kind, "day": on, "extra": allowance.extra}
    write_down(team.competition, organizer, "take_back_allowance", team.name, reason=reason, **facts)
    told = f"The {allowance.extra} uploads more of {on} in {allowance.phase.title} are taken back: {reason}"
    write_letters(team.competition, members_of(team), "uploads are taken back", told)
    return revocation


def allowances_of(competition: Competition) -> QuerySet[Allowance]:
    """All that were ever given, the newest first."""
    given = Allowance.objects.filter(phase__competition=competition)
    return given.select_related("team", "phase", "track", "revocation__made_by").order_by("-granted_at", "-pk")


def _checked_reason(reason: str) -> str:
    reason = reason_kept(reason, longest=LONGEST_REASON)
    if not reason:
        raise Invalid("reason_missing", _("Give the reason; it is written down."), field="reason")
    return reason
