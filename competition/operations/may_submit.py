"""Who may hand in, and when: entered, the terms accepted, the phase open, the quota not spent."""

from datetime import datetime

from django.utils.translation import gettext as _

from competition.errors import Forbidden, Invalid, NotFound, QuotaSpent
from competition.models import Competition, Membership, Phase, Submission, Team, Track, User
from competition.operations.accept_rules import refuse_unless_rules_accepted
from competition.operations.archived import refuse_when_archived
from competition.operations.ask_to_enter import refuse_unless_approved
from competition.operations.count_quota import quota_of, refuse_when_spent
from competition.operations.enter import has_accepted_terms


def team_that_may_submit(*, user: User, competition: Competition) -> Team:
    """The person's team, if it may hand in at all: entered, terms and rules accepted, the entry approved."""
    refuse_when_archived(competition)
    membership = Membership.objects.of(user, competition)
    if membership is None:
        raise Forbidden("not_entered", _("Enter the competition first: accept its terms and found or join a team."))
    if not has_accepted_terms(user, competition):
        raise Forbidden("terms_not_accepted", _("The terms have a new version; read and accept it before you upload."))
    refuse_unless_rules_accepted(user, competition)
    refuse_unless_approved(user, competition)
    return membership.team


def open_phases(competition: Competition, now: datetime) -> list[Phase]:
    """The phases that take uploads at that instant; refuses when there is none."""
    phases = list(competition.phases.open(now))
    if phases:
        return phases
    coming = competition.phases.filter(opens_at__gt=now).order_by("opens_at").first()
    if coming is None:
        raise Forbidden("phase_closed", _("No phase is open now; no phase is to come."))
    sentence = _("No phase is open now; the next phase opens at {opens_at} UTC.")
    raise Forbidden("phase_closed", sentence.format(opens_at=f"{coming.opens_at:%Y-%m-%d %H:%M}"))


def phases_that_take(competition: Competition, now: datetime) -> list[Phase]:
    """The open phases, and the closed ones that take late uploads; refuses when there is none."""
    late = [phase for phase in competition.phases.all() if phase.takes_late(now)]
    return late + list(competition.phases.open(now)) if late else open_phases(competition, now)


def phase_to_submit_to(competition: Competition, key: str | None, now: datetime) -> Phase:
    """The named phase if it is open or takes late uploads, or the only open one."""
    if not key:
        phases = open_phases(competition, now)
        if len(phases) > 1:
            keys = ", ".join(phase.key for phase in phases)
            raise Invalid(
                "phase_ambiguous", _("Several phases are open; name one of: {keys}.").format(keys=keys), field="phase"
            )
        return phases[0]
    phase = competition.phase_of(key)
    if phase is None:
        raise NotFound("unknown_phase", _("This competition has no such phase."))
    refuse_unless_open(phase, now)
    return phase


def refuse_unless_open(phase: Phase, at: datetime) -> None:
    """Phases are half-open: an upload at the very closing time is late, which a phase may take, for no rank."""
    if at < phase.opens_at:
        raise Forbidden(
            "phase_closed",
            _("The phase opens at {opens_at} UTC.").format(opens_at=f"{phase.opens_at:%Y-%m-%d %H:%M:%S}"),
        )
    if at >= phase.closes_at and not phase.takes_late(at):
        raise Forbidden(
            "phase_closed",
            _("The phase closed at {closes_at} UTC.").format(closes_at=f"{phase.closes_at:%Y-%m-%d %H:%M:%S}"),
        )


def track_to_submit_to(competition: Competition, kind: str) -> Track:
    """The track of that kind."""
    track = competition.track_of(kind)
    if track is None:
        kinds = ", ".join(competition.tracks.values_list("kind", flat=True))
        raise Invalid("unknown_track", _('"track" must be one of: {kinds}.').format(kinds=kinds), field="track")
    return track


def earlier_with_key(team: Team, key: str | None) -> Submission | None:
    """The submission that an earlier call with this idempotency key made."""
    return Submission.objects.filter(team=team, idempotency_key=key).first() if key else None


def refuse_before_the_body(*, user: User, competition: Competition, idempotency_key: str | None) -> Team:
    """Say no before a byte of the file is read, where no track and phase could take it. Returns the person's team."""
    now = competition.now()
    team = team_that_may_submit(user=user, competition=competition)
    if earlier_with_key(team, idempotency_key):
        return team
    spent: list[QuotaSpent] = []
    for phase in phases_that_take(competition, now):
        for track in competition.tracks.all():
            try:
                refuse_when_spent(quota_of(team, phase, track, now), now)
            except QuotaSpent as refusal:
                spent.append(refusal)
            else:
                return team
    if spent:
        raise min(spent, key=lambda refusal: refusal.resets_at is None)
    return team


def refuse_by_fields(*, team: Team, competition: Competition, track: str, phase: str | None) -> None:
    """Say no by what the form's fields name, whatever the file is."""
    now = competition.now()
    of_track = track_to_submit_to(competition, track)
    refuse_when_spent(quota_of(team, phase_to_submit_to(competition, phase, now), of_track, now), now)
