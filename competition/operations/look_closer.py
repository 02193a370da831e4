"""Holds a submission against its team's earlier files and the board's scores: a series, or too good to be true?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from competition.models import Evaluation, HintKind, Part, Score, Signature, Submission, TrackKind
from competition.operations.series import FILES, FILES_AT_CHANCE, LATEST, alike, files_at_chance
from competition.operations.too_good import Earlier, is_far_above
from competition.sandbox.likeness import BOX, DIRECTIONS, Likeness


@dataclass(frozen=True)
class Found:
    """One thing that was noticed about a submission; `other` is the submission that it is like."""

    kind: HintKind
    figure: float
    other: Submission | None = None
    details: dict[str, Any] | None = None


def signs_of_a_series(submission: Submission, mine: Likeness, basis: str) -> list[Found]:
    """Whether it repeats parts of several of its team's latest files to the bit."""
    earlier = Signature.objects.filter(
        phase=submission.phase_id,
        track=submission.track_id,
        basis=basis,
        submission__team=submission.team_id,
        submission__received_at__lt=submission.received_at,
    ).order_by("-submission__received_at")
    columns = 1 if submission.track.kind == TrackKind.DETECTION else len(submission.labels)
    found = alike(mine, [_likeness(one) for one in earlier[:LATEST]], columns=columns)
    if found.files < FILES:
        return []
    return [Found(HintKind.SERIES, float(found.files), details={"share": round(found.share, 3)})]


def signs_in_scores(evaluation: Evaluation) -> list[Found]:
    """Whether its team asks without a model, and whether it is far above all that the board had before it."""
    submission = evaluation.submission
    scores = Score.objects.filter(
        evaluation__ground_truth=evaluation.ground_truth_id,
        evaluation__submission__phase=submission.phase_id,
        evaluation__submission__track=submission.track_id,
    )
    parts = dict(scores.filter(evaluation=evaluation).values_list("part", "value"))
    if not parts:
        return []
    rows = list(
        scores.filter(evaluation__submission__received_at__lt=submission.received_at).values_list(
            "part", "evaluation__submission__team", "value"
        )
    )
    return [*_at_chance(submission, parts, rows), *_far_above(submission, parts, rows)]


def _at_chance(submission: Submission, parts: dict[str, float], rows: list[tuple[str, int, float]]) -> Iterable[Found]:
    """By the part whose scores nobody is shown, where there is one: asking does not make these better."""
    hidden = Part.PRIVATE if Part.PRIVATE in parts else Part.PUBLIC
    own = [value for part, team, value in rows if part == hidden and team == submission.team_id]
    kind = submission.track.kind
    count = files_at_chance(kind, [*own, parts[hidden]])
    if files_at_chance(kind, [parts[hidden]]) and count >= FILES_AT_CHANCE:
        yield Found(HintKind.AT_CHANCE, float(count))


def _far_above(submission: Submission, parts: dict[str, float], rows: list[tuple[str, int, float]]) -> Iterable[Found]:
    above = [
        value
        for name, value in parts.items()
        if is_far_above(
            value, submission.team_id, [Earlier(team, theirs) for part, team, theirs in rows if part == name]
        )
    ]
    if above:
        yield Found(HintKind.FAR_ABOVE, max(above))


def _likeness(signature: Signature) -> Likeness:
    return Likeness(
        sketch=np.frombuffer(signature.sketch, np.float16).reshape(-1)[:DIRECTIONS],
        rows=np.frombuffer(signature.rows, np.uint16),
        ranks=np.frombuffer(signature.ranks, np.uint16),
        boxes=np.frombuffer(signature.boxes, BOX),
    )
