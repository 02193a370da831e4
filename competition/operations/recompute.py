"""Every board is computed again by another way; what differs is an alarm.

The night's recount and `manage.py recompute_boards` both go through here.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db import InterfaceError, OperationalError, transaction

from competition.models import Board, Competition, Evaluation, GroundTruth, Phase, PublishRequest, Track
from competition.models.evaluation import EvaluationQuerySet
from competition.operations.ask import ask
from competition.operations.publish import rows_of
from competition.operations.yardstick import CannotBeScored, task_of
from competition.sandbox.answer import Refused
from competition.sandbox.keeper import ChildDied
from competition.sandbox.recount import read_values
from competition.sandbox.task import RECOUNT

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
        for evaluation in scores_of(board.phase, board.track, board.ground_truth).iterator(chunk_size=50):
            yield from compare(evaluation)
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


def compare(evaluation: Evaluation) -> list[Difference | Fault]:
    """What differs in the scores of one submission. A fault in one keeps no other from being compared.

    Raises ChildDied, as a process that ends: nobody knows whether the file is to blame.
    """
    try:
        return list(_of_one(evaluation))
    except (OperationalError, InterfaceError, ChildDied):
        raise
    except Exception as error:
        log.exception("submission %s can't be computed again", evaluation.submission_id)
        return [Fault(f"submission {evaluation.submission_id}", type(error).__name__)]


def _of_one(evaluation: Evaluation) -> Iterator[Difference]:
    values = read_values(ask(replace(task_of(evaluation), errand=RECOUNT)))
    if isinstance(values, Refused):
        raise CannotBeScored(values.code, values.detail)
    for score in evaluation.scores.all():
        computed = values[score.part]
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
