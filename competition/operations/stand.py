"""Who stands where: from the measured submissions of a phase and track to the rows of a board."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import numpy as np
from django.db.models import Count, F, OuterRef, Subquery
from numpy.typing import NDArray

from competition.lifecycle import EvaluationState
from competition.models import Detail, Evaluation, GroundTruth, Part, Phase, Score, Track
from scoring import Ranking, held, rank_entries, shown_value

DECIMALS = 3


@dataclass(frozen=True)
class Standing:
    """One measured submission: its team, when it came, and its score on the part that the board is about."""

    score_id: int
    submission_id: str
    team_id: int
    team: str
    baseline: bool
    received_at: datetime
    value: float
    interval: tuple[float, float] | None
    selected: bool
    picked: bool
    withdrawn: bool
    public_value: float


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


def standings(phase: Phase, track: Track, truth: GroundTruth, part: str) -> list[Standing]:
    """Every measured submission that is not disqualified, by team, then by time of receipt.

    One query, so that it tells of one instant whatever is written meanwhile.
    """
    public = Score.objects.filter(evaluation=OuterRef("evaluation"), part=Part.PUBLIC).values("value")
    rows = _scores(phase, track, truth, part).values(
        "pk",
        "value",
        "interval_low",
        "interval_high",
        submission=F("evaluation__submission_id"),
        team_id=F("evaluation__submission__team_id"),
        team=F("evaluation__submission__team__name"),
        baseline=F("evaluation__submission__team__baseline"),
        received_at=F("evaluation__submission__received_at"),
        selected_at=F("evaluation__submission__selected_at"),
        picked_at=F("evaluation__submission__picked_at"),
        withdrawn_at=F("evaluation__submission__withdrawn_at"),
        public_value=Subquery(public),
    )
    return [_standing(row) for row in rows.order_by("team_id", "received_at", "submission")]


def submissions_by_team(phase: Phase, track: Track, truth: GroundTruth) -> dict[int, int]:
    """How many submissions of each team are scored: withdrawn ones included, late ones not."""
    return dict(
        Evaluation.objects.of_board(phase, track)
        .filter(ground_truth=truth, state=EvaluationState.DONE, submission__late=False)
        .values_list("submission__team_id")
        .annotate(Count("pk"))
    )


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
        replicates = _replicates([standing.score_id for standing in team])
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
    replicates = _replicates([standing.score_id for standing in of_phase])
    for team_id, group in groupby(of_phase, key=lambda standing: standing.team_id):
        team = list(group)
        moved = _steps(team, replicates)
        steps += [standing.submission_id for standing in moved]
        shown = [standing for standing in moved if not standing.withdrawn]
        if shown:
            best = best_of(shown)
            rows.append(Row(best, shown_value(best.value), counts[team_id]))
    return Rows(_ranked(rows, tell_pairs=False), steps)


def _scores(phase: Phase, track: Track, truth: GroundTruth, part: str) -> Any:
    counting = Evaluation.objects.of_board(phase, track).filter(ground_truth=truth, state=EvaluationState.DONE)
    return Score.objects.filter(
        part=part,
        evaluation__in=counting.in_turn() if phase.holds else counting,
        evaluation__metric_version=truth.metric_version,
        evaluation__submission__late=False,
        evaluation__submission__disqualified_at__isnull=True,
    )


def _standing(row: dict[str, Any]) -> Standing:
    low, high = row["interval_low"], row["interval_high"]
    return Standing(
        score_id=row["pk"],
        submission_id=str(row["submission"]),
        team_id=row["team_id"],
        team=row["team"],
        baseline=row["baseline"],
        received_at=row["received_at"],
        value=row["value"],
        interval=None if low is None else (low, high),
        selected=row["selected_at"] is not None,
        picked=row["picked_at"] is not None,
        withdrawn=row["withdrawn_at"] is not None,
        public_value=row["public_value"],
    )


def best_of(team: list[Standing]) -> Standing:
    """The highest score, of equal ones the earliest."""
    return min(team, key=lambda standing: (-standing.value, standing.received_at, standing.submission_id))


def _replicates(score_ids: list[int]) -> dict[int, NDArray[np.float32]]:
    rows = Score.objects.filter(pk__in=score_ids).values_list("pk", "replicates")
    return {pk: np.frombuffer(bytes(packed), dtype="<f4") for pk, packed in rows}


def _ranked(rows: list[Row], *, tell_pairs: bool) -> list[dict[str, Any]]:
    rows = sorted(rows, key=lambda row: (-row.shown, row.standing.received_at, row.standing.submission_id))
    competing = [row for row in rows if not row.standing.baseline]
    ranking = _rank(competing) if competing else None
    places = {row.standing.team_id: place for place, row in enumerate(competing)}
    return [_entry(row, ranking, places.get(row.standing.team_id), tell_pairs) for row in rows]


def _rank(competing: list[Row]) -> Ranking:
    replicates = _replicates([row.standing.score_id for row in competing])
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
