"""What a submission's team, or an organizer, is told of it: its state, and as much of its score as the phase shows."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Prefetch, QuerySet

from competition.lifecycle import EvaluationState
from competition.models import Board, Evaluation, Part, Score, Shows, Split, Submission
from competition.operations.expected_wait import expected_wait
from competition.operations.take_turn import place_in_queue
from scoring import shown_value

NO_STEP = "scored, no significant improvement"
NEW_STEP = "scored, a significant improvement"
NOT_SHOWN = "scored; this phase shows no scores while it runs"
LATE = "scored; late submissions show their scores once the final board is published"
WHAT_COUNTS = frozenset({"scored_labels", "scored_classes"})
"""What a report tells of the labels that count."""
FAILED = "The server could not score this file. The upload was given back; the organizers can see why."


@dataclass(frozen=True)
class ShownResult:
    """`state` is accepted, scoring, scored or failed. The numbers are None where the phase doesn't show them."""

    state: str
    score: float | None = None
    interval: list[float] | None = None
    message: str = ""
    report: dict[str, Any] | None = None
    place_in_queue: int | None = None
    expected_wait: int | None = None
    """Seconds; None where the phase shows held scores alone, since how long scoring takes may depend on the labels."""


def with_results(
    submissions: QuerySet[Submission], evaluations: QuerySet[Evaluation] | None = None
) -> QuerySet[Submission]:
    """Fetch what `state_of` and `show_result` need, in a number of queries that doesn't grow with the list.

    evaluations: of each submission at most one, to be taken for its current one; left out, those against the ground
    truth that the boards show.
    """
    scores = Score.objects.defer("replicates", "class_replicates", "report")
    shown = Evaluation.objects.current() if evaluations is None else evaluations
    current = shown.prefetch_related(Prefetch("scores", scores))
    return submissions.select_related("team__competition", "phase", "track", "author").prefetch_related(
        Prefetch("evaluations", current, to_attr="current_evaluations")
    )


def evaluation_of(submission: Submission) -> Evaluation | None:
    """Its evaluation against the ground truth that the boards show; needs `with_results`."""
    return submission.current_evaluations[0] if submission.current_evaluations else None


def state_of(submission: Submission) -> str:
    """Where it is, in the words of the interface; scored only once a published board counts it."""
    evaluation = evaluation_of(submission)
    if evaluation is None:
        return "failed" if submission.refunded_at else "accepted"
    if evaluation.state == EvaluationState.WAITING:
        return "accepted"
    if evaluation.state == EvaluationState.FAILED:
        return "failed"
    return "scored" if evaluation.counted_at else "scoring"


def show_results(submissions: list[Submission], *, to_organizer: bool = False) -> list[ShownResult]:
    """One for each submission (fetched by `with_results`), without their reports."""
    steps: dict[tuple[int, int], set[str]] = {}
    splits = set(
        Split.objects.filter(
            competition__in={submission.team.competition_id for submission in submissions}
        ).values_list("competition_id", flat=True)
    )
    for submission in submissions:
        board = (submission.phase_id, submission.track_id)
        if submission.phase.holds and board not in steps:
            latest = Board.objects.latest_of(submission.phase, submission.track)
            steps[board] = set(latest.steps) if latest else set()
    return [
        _shown(
            submission,
            is_step=str(submission.pk) in steps.get((submission.phase_id, submission.track_id), set()),
            has_split=submission.team.competition_id in splits,
            to_organizer=to_organizer,
        )
        for submission in submissions
    ]


def show_result(submission: Submission, *, to_organizer: bool = False) -> ShownResult:
    """One submission (fetched by `with_results`), with its report where the phase shows it."""
    shown = show_results([submission], to_organizer=to_organizer)[0]
    evaluation = evaluation_of(submission)
    if evaluation is None:
        return shown
    if shown.state == "accepted":
        return _with_place(shown, submission, evaluation, to_organizer=to_organizer)
    if shown.score is None or (submission.phase.holds and not to_organizer):
        return shown
    report = evaluation.scores.values_list("report", flat=True).get(part=shown_part(submission))
    if not (to_organizer or submission.team.competition.tells_what_counts()):
        report = {name: told for name, told in report.items() if name not in WHAT_COUNTS}
    return replace(shown, report=report)


def _with_place(
    shown: ShownResult, submission: Submission, evaluation: Evaluation, *, to_organizer: bool
) -> ShownResult:
    place = place_in_queue(evaluation)
    tells_wait = place is not None and (to_organizer or not submission.phase.holds)
    wait = expected_wait(place, submission.phase) if tells_wait else None
    return replace(shown, place_in_queue=place, expected_wait=wait)


def shown_part(submission: Submission) -> str:
    """The part of the images whose scores its phase is about; the private one only where the phase shows that."""
    return _part(submission, Split.objects.filter(competition=submission.team.competition_id).exists())


def _part(submission: Submission, has_split: bool) -> str:
    return Part.PRIVATE if has_split and submission.phase.shows == Shows.PRIVATE else Part.PUBLIC


def _shown(submission: Submission, *, is_step: bool, has_split: bool, to_organizer: bool) -> ShownResult:
    state = state_of(submission)
    evaluation = evaluation_of(submission)
    if state == "failed":
        return ShownResult(state, message=evaluation.failure_detail if evaluation and to_organizer else FAILED)
    if state != "scored" or evaluation is None:
        return ShownResult(state)
    part = _part(submission, has_split)
    score = next(score for score in evaluation.scores.all() if score.part == part)
    interval = None if score.interval_low is None else [score.interval_low, score.interval_high]
    if to_organizer:
        return ShownResult(state, score.value, interval)
    if submission.phase.shows == Shows.NOTHING:
        return ShownResult(state, message=NOT_SHOWN)
    if not submission.phase.holds:
        return ShownResult(state, score.value, interval)
    if submission.late:
        return ShownResult(state, message=LATE)
    if not is_step:
        return ShownResult(state, message=NO_STEP)
    return ShownResult(state, shown_value(score.value), interval and [round(end, 2) for end in interval], NEW_STEP)
