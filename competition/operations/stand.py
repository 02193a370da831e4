"""Who stands where: from the standings of a phase and track to the ranked rows of a board."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from competition.models import Detail, Phase
from competition.operations.standings import Standing, replicates_of
from scoring import Ranking, held, rank_entries, shown_value

DECIMALS = 3


@dataclass(frozen=True)
class Row:
    """A team's row before it is ranked: the standing that represents it and the score as the board shows it."""

    standing: Standing
    shown: float
    submissions: int


@dataclass(frozen=True)
class Rows:
    """The rows of a board as the public reads them, and the submissions that moved a held score."""

    entries: list[dict[str, Any]]
    steps: list[str]


def rows_with_best(of_phase: list[Standing], counts: dict[int, int]) -> Rows:
    """Each team stands with its best submission."""
    rows = []
    for team_id, group in groupby(of_phase, key=lambda standing: standing.team_id):
        best = best_of(list(group))
        rows.append(Row(best, round(best.value, DECIMALS), counts[team_id]))
    return Rows(_ranked(rows, tell_pairs=True), [])


def rows_with_picks(
    of_phase: list[Standing], counts: dict[int, int], phase: Phase, public_ranks: dict[str, int | None] | None
) -> Rows:
    """Each team stands with the best of its picks, on a final board; with the rank that it had on the public one."""
    rows = []
    for team_id, group in groupby(of_phase, key=lambda standing: standing.team_id):
        picks = picks_of(list(group), phase)
        if picks:
            best = best_of(picks)
            rows.append(Row(best, round(best.value, DECIMALS), counts[team_id]))
    entries = _ranked(rows, tell_pairs=True)
    if public_ranks is not None:
        entries = [{**entry, "public_rank": public_ranks.get(entry["team"])} for entry in entries]
    return Rows(entries, [])


def picks_of(team: list[Standing], phase: Phase) -> list[Standing]:
    """What stands for a team on a final board: the frozen picks, and before these are frozen what they would be."""
    if phase.picks_frozen_at is not None:
        return [standing for standing in team if standing.picked]
    selected = [standing for standing in team if standing.selected]
    return selected or shown_best(team, phase)[: phase.most_selected]


def shown_best(team: list[Standing], phase: Phase) -> list[Standing]:
    """A team's submissions that a board could have shown, the best on the public part as shown first, then the earlier.

    In a phase with held scores these are the steps; another submission has never shown a score.
    """
    shown = {standing.submission_id: round(standing.public_value, DECIMALS) for standing in team}
    if phase.detail == Detail.COMPOSITE:
        replicates = replicates_of([standing.score_id for standing in team])
        shown = {standing.submission_id: shown_value(standing.public_value) for standing in _steps(team, replicates)}
    left = [standing for standing in team if standing.submission_id in shown and not standing.withdrawn]
    return sorted(
        left, key=lambda standing: (-shown[standing.submission_id], standing.received_at, standing.submission_id)
    )


def _steps(team: list[Standing], replicates: dict[int, NDArray[np.float32]]) -> list[Standing]:
    """The submissions of a team, in the order of receipt, that moved its held score."""
    of_team = np.stack([replicates[standing.score_id] for standing in team])
    return [team[index] for index in held(np.array([standing.value for standing in team]), of_team)]


def rows_with_held(of_phase: list[Standing], counts: dict[int, int]) -> Rows:
    """Each team stands with its held score: the best of its steps, shown in units of 0.005.

    Steps are made in the order of receipt, so what comes later waits for what came before. A withdrawn step is not
    shown and still has to be exceeded. Otherwise a team could withdraw what it has, and see the value of whatever it
    hands in next.
    """
    rows, steps = [], []
    replicates = replicates_of([standing.score_id for standing in of_phase])
    for team_id, group in groupby(of_phase, key=lambda standing: standing.team_id):
        team = list(group)
        moved = _steps(team, replicates)
        steps += [standing.submission_id for standing in moved]
        shown = [standing for standing in moved if not standing.withdrawn]
        if shown:
            best = best_of(shown)
            rows.append(Row(best, shown_value(best.value), counts[team_id]))
    return Rows(_ranked(rows, tell_pairs=False), steps)


def best_of(team: list[Standing]) -> Standing:
    """The highest score, of equal ones the earliest."""
    return min(team, key=lambda standing: (-standing.value, standing.received_at, standing.submission_id))


def _ranked(rows: list[Row], *, tell_pairs: bool) -> list[dict[str, Any]]:
    rows = sorted(rows, key=lambda row: (-row.shown, row.standing.received_at, row.standing.submission_id))
    competing = [row for row in rows if not row.standing.baseline]
    ranking = _rank(competing) if competing else None
    places = {row.standing.team_id: place for place, row in enumerate(competing)}
    return [_entry(row, ranking, places.get(row.standing.team_id), tell_pairs) for row in rows]


def _rank(competing: list[Row]) -> Ranking:
    replicates = replicates_of([row.standing.score_id for row in competing])
    return rank_entries(
        np.array([row.shown for row in competing]),
        np.stack([replicates[row.standing.score_id] for row in competing]),
    )


def _entry(row: Row, ranking: Ranking | None, place: int | None, tell_pairs: bool) -> dict[str, Any]:
    standing = row.standing
    ranked = ranking is not None and place is not None
    interval_decimals = DECIMALS if tell_pairs else 2
    return {
        "rank": int(ranking.rank[place]) if ranked else None,
        "rank_low": int(ranking.rank_low[place]) if ranked else None,
        "rank_high": int(ranking.rank_high[place]) if ranked else None,
        "team": standing.team,
        "score": row.shown,
        "interval": standing.interval and [round(end, interval_decimals) for end in standing.interval],
        "submissions": row.submissions,
        "submitted_at": standing.received_at.isoformat().replace("+00:00", "Z"),
        "baseline": standing.baseline,
        "separable_from_above": bool(ranking.separable_from_above[place]) if ranked and tell_pairs else None,
        "separable_from_first": bool(ranking.separable_from_first[place]) if ranked and tell_pairs else None,
    }
