"""Two submissions side by side: how much better one is, overall and by label, on the resamples that they share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn
from uuid import UUID

import numpy as np
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from competition.errors import Conflict, Forbidden, NotFound
from competition.models import Evaluation, Score, Shows, Submission
from competition.operations.show_result import evaluation_of, shown_part, state_of, with_results
from scoring import Difference, compare, unpack_shares


@dataclass(frozen=True)
class ClassDifference:
    """One label: the values of both, and how much better the first is; None where a value is undefined."""

    label: str
    positives: int
    value: float | None
    other_value: float | None
    difference: float | None
    interval: tuple[float, float] | None
    """95 %, of the paired differences; None where there is too little to tell."""
    significant: bool
    in_score: bool | None
    """None where it isn't told which labels count."""


@dataclass(frozen=True)
class Side:
    """One of the two, with its score."""

    submission: Submission
    score: float
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class Comparison:
    """`difference` is how much better the first of the two is."""

    one: Side
    other: Side
    difference: Difference
    resamples: int
    classes: list[ClassDifference]


def both_of(user: object, first: UUID, second: UUID) -> tuple[Submission, Submission]:
    """The two submissions with their results, of one instant; NotFound unless the person may know of both."""
    visible = with_results(Submission.objects.visible_to(user).filter(pk__in=[first, second])).in_bulk()
    if first not in visible or second not in visible:
        raise NotFound("not_found", _("There is no such submission, or none that you may see."))
    return visible[first], visible[second]


def compare_submissions(one: Submission, other: Submission, *, to_organizer: bool = False) -> Comparison:
    """Compare two (fetched by `both_of`), as far as their phase shows their scores.

    Forbidden where it shows none or held ones alone; Conflict where they were not measured alike, or not yet.
    """
    _refuse_unless_alike(one, other)
    if not to_organizer:
        _refuse_unless_shown(one)
    first, second = _scores([_measured(one), _measured(other)], shown_part(one))
    replicates = _paired(first["replicates"], second["replicates"])
    tells_what_counts = to_organizer or one.team.competition.tells_what_counts()
    return Comparison(
        one=_side(one, first),
        other=_side(other, second),
        difference=compare(first["value"], replicates[0], second["value"], replicates[1]),
        resamples=replicates.shape[1],
        classes=_classes(first, second, set(first["report__scored_labels"] or ()) if tells_what_counts else None),
    )


def comparable_with(submission: Submission) -> QuerySet[Submission]:
    """The team's other submissions to the same phase and track that have a score, the newest first."""
    return _others(submission, Evaluation.objects.current())


def compare_with_best(submission: Submission, *, to_organizer: bool = False) -> Comparison | None:
    """With the best of the team's others that may stand on the board; None where there is none, or it isn't shown.

    Both are taken as this one (fetched by `with_results`) was found: against its version of the ground truth, whatever
    becomes the present one meanwhile.
    """
    evaluation = evaluation_of(submission)
    if state_of(submission) != "scored" or not may_be_compared(submission, to_organizer=to_organizer):
        return None
    same = {"ground_truth": evaluation.ground_truth_id, "metric_version": evaluation.metric_version}
    alike = Evaluation.objects.filter(**same)
    others = _others(submission, alike).ranked().order_by().values("pk")
    scores = Score.objects.filter(evaluation__in=alike.filter(submission__in=others), part=shown_part(submission))
    best = scores.order_by("-value", "evaluation__submission__received_at").values_list("evaluation__submission")
    if (first := best.first()) is None:
        return None
    other = with_results(Submission.objects.filter(pk=first[0]), alike).get()
    return compare_submissions(submission, other, to_organizer=to_organizer)


def _others(submission: Submission, evaluations: QuerySet[Evaluation]) -> QuerySet[Submission]:
    counted = evaluations.filter(counted_at__isnull=False).values("submission")
    alike = Submission.objects.filter(team=submission.team_id, phase=submission.phase_id, track=submission.track_id)
    return alike.filter(pk__in=counted).exclude(pk=submission.pk).newest_first()


def may_be_compared(submission: Submission, *, to_organizer: bool = False) -> bool:
    """Whether its phase lets its scores be compared with another's."""
    return to_organizer or not (submission.phase.holds or submission.phase.shows == Shows.NOTHING)


