"""Is a score too good to be true, beside those that the board had before it?"""

from dataclasses import dataclass

SHARE_OF_THE_REST = 0.5
"""How much of what the best of all others lacks to 1 a score must make good to be far above it."""
FEWEST_OTHERS = 20
FEWEST_TEAMS = 5


@dataclass(frozen=True)
class Earlier:
    """A score that a board had before: whose, and how much."""

    team_id: int
    value: float


def is_far_above(value: float, team_id: int, earlier: list[Earlier]) -> bool:
    """Whether a score makes good half of what the best before it lacked to 1, once a board has some scores to tell.

    All teams' scores are the measure, its own too: a team that has been far above before is not told of again.
    """
    others = {one.team_id for one in earlier} - {team_id}
    if len(earlier) < FEWEST_OTHERS or len(others) < FEWEST_TEAMS:
        return False
    best = max(one.value for one in earlier)
    return value - best > SHARE_OF_THE_REST * (1 - best)
