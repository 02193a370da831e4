"""The measured submissions of a phase and track, as they are read to be ranked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import Count, F, OuterRef, Subquery
from numpy.typing import NDArray

from competition.lifecycle import EvaluationState
from competition.models import Evaluation, GroundTruth, Part, Phase, Score, Track


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


def replicates_of(score_ids: list[int]) -> dict[int, NDArray[np.float32]]:
    """By score, its value on each resample of the images."""
    rows = Score.objects.filter(pk__in=score_ids).values_list("pk", "replicates")
    return {pk: np.frombuffer(bytes(packed), dtype="<f4") for pk, packed in rows}


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
