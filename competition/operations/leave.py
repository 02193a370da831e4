"""A person leaves a team, and loses all access to what is the team's at once."""

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Conflict, Forbidden
from competition.models import Competition, Departure, Membership, Submission, Team, User
from competition.operations.may_merge import lock_uploads


@transaction.atomic
def leave(*, user: User, competition: Competition) -> Team:
    """Leave. The last member of a team that has handed in stays: somebody must be able to speak for it.

    A team that nobody is left in and that never handed in is dissolved, and its name is free again.
    """
    membership = own_membership(user, competition)
    team = Team.objects.select_for_update(no_key=True).get(pk=membership.team_id)
    lock_uploads(team)
    had_handed_in = Submission.objects.filter(team=team).exists()
    is_last = not team.memberships.exclude(user=user).exists()
    if is_last and had_handed_in:
        raise Conflict(
            "last_member",
            _(
                "You are the last member of a team that has handed in, and it needs somebody who "
                "speaks for it. Withdraw its submissions to take it off the board, or invite "
                "somebody before you leave."
            ),
        )
    Membership.objects.filter(pk=membership.pk).delete()
    if is_last and not team.absorbed.exists():
        team.delete()
        return team
    Departure.objects.create(
        team=team,
        user=user,
        competition=competition,
        joined_at=membership.joined_at,
        left_at=competition.now(),
        had_handed_in=had_handed_in,
    )
    return team


def own_membership(user: User, competition: Competition) -> Membership:
    """The person's membership; refuses where there is none."""
    membership = Membership.objects.of(user, competition)
    if membership is None:
        raise Forbidden("not_entered", _("Enter the competition first: found or join a team."))
    return membership
