"""A team doesn't want what it would win in a bracket, or takes that back; organizers may write it down for it."""

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Conflict, Invalid
from competition.models import Bracket, Decline, Membership, Team, User
from competition.operations.audit import write_down
from competition.operations.reason import LONGEST_REASON


@transaction.atomic
def decline(bracket: Bracket, *, team: Team, by: User, reason: str = "") -> Decline:
    """It is passed over in this bracket and the next one moves up; the board stays. Safe to call twice."""
    reason = _checked_reason(bracket, team, by, reason)
    standing = Decline.objects.filter(team=team, bracket=bracket, withdrawn_at=None).first()
    if standing is not None:
        return standing
    made = Decline.objects.create(team=team, bracket=bracket, declined_by=by, declined_at=bracket.competition.now())
    write_down(bracket.competition, by, "decline_award", team.name, reason=reason, bracket=bracket.key)
    return made


@transaction.atomic
def take_back_decline(bracket: Bracket, *, team: Team, by: User, reason: str = "") -> None:
    """It can win there again, which organizers see in what the awards would be now."""
    reason = _checked_reason(bracket, team, by, reason)
    standing = Decline.objects.filter(team=team, bracket=bracket, withdrawn_at=None)
    if not standing.update(withdrawn_at=bracket.competition.now()):
        raise Conflict("not_declined", _("This team has not declined in this bracket."))
    write_down(bracket.competition, by, "take_back_decline", team.name, reason=reason, bracket=bracket.key)


def _checked_reason(bracket: Bracket, team: Team, by: User, reason: str) -> str:
    """An organizer who speaks for a team says why; one act of a team at a time."""
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    reason = reason.replace("\0", "").strip()[:LONGEST_REASON]
    if not reason and not Membership.objects.filter(team=team, user=by).exists():
        raise Invalid("reason_missing", _("Say how the team has told you."), field="reason")
    return reason
