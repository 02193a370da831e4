"""How many uploads a team has left: counted from the books, by UTC days of the database's clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from competition.errors import QuotaSpent
from competition.models import Allowance, Phase, Submission, Team, Track


@dataclass(frozen=True)
class QuotaState:
    """Uploads of one team in one phase and track on one day, and in all."""

    limit: int
    used: int
    total_limit: int
    total_used: int
    resets_at: datetime
    """The next midnight, UTC."""

    @property
    def left(self) -> int:
        """Uploads that are possible now."""
        return max(0, min(self.limit - self.used, self.total_limit - self.total_used))

    @property
    def total_spent(self) -> bool:
        """Whether no upload will be possible any more."""
        return self.total_used >= self.total_limit


def quota_of(team: Team, phase: Phase, track: Track, at: datetime, *, until: datetime | None = None) -> QuotaState:
    """Count what a team has used at that instant, with nothing that came after `until`.

    Late uploads, after the close, have limits of their own. Exact only while the team's quota row is locked.
    """
    midnight = datetime.combine(at.astimezone(UTC).date(), time(), tzinfo=UTC)
    today = Q(received_at__gte=midnight, received_at__lt=midnight + timedelta(days=1))
    late = phase.takes_late(at)
    counted = (
        Submission.objects.counting()
        .filter(Q() if until is None else Q(received_at__lte=until), team=team, phase=phase, track=track, late=late)
        .aggregate(total=Count("pk"), today=Count("pk", filter=today))
    )
    extra = (
        Allowance.objects.standing()
        .filter(team=team, phase=phase, track=track)
        .aggregate(total=Sum("extra", default=0), today=Sum("extra", default=0, filter=Q(day=midnight.date())))
    )
    if late:
        extra = {"total": 0, "today": 0}
    return QuotaState(
        limit=(phase.late_daily_limit if late else phase.daily_limit) + extra["today"],
        used=counted["today"],
        total_limit=(phase.late_total_limit if late else phase.total_limit) + extra["total"],
        total_used=counted["total"],
        resets_at=midnight + timedelta(days=1),
    )


def refuse_when_spent(quota: QuotaState, at: datetime) -> None:
    """Say no when nothing is left, and when to come back."""
    if quota.left:
        return
    if quota.total_spent:
        raise QuotaSpent(
            _("{total_used} of {total_limit} uploads of this phase and track are used; none is left.").format(
                total_used=quota.total_used, total_limit=quota.total_limit
            ),
            limit=quota.total_limit,
            used=quota.total_used,
            resets_at=None,
            retry_after_seconds=None,
        )
    raise QuotaSpent(
        _("{used} of {limit} uploads are used today; the next are possible from {resets_at} UTC.").format(
            used=quota.used, limit=quota.limit, resets_at=f"{quota.resets_at:%Y-%m-%d %H:%M}"
        ),
        limit=quota.limit,
        used=quota.used,
        resets_at=quota.resets_at,
        retry_after_seconds=max(1, int((quota.resets_at - at).total_seconds()) + 1),
    )
