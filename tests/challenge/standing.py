"""Who stands where, by the words of the rules and in numpy: the rows that a board must have."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

TAIL = 2.5
LEAST_STEP, STANDARD_ERRORS, UNITS = 0.01, 1.96, 200


@dataclass(frozen=True)
class Measured:
    """One submission under one version of the labels, on one part."""

    key: str
    team: str
    baseline: bool
    received: datetime
    value: float
    replicates: np.ndarray
    withdrawn: bool


@dataclass(frozen=True)
class Stands:
    """What stands for a team, and the score that is shown for it."""

    what: Measured
    shown: float


class Pairs:
    """Whether one submission is significantly better than another; each pair is worked out once."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], tuple[bool, bool]] = {}

    def better(self, version: int, part: str, one: Measured, other: Measured) -> tuple[bool, bool]:
        """(one is better than other, other is better than one): 0 is outside the 95 % percentile interval."""
        key = (version, part, one.key, other.key)
        if key not in self._known:
            low, high = np.percentile(one.replicates - other.replicates, [TAIL, 100 - TAIL])
            self._known[key] = (bool(low > 0), bool(high < 0))
        return self._known[key]


def by_team(measured: list[Measured]) -> list[list[Measured]]:
    """Each team's submissions, in the order of receipt."""
    teams: dict[str, list[Measured]] = {}
    for one in sorted(measured, key=lambda one: (one.received, one.key)):
        teams.setdefault(one.team, []).append(one)
    return list(teams.values())


def best(team: list[Measured]) -> Measured:
    """The highest score; of equal ones the earliest."""
    return sorted(team, key=lambda one: (-one.value, one.received, one.key))[0]


def to_three(value: float) -> float:
    """As a board shows it."""
    return float(f"{value:.3f}")


def steps(team: list[Measured]) -> list[Measured]:
    """In the order of receipt, what moved the team's held score. Withdrawn ones still have to be exceeded."""
    moved: list[Measured] = []
    for one in team:
        if not moved:
            moved.append(one)
            continue
        error = np.std(one.replicates - moved[-1].replicates, ddof=1)
        if one.value - moved[-1].value > max(LEAST_STEP, STANDARD_ERRORS * error):
            moved.append(one)
    return moved


def to_unit(value: float) -> float:
    """Floored to 0.005."""
    return math.floor(round(value * UNITS, 9)) / UNITS


def stands_with_best(measured: list[Measured]) -> list[Stands]:
    """Each team with the best of what it has not withdrawn."""
    teams = by_team([one for one in measured if not one.withdrawn])
    return [Stands(best(team), to_three(best(team).value)) for team in teams]


def stands_with_held(measured: list[Measured]) -> list[Stands]:
    """Each team with the best of its steps that it has not withdrawn."""
    found = []
    for team in by_team(measured):
        left = [one for one in steps(team) if not one.withdrawn]
        if left:
            found.append(Stands(best(left), to_unit(best(left).value)))
    return found


def stands_with_picks(measured: list[Measured], picks: set[str]) -> list[Stands]:
    """Each team with the best of its picks."""
    teams = by_team([one for one in measured if not one.withdrawn and one.key in picks])
    return [Stands(best(team), to_three(best(team).value)) for team in teams]


def rows(stands: list[Stands], pairs: Pairs, version: int, part: str, *, tell_pairs: bool) -> list[dict[str, Any]]:
    """The rows as a board has them, without what the books alone know (submissions, intervals)."""
    listed = sorted(stands, key=lambda one: (-one.shown, one.what.received, one.what.key))
    ranked = [one for one in listed if not one.what.baseline]
    better = np.zeros((len(ranked), len(ranked)), dtype=bool)
    for i, one in enumerate(ranked):
        for j in range(i + 1, len(ranked)):
            better[i, j], better[j, i] = pairs.better(version, part, one.what, ranked[j].what)
    places = {one.what.key: place for place, one in enumerate(ranked)}
    return [_row(one, ranked, better, places.get(one.what.key), tell_pairs) for one in listed]


def _row(one: Stands, ranked: list[Stands], better: np.ndarray, place: int | None, tell_pairs: bool) -> dict[str, Any]:
    row = {
        "team": one.what.team,
        "score": one.shown,
        "baseline": one.what.baseline,
        "key": one.what.key,
        **dict.fromkeys(("rank", "rank_low", "rank_high", "separable_from_above", "separable_from_first")),
    }
    if place is None:
        return row
    rank = 1 + sum(other.shown > one.shown for other in ranked)
    row["rank"] = rank
    row["rank_low"] = min(rank, 1 + int(better[:, place].sum()))
    row["rank_high"] = max(rank, len(ranked) - int(better[place].sum()))
    if tell_pairs:
        apart = better | better.T
        row["separable_from_above"] = bool(place and apart[place, place - 1])
        row["separable_from_first"] = bool(place and apart[place, 0])
    return row