def _refuse_unless_alike(one: Submission, other: Submission) -> None:
    if one.pk == other.pk:
        _conflict("same_submission", _("These are one and the same submission; name another to compare it with."))
    if one.team.competition_id != other.team.competition_id:
        _conflict(
            "other_competition", _("These are submissions to different competitions; compare two of the same one.")
        )
    if one.track_id != other.track_id:
        sentence = _(
            "These are submissions to different tracks, which have different metrics; compare two of the same track."
        )
        _conflict("other_track", sentence)
    if one.phase_id != other.phase_id:
        _conflict("other_phase", _("These are submissions to different phases; compare two of the same phase."))


def _refuse_unless_shown(submission: Submission) -> None:
    if may_be_compared(submission):
        return
    if submission.phase.holds:
        sentence = _("This phase shows a score that moves in steps and nothing else; submissions can't be compared.")
    else:
        sentence = _("This phase shows no scores while it runs, so submissions can't be compared.")
    raise Forbidden("not_shown", sentence)


def _measured(submission: Submission) -> Evaluation:
    evaluation = evaluation_of(submission)
    if evaluation is None or state_of(submission) != "scored":
        sentence = _("Submission {submission} has no score against the present labels (yet).")
        _conflict("not_scored", sentence.format(submission=submission.pk))
    return evaluation


def _conflict(code: str, detail: str) -> NoReturn:
    raise Conflict(code, detail)


def _scores(evaluations: Sequence[Evaluation], part: str) -> list[dict[str, Any]]:
    """The score of each evaluation on that part, the curves left where they are."""
    fields = ("evaluation", "value", "interval_low", "interval_high", "replicates", "class_replicates")
    of_labels = ("report__classes", "report__scored_labels")
    rows = Score.objects.filter(evaluation__in=evaluations, part=part).values(*fields, *of_labels)
    by_evaluation = {row["evaluation"]: row for row in rows}
    return [by_evaluation[evaluation.pk] for evaluation in evaluations]


def _side(submission: Submission, score: dict[str, Any]) -> Side:
    low, high = score["interval_low"], score["interval_high"]
    return Side(submission, score["value"], None if low is None else (low, high))


def _paired(first: bytes, second: bytes) -> NDArray[np.float32]:
    """The replicates of both (2, resamples), of those resamples in which both have a value."""
    one, other = (np.frombuffer(bytes(packed), dtype="<f4") for packed in (first, second))
    if len(one) != len(other):
        return np.zeros((2, 0), dtype=np.float32)
    both = np.stack([one, other])
    return both[:, np.isfinite(both).all(axis=0)]


def _classes(first: dict[str, Any], second: dict[str, Any], counting: set[str] | None) -> list[ClassDifference]:
    """One for each label that both reports name, in the first's order."""
    others = {row["label"]: (row, drawn) for row, drawn in _by_class(second)}
    return [
        _class(row, drawn, *others[row["label"]], in_score=None if counting is None else row["label"] in counting)
        for row, drawn in _by_class(first)
        if row["label"] in others
    ]


def _by_class(score: dict[str, Any]) -> list[tuple[dict[str, Any], NDArray[np.float64]]]:
    """Each label's line of the report with its replicates, of which there are none where they have not been kept."""
    classes = score["report__classes"]
    packed = score["class_replicates"]
    if packed is None or not classes:
        return [(row, np.zeros(0)) for row in classes]
    return list(zip(classes, unpack_shares(bytes(packed), len(classes)), strict=True))


def _class(
    row: dict[str, Any],
    drawn: NDArray[np.float64],
    other: dict[str, Any],
    other_drawn: NDArray[np.float64],
    *,
    in_score: bool | None,
) -> ClassDifference:
    value, other_value = row["value"], other["value"]
    found = None
    if value is not None and other_value is not None:
        # Where one value alone has too few positives for an interval, so has the difference.
        enough = row["interval"] is not None and other["interval"] is not None and len(drawn) == len(other_drawn)
        pairs = np.stack([drawn, other_drawn]) if enough else np.zeros((2, 0))
        pairs = pairs[:, np.isfinite(pairs).all(axis=0)].astype(np.float32)
        found = compare(value, pairs[0], other_value, pairs[1])
    return ClassDifference(
        label=row["label"],
        positives=row["positives"],
        value=value,
        other_value=other_value,
        difference=found and found.value,
        interval=found and found.interval,
        significant=found is not None and found.significant,
        in_score=in_score,
    )
