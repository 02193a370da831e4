"""One small competition, and the teams that hand in."""

from collections.abc import Sequence

from django.db import connections

from competition.operations.enter import enter
from tests.factory import description, make_competition, make_member, make_token, make_user
from tests.faults.campaign.world import Team, World

NAMES_OF_THE_TEAMS = ("Apex", "Bronchus", "Carina", "Diaphragm", "Effusion", "Fissure", "Glottis", "Hilum")


def found_competition(world: World, names: Sequence[str] = NAMES_OF_THE_TEAMS) -> None:
    """One competition with all its images public, and the teams of two, each with a token."""
    phase = {**description()["phases"][0], "daily_limit": 100_000, "total_limit": 100_000}
    competition = make_competition(world.folder, phases=[phase])
    teams = []
    for name in names:
        first = make_member(competition, name.lower(), team=name)
        second = make_user(f"{name.lower()}-2")
        enter(user=second, competition=competition, invitation=first.team.invitation, accept_terms="1")
        teams.append(Team(name, (make_token(first.user), make_token(second))))
    world.teams = tuple(teams)
    connections.close_all()
