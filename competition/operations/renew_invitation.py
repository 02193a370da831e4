"""A team gets a new invitation; nobody can join with the old one any more."""

from competition.models import Competition, Team, User
from competition.models.team import new_invitation
from competition.operations.leave import own_membership


def renew_invitation(*, user: User, competition: Competition) -> Team:
    """Make a new word for the person's team."""
    team = own_membership(user, competition).team
    team.invitation = new_invitation()
    team.save(update_fields=["invitation"])
    return team
