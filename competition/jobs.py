"""What a worker is told to do: an id and an attempt come in, one operation goes out."""

import logging
import os
import socket

from competition import tally
from competition.lifecycle import StaleStep
from competition.models import Evaluation, Recount
from competition.operations import check_launch as launch
from competition.operations import evaluate as evaluation
from competition.operations import look_over as looking
from competition.operations import recount as counting
from competition.operations.end_recount import reopen_recount_or_give_up
from competition.operations.give_up import reopen_or_give_up
from competition.operations.take_turn import take_turn

log = logging.getLogger(__name__)


def _stale(why: object) -> None:
    log.info("stale_attempt: %s", why)
    tally.count("stale_attempt")


def evaluate_next(evaluation_id: int, attempt: int) -> None:
    """Bring the attempt whose turn it is to its end. Safe to deliver any number of times.

    The message names who rang; what is taken, the books say: often the same, and there is a ring for each that waits.

    What breaks off before the claim uses no attempt, and the sweeper rings again without end: by then only the books
    have been asked, so that no file can be the reason. The deployment is broken, and mending it moves all that waits.
    """
    claimed = take_turn(worker=_this_process())
    if claimed is None:
        _stale(f"evaluation {evaluation_id}, attempt {attempt} rang, and nothing waits")
        return
    number = claimed.attempt
    try:
        evaluation.evaluate_claimed(claimed)
    except StaleStep as stale:
        _stale(stale)
    except Exception as error:
        log.exception("%s broke off", claimed)
        give_up_attempt(claimed.pk, number, type(error).__name__)


def evaluate(evaluation_id: int, attempt: int) -> None:
    """Bring this very attempt to its end, whoever's turn it is. Safe to deliver any number of times."""
    try:
        evaluation.evaluate(evaluation_id=evaluation_id, attempt=attempt, worker=_this_process())
    except (StaleStep, Evaluation.DoesNotExist) as stale:
        _stale(stale)
    except Exception as error:
        log.exception("evaluation %s, attempt %s broke off", evaluation_id, attempt)
        give_up_attempt(evaluation_id, attempt, type(error).__name__)


def check_launch(check_id: int) -> None:
    """Answer a launch check. Safe to deliver any number of times."""
    launch.check_launch(check_id)


def look_over(evaluation_id: int) -> None:
    """Compare what was scored with other files. Safe to deliver any number of times; a submission is compared once."""
    try:
        looking.look_over(evaluation_id)
    except Evaluation.DoesNotExist:
        log.info("evaluation %s is gone; there is nothing to look over", evaluation_id)


def recount(recount_id: int, attempt: int) -> None:
    """Go on with a board's recount. Safe to deliver any number of times."""
    try:
        counting.recount(recount_id=recount_id, attempt=attempt, worker=_this_process())
    except (StaleStep, Recount.DoesNotExist) as stale:
        _stale(stale)
    except Exception as error:
        log.exception("recount %s, attempt %s broke off", recount_id, attempt)
        give_up_recount(recount_id, attempt, type(error).__name__)


def give_up_what_was_claimed(worker: str, why: str) -> None:
    """Open the next attempt of whatever a worker had claimed whose work horse is gone: it has one at a time."""
    for pk, attempt in Evaluation.objects.filter(state="running", worker=worker).values_list("pk", "attempt"):
        give_up_attempt(pk, attempt, why)


def give_up_attempt(evaluation_id: int, attempt: int, why: str) -> None:
    """Open the next attempt of an evaluation whose worker broke off, or fail it after the last."""
    running = Evaluation.objects.filter(pk=evaluation_id, attempt=attempt, state="running").first()
    if running is None:
        return
    try:
        reopen_or_give_up(running, "broke_off", f"The scoring broke off ({why}).")
    except StaleStep as stale:
        _stale(stale)


def give_up_recount(recount_id: int, attempt: int, why: str) -> None:
    """Let a recount whose worker broke off go on later, or fail it when it gets no further."""
    running = Recount.objects.filter(pk=recount_id, attempt=attempt, state="running").first()
    if running is None:
        return
    try:
        reopen_recount_or_give_up(running, f"The recount broke off ({why}).")
    except StaleStep as stale:
        _stale(stale)


def _this_process() -> str:
    """The worker's name, which RQ tells its work horses, or this process's."""
    return os.environ.get("RQ_WORKER_ID") or f"{socket.gethostname()}:{os.getpid()}"
