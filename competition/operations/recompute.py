"""Every board is computed again by another way; what differs is an alarm.

The night's recount and `manage.py recompute_boards` both go through here.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, transaction

from competition.models import Board, Competition, Evaluation, GroundTruth, Phase, PublishRequest, Track
from competition.models.evaluation import EvaluationQuerySet
from competition.operations.publish import rows_of
from competition.operations.second_opinion import second_value
from competition.operations.yardstick import Yardstick, open_yardstick, read_submission

TOLERANCE = 1e-9

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Difference:
    """What is told in one way and not in the other."""

    where: str
    told: object
    computed: object

    def __str__(self) -> str:
        return f"{self.where}: {self.told} is told, and {self.computed} is what comes out"

    @property
    def without_numbers(self) -> str:
        """For those who may not see every score."""
        return f"{self.where}: something else comes out than is told"


@dataclass(frozen=True)
class Fault:
    """What could not be computed again: nothing vouches for it."""

    where: str
    error: str

    def __str__(self) -> str:
        return f"{self.where}: it can't be computed again ({self.error})"

    @property
    def without_numbers(self) -> str:
        """The same: a fault's name is no number."""
        return str(self)


def recompute(competition: Competition) -> Iterator[Difference | Fault]:
    """The differences of a competition's newest boards; there must be none. Needs the private key.

    What came with an archive without its labels is left out.
    """
    boards = Board.objects.filter(phase__competition=competition, ground_truth__absent=False)
    for board in boards.newest().select_related("phase", "track", "ground_truth"):
        yardstick = None
        for evaluation in scores_of(board.phase, board.track, board.ground_truth).iterator(chunk_size=50):
            yardstick = yardstick or open_yardstick(evaluation)
            yield from compare(evaluation, yardstick)
        yield from compare_rows(board.phase, board.track)[1]


def scores_of(phase: Phase, track: Track, truth: GroundTruth) -> EvaluationQuerySet:
    """What a board is made from, by id."""
    return (
        Evaluation.objects.of_board(phase, track)
        .filter(ground_truth=truth, state="done")
        .select_related("submission__track__competition", "ground_truth")
        .prefetch_related("scores")
        .order_by("pk")
    )


def compare(evaluation: Evaluation, yardstick: Yardstick) -> list[Difference | Fault]:
    """What differs in the scores of one submission. A fault in one keeps no other from being compared."""
    try:
        return list(_of_one(evaluation, yardstick))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("submission %s can't be computed again", evaluation.submission_id)
        return [Fault(f"submission {evaluation.submission_id}", type(error).__name__)]


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


@transaction.atomic
def compare_rows(phase: Phase, track: Track) -> tuple[int, list[Difference]]:
    """The version of the newest board, and what its rows differ in from those that the books give.

    No board is published meanwhile. Where something newer waits to be, there is nothing to compare: that is asked last,
    so that what changes the books in between is no difference.
    """
    Track.objects.select_for_update(no_key=True).get(pk=track.pk)
    board = Board.objects.latest_of(phase, track)
    if board is None:
        return 0, []
    entries = rows_of(phase, track, board.ground_truth).entries
    newer = Evaluation.objects.ready_to_count().of_board(phase, track).exists()
    if newer or PublishRequest.objects.filter(phase=phase, track=track).exists() or entries == board.entries:
        return board.version, []
    where = f"board {board.version} of {track.kind} in {phase.key}"
    return board.version, [Difference(where, board.entries, entries)]
