"""The night's second opinion is asked for: a row for each board, and the bell for the one whose turn it is.

The sweeper has no key that opens labels, so that a worker has to recount. It does so while no submission waits for it.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef

from competition import queue
from competition.clock import database_now
from competition.lifecycle import EvaluationState
from competition.models import Board, Evaluation, Phase, Recount

PATIENCE = timedelta(seconds=3)
"""How long a recount rests before it is rung for, at first and after it has made way for submissions."""


def begin_recounts() -> None:
    """After the hour of the day, ask for a recount of each board that was there by then. Safe to call at any time."""
    now = database_now()
    hour = now.replace(hour=settings.ENVIRONMENT.recount_hour, minute=0, second=0, microsecond=0)
    if now < hour:
        return
    boards = Board.objects.filter(ground_truth__absent=False).order_by("-version")
    newest = [boards.filter(phase=phase, track=track)[0] for phase, track in _due(hour)]
    Recount.objects.bulk_create(
        [
            Recount(
                phase_id=board.phase_id,
                track_id=board.track_id,
                ground_truth_id=board.ground_truth_id,
                board_version=board.version,
                day=now.date(),
            )
            for board in newest
        ],
        ignore_conflicts=True,
    )


def ring_for_recount() -> None:
    """Ring for the recount whose turn it is, while none keeps a worker busy and no submission waits for one."""
    waiting = Recount.objects.waiting_for(PATIENCE)
    following = waiting.order_by("day", "pk").first()
    if following is None or submissions_wait() or Recount.objects.filter(state=EvaluationState.RUNNING).exists():
        return
    queue.ring_for_recount(following.pk, following.attempt)


def submissions_wait() -> bool:
    """Whether a worker has something better to do."""
    return Evaluation.objects.filter(state=EvaluationState.WAITING).exists()


def _due(hour: datetime) -> list[tuple[int, int]]:
    """The (phase, track) of each board that was there at that hour and has no recount of that day or on its way.

    What came with an archive without its labels can't be computed again.
    """
    here = {"phase": OuterRef("pk"), "track": OuterRef("track_id")}
    boards = Phase.every.annotate(track_id=F("competition__tracks")).filter(
        Exists(Board.objects.filter(**here, published_at__lt=hour, ground_truth__absent=False)),
        ~Exists(Recount.objects.filter(**here, day=hour.date())),
        ~Exists(Recount.objects.unfinished().filter(**here)),
    )
    return list(boards.values_list("pk", "track_id"))
