"""What a worker is told to do: an id and an attempt come in, one operation goes out."""

import logging
import os
import socket

from competition.lifecycle import StaleStep
from competition.models import Evaluation
from competition.operations import check_launch as launch
from competition.operations import evaluate as evaluation
from competition.operations.give_up import reopen_or_give_up

log = logging.getLogger(__name__)


def evaluate(evaluation_id: int, attempt: int) -> None:
    """Bring one attempt to its end. Safe to deliver any number of times.

    What breaks off before the claim uses no attempt, and the sweeper rings again without end: by then only the books
    have been asked, so that no file can be the reason. The deployment is broken, and mending it moves all that waits.
    """
    worker = f"{socket.gethostname()}:{os.getpid()}"
    try:
        evaluation.evaluate(evaluation_id=evaluation_id, attempt=attempt, worker=worker)
    except (StaleStep, Evaluation.DoesNotExist) as stale:
        log.info("stale_attempt: %s", stale)
    except Exception as error:
        log.exception("evaluation %s, attempt %s broke off", evaluation_id, attempt)
        give_up_attempt(evaluation_id, attempt, type(error).__name__)


def check_launch(check_id: int) -> None:
    """Answer a launch check. Safe to deliver any number of times."""
    launch.check_launch(check_id)


def give_up_attempt(evaluation_id: int, attempt: int, why: str) -> None:
    """Open the next attempt of an evaluation whose worker broke off, or fail it after the last."""
    running = Evaluation.objects.filter(pk=evaluation_id, attempt=attempt, state="running").first()
    if running is None:
        return
    try:
        reopen_or_give_up(running, "broke_off", f"The scoring broke off ({why}).")
    except StaleStep as stale:
        log.info("stale_attempt: %s", stale)
