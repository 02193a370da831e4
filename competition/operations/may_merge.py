"""Whether two teams may become one: the deadline, the size, and what both have handed in."""

from datetime import UTC, datetime, timedelta

from django.db.models import Sum
from django.utils.translation import gettext as _

from competition.errors import Conflict, Forbidden
from competition.models import Allowance, Membership, Phase, Quota, Submission, Team, Track


def refuse_unless_mergeable(into: Team, joining: Team) -> None:
    """Say no by the first rule that doesn't hold. Exact only under `lock_uploads` of both teams."""
    competition, now = into.competition, into.competition.now()
    if into.merged_into_id or joining.merged_into_id:
        raise Conflict("merged_already", _("One of the teams has joined another meanwhile."))
    if into.baseline or joining.baseline:
        raise Conflict("baseline", _("A baseline is no team that can merge."))
    if competition.merge_until is not None and now >= competition.merge_until:
        raise Forbidden(
            "merging_closed",
            _("Teams could merge until {merge_until} UTC.").format(
                merge_until=f"{competition.merge_until:%Y-%m-%d %H:%M}"
            ),
        )
    members = Membership.objects.filter(team__in=[into, joining]).count()
    refuse_above_size(competition.team_size, members)
    for phase in competition.phases.all():
        for track in competition.tracks.all():
            _refuse_by_uploads(into, joining, phase, track, now)


def refuse_above_size(most: int | None, members: int) -> None:
    """Say no to a team of so many members."""
    if most is not None and members > most:
        raise Conflict(
            "team_full",
            _("A team of this competition has at most {most} members; this would make {members}.").format(
                most=most, members=members
            ),
        )


def lock_uploads(*teams: Team) -> None:
    """Let no upload of these teams be booked before this transaction ends; the rows are locked in one order."""
    competition = teams[0].competition
    for team in teams:
        for phase in competition.phases.all():
            for track in competition.tracks.all():
                Quota.objects.get_or_create(team=team, phase=phase, track=track)
    list(Quota.objects.select_for_update().filter(team__in=teams).order_by("pk").values_list("pk", flat=True))


def _refuse_by_uploads(into: Team, joining: Team, phase: Phase, track: Track, now: datetime) -> None:
    """Together they may have handed in what one team could have until now: days so far × daily limit, and the total."""
    counting = Submission.objects.counting().filter(phase=phase, track=track, received_at__lt=phase.closes_at)
    counts = [counting.filter(team=team).count() for team in (into, joining)]
    if not all(counts):
        return
    if now >= phase.closes_at:
        raise Conflict(
            "phase_closed", _('Both teams stand on the boards of "{phase}", which is closed.').format(phase=phase.title)
        )
    extra = (
        Allowance.objects.standing()
        .filter(team__in=[into, joining], phase=phase, track=track)
        .aggregate(sum=Sum("extra", default=0))["sum"]
    )
    most = min(phase.total_limit, days_so_far(phase, now) * phase.daily_limit) + extra
    if sum(counts) > most:
        raise Conflict(
            "too_many_uploads",
            _(
                'Together the teams have handed in {counts} {kind} files in "{phase}"; one team '
                "could have handed in {most} by now ({daily_limit} a day, {total_limit} in all). "
                "Merge later."
            ).format(
                counts=sum(counts),
                kind=track.kind,
                phase=phase.title,
                most=most,
                daily_limit=phase.daily_limit,
                total_limit=phase.total_limit,
            ),
        )


def days_so_far(phase: Phase, now: datetime) -> int:
    """The UTC days on which the phase was open until that instant, the first and the present one included."""
    if now < phase.opens_at:
        return 0
    last = min(now, phase.closes_at - timedelta(microseconds=1)).astimezone(UTC).date()
    return (last - phase.opens_at.astimezone(UTC).date()).days + 1
