"""The course of a team's best score as a small drawing, with the same in words."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db.models import Subquery

from competition.models import Board, PastScore, Phase

WIDTH, HEIGHT, EDGE = 96, 22, 2.5
LEAST_SPAN = 0.05
"""So much of the score, at least, from the bottom to the top: less would make little look like much."""


@dataclass(frozen=True)
class Course:
    """Since when a board has shown which score, the latest last."""

    steps: list[tuple[datetime, float]]
    points: str
    """Of the drawn line, as SVG has them."""
    end: tuple[float, float]
    """Where the line ends."""

    @property
    def first(self) -> tuple[datetime, float]:
        """The first score, and since when it was shown."""
        return self.steps[0]

    @property
    def last(self) -> tuple[datetime, float]:
        """The present one."""
        return self.steps[-1]

    @property
    def changes(self) -> int:
        """How often it has changed."""
        return len(self.steps) - 1


def courses(board: Board, phase: Phase, teams: Iterable[str]) -> dict[str, Course]:
    """The courses of these teams up to that board, which follow from published boards alone. One query."""
    shown = defaultdict(list)
    past = PastScore.objects.up_to(board).filter(team__competition=phase.competition_id, team__name__in=list(teams))
    boards = Board.objects.filter(phase=board.phase_id, track=board.track_id)
    if phase.competition.public_since is not None:
        past = past.filter(board__published_at__gte=phase.competition.public_since)
        boards = boards.filter(published_at__gte=phase.competition.public_since)
    past = past.annotate(begins=Subquery(boards.order_by("published_at").values("published_at")[:1]))
    for team, begins, instant, score in past.order_by("board__version").values_list(
        "team__name", "begins", "board__published_at", "score"
    ):
        shown[team, begins].append((instant, score))
    return {team: draw(steps, begins, board.published_at) for (team, begins), steps in shown.items()}


def draw(steps: list[tuple[datetime, float]], begins: datetime, ends: datetime) -> Course:
    """From the first board of the phase at the left to this one at the right; a step is a step, never a slope."""
    begins = min(begins, steps[0][0])
    span = (ends - begins).total_seconds() or 1.0
    values = [score for _, score in steps]
    low, high = min(values), max(values)
    middle = (low + high) / 2
    half = max(high - low, LEAST_SPAN) / 2

    def place(instant: datetime, score: float) -> tuple[float, float]:
        across = EDGE + (WIDTH - 2 * EDGE) * min((instant - begins).total_seconds() / span, 1.0)
        down = EDGE + (HEIGHT - 2 * EDGE) * (middle + half - score) / (2 * half)
        return round(across, 1), round(down, 1)

    corners = [place(*steps[0])]
    for (_, before), (instant, after) in pairwise(steps):
        corners += [place(instant, before), place(instant, after)]
    end = WIDTH - EDGE, corners[-1][1]
    points = " ".join(f"{across:g},{down:g}" for across, down in (*corners, end))
    return Course(steps, points, end)
