"""Everybody in the demo can upload at once, however much was uploaded before."""

from datetime import UTC

from competition.models import Allowance, Competition, Team
from competition.operations.count_quota import quota_of

UPLOADS_LEFT = 3
REASON = f"The demo gives each of its teams {UPLOADS_LEFT} uploads at every start."


def allow_uploads(competition: Competition, team: Team) -> None:
    """Grant what is missing to UPLOADS_LEFT uploads today, in each open phase and track."""
    now = competition.now()
    for phase in competition.phases.open(now):
        for track in competition.tracks.all():
            quota = quota_of(team, phase, track, now)
            left = min(quota.limit - quota.used, quota.total_limit - quota.total_used)
            if left < UPLOADS_LEFT:
                Allowance.objects.create(
                    team=team,
                    phase=phase,
                    track=track,
                    day=now.astimezone(UTC).date(),
                    extra=UPLOADS_LEFT - left,
                    reason=REASON,
                )
