"""Every board is computed again by another way; what differs is an alarm."""

from collections.abc import Iterator
from dataclasses import dataclass

from competition.models import Board, Competition, Evaluation, PublishRequest
from competition.operations.publish import rows_of
from competition.operations.second_opinion import second_value
from competition.operations.yardstick import Yardstick, open_yardstick, read_submission

TOLERANCE = 1e-9


@dataclass(frozen=True)
class Difference:
    """What is told in one way and not in the other."""

    where: str
    told: object
    computed: object

    def __str__(self) -> str:
        return f"{self.where}: {self.told} is told, and {self.computed} is what comes out"


def recompute(competition: Competition) -> Iterator[Difference]:
    """The differences of a competition's newest boards; there must be none. Needs the private key."""
    for board in Board.objects.filter(phase__competition=competition).newest().select_related("phase", "track"):
        yield from _of_scores(board)
        yield from _of_rows(board)


def _of_scores(board: Board) -> Iterator[Difference]:
    evaluations = (
        Evaluation.objects.of_board(board.phase, board.track)
        .filter(ground_truth=board.ground_truth_id, state="done")
        .select_related("submission__track__competition", "ground_truth")
        .prefetch_related("scores")
        .order_by("pk")
    )
    first = evaluations.first()
    if first is None:
        return
    yardstick = open_yardstick(first)
    for evaluation in evaluations.iterator(chunk_size=50):
        yield from _of_one(evaluation, yardstick)


def _of_one(evaluation: Evaluation, yardstick: Yardstick) -> Iterator[Difference]:
    measure = yardstick.measure
    predictions = read_submission(evaluation, measure.labels)
    for score in evaluation.scores.all():
        images = yardstick.parts[score.part]
        computed = second_value(
            yardstick.truth.restricted_to(images),
            predictions.restricted_to(images),
            metric=measure.metric,
            scored=measure.scored_labels,
        )
        if not abs(computed - score.value) <= TOLERANCE:
            yield Difference(f"submission {evaluation.submission_id}, {score.part} part", score.value, computed)


def _of_rows(board: Board) -> Iterator[Difference]:
    """The rows follow from the scores, unless something newer waits to be published."""
    phase, track = board.phase, board.track
    newer = Evaluation.objects.ready_to_count().of_board(phase, track).exists()
    if newer or PublishRequest.objects.filter(phase=phase, track=track).exists():
        return
    entries = rows_of(phase, track, board.ground_truth).entries
    if entries != board.entries:
        yield Difference(f"board {board.version} of {track.kind} in {phase.key}", board.entries, entries)
