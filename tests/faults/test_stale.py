"""An attempt that is over writes nothing, at whatever instant its worker comes back.

What is refused is refused by comparing attempt and state, and not only by the constraints of the books.
"""

import os
import signal
import time
from contextlib import contextmanager

import pytest

from competition import queue
from competition.models import Attempt, Evaluation, Score, Submission
from tests.factory import detections_csv, hand_in, make_competition, make_member
from tests.faults.forms import LONG
from tests.running import horse_of, running, scoring_held, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 120
SHORT_LEASE = {"LEASE_SECONDS": "3", "HEARTBEAT_SECONDS": "1"}


@pytest.fixture
def evaluation(tmp_path):
    queue.connection().flushall()
    return hand_in(make_member(make_competition(tmp_path)), detections_csv()).submission.evaluations.get()


def wait_for_attempt(number, state="running"):
    attempts = Evaluation.objects.filter(state=state, attempt=number)
    wait_until(attempts.exists, seconds=PATIENCE, what=f"attempt {number}, {state}")


@contextmanager
def paused(worker):
    """A worker with its work horse; yields the horse, which goes on alone when it is told to."""
    horse = horse_of(worker)
    os.killpg(worker.pid, signal.SIGSTOP)
    horse.suspend()
    try:
        yield horse
    finally:
        os.killpg(worker.pid, signal.SIGCONT)


def let_end(worker, horse):
    os.killpg(worker.pid, signal.SIGCONT)
    horse.resume()
    wait_until(lambda: not horse.is_running() or horse_of(worker) != horse, seconds=PATIENCE, what="the horse's end")


def test_an_attempt_that_is_over_writes_nothing_while_the_next_one_runs(evaluation):
    with scoring_held() as hold, running("worker", "sweeper", **SHORT_LEASE) as (first, sweeper):
        wait_for_attempt(1)
        with paused(first) as horse, running("worker", **SHORT_LEASE) as (second,):
            wait_for_attempt(2)
            sweeper.kill()  # or it would take the second attempt for dead, too
            with paused(second) as next_horse:
                hold.release()
                let_end(first, horse)
                written = (Score.objects.count(), Evaluation.objects.get().state, Evaluation.objects.get().attempt)
                let_end(second, next_horse)
            wait_for_attempt(2, "done")

    assert written == (0, "running", 2)
    assert Score.objects.count() == 1
    assert Attempt.objects.get().failure == "lease_expired"


@pytest.mark.skipif(not LONG, reason="the other one is enough, most days")
def test_an_attempt_that_comes_back_after_it_was_given_up_and_back_writes_nothing(evaluation, capfd):
    with scoring_held() as hold, running("worker", "sweeper", **SHORT_LEASE) as (worker, _):
        for number in (1, 2):
            wait_for_attempt(number)
            os.kill(horse_of(worker).pid, signal.SIGKILL)
        wait_for_attempt(3)
        with paused(worker) as horse:
            wait_for_attempt(3, "failed")
            hold.release()
            let_end(worker, horse)

    said = capfd.readouterr().err
    assert "stale_attempt" in said
    assert "IntegrityError" not in said  # the constraints of the books are not what has kept it out
    assert Score.objects.count() == 0
    assert Evaluation.objects.get().state == "failed"
    assert Submission.objects.get().refunded_at is not None


@pytest.mark.skipif(not LONG, reason="takes three leases")
def test_an_attempt_that_takes_longer_than_its_lease_stays_its_workers(evaluation):
    with scoring_held() as hold, running("worker", "sweeper", **SHORT_LEASE):
        wait_for_attempt(1)
        time.sleep(3 * int(SHORT_LEASE["LEASE_SECONDS"]))
        hold.release()
        wait_for_attempt(1, "done")

    assert Attempt.objects.count() == 0
