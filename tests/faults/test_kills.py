"""What a kill leads to: the submission is scored all the same, once."""

import os
import signal
import time

import httpx
import pytest

from competition import queue
from competition.models import Board, Evaluation, Score
from tests.factory import detections_csv, hand_in, make_competition, make_member, make_token
from tests.running import horse_of, running, scoring_held, serving, stop, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 120
"""Seconds. How fast it goes is recorded; that it happens is asserted, on any machine."""
SHORT_LEASE = {"LEASE_SECONDS": "6", "HEARTBEAT_SECONDS": "1"}


@pytest.fixture
def member(tmp_path):
    queue.connection().flushall()
    return make_member(make_competition(tmp_path))


def is_scored(evaluation):
    return Evaluation.objects.filter(pk=evaluation.pk, state="done", counted_at__isnull=False).exists()


def is_running():
    return Evaluation.objects.filter(state="running").first()


def wait_for_claim(worker):
    def is_claimed():
        assert worker.poll() is None, f"the worker has ended with {worker.returncode}"
        return is_running()

    wait_until(is_claimed, seconds=PATIENCE, what="the claim")


def assert_counted_once(evaluation):
    assert Score.objects.filter(evaluation=evaluation).count() == 1
    assert Board.objects.order_by("version").last().entries[0]["submissions"] == 1


def test_kill_of_the_work_horse(member, record_property):
    evaluation = hand_in(member, detections_csv()).submission.evaluations.get()
    with scoring_held() as hold, running("worker", "sweeper", **SHORT_LEASE) as (worker, _):
        wait_for_claim(worker)
        os.kill(horse_of(worker).pid, signal.SIGKILL)
        hold.release()
        seconds = wait_until(lambda: is_scored(evaluation), seconds=PATIENCE, what="the score")

    evaluation.refresh_from_db()
    assert evaluation.attempt == 2
    assert_counted_once(evaluation)
    record_property("work horse killed", f"scored after {seconds:.1f} s")


def test_kill_of_the_worker_alone(member, record_property):
    evaluation = hand_in(member, detections_csv()).submission.evaluations.get()
    with scoring_held() as hold, running("worker", "sweeper", **SHORT_LEASE) as (worker, _):
        wait_for_claim(worker)
        worker.kill()
        hold.release()
        with running("worker", **SHORT_LEASE):
            seconds = wait_until(lambda: is_scored(evaluation), seconds=PATIENCE, what="the score")

    assert_counted_once(evaluation)
    record_property("worker killed, horse left", f"scored after {seconds:.1f} s")


def test_kill_of_worker_and_horse(member, record_property):
    evaluation = hand_in(member, detections_csv()).submission.evaluations.get()
    with scoring_held() as hold, running("worker", "sweeper", **SHORT_LEASE) as (worker, _):
        wait_for_claim(worker)
        horse = horse_of(worker)  # of a process group of its own
        worker.kill()
        horse.kill()
        hold.release()
        with running("worker", **SHORT_LEASE):
            seconds = wait_until(lambda: is_scored(evaluation), seconds=PATIENCE, what="the score")

    evaluation.refresh_from_db()
    assert evaluation.attempt == 2
    assert_counted_once(evaluation)
    record_property("worker and horse killed", f"scored after {seconds:.1f} s")


def test_flushall_while_one_runs_and_others_wait(member, record_property):
    evaluations = [hand_in(member, detections_csv(shift=shift)).submission.evaluations.get() for shift in range(4)]
    with scoring_held() as hold, running("worker", "sweeper", **SHORT_LEASE) as (worker, _):
        wait_for_claim(worker)
        queue.connection().flushall()
        hold.release()
        seconds = wait_until(
            lambda: all(is_scored(evaluation) for evaluation in evaluations), seconds=PATIENCE, what="the scores"
        )

    assert Score.objects.count() == 4
    assert Board.objects.order_by("version").last().entries[0]["submissions"] == 4
    record_property("FLUSHALL", f"scored after {seconds:.1f} s")


def test_a_worker_that_is_paused_beyond_its_lease_writes_nothing(member):
    evaluation = hand_in(member, detections_csv()).submission.evaluations.get()
    with scoring_held() as hold, running("worker", "sweeper", **SHORT_LEASE) as (first, _):
        wait_for_claim(first)
        horse = horse_of(first)
        os.killpg(first.pid, signal.SIGSTOP)
        horse.suspend()
        hold.release()
        with running("worker", **SHORT_LEASE):
            wait_until(lambda: is_scored(evaluation), seconds=PATIENCE, what="the second worker's score")
        written = Score.objects.get(evaluation=evaluation).measured_at
        horse.resume()
        os.killpg(first.pid, signal.SIGCONT)
        wait_until(lambda: not horse.is_running(), seconds=PATIENCE, what="the end of the first attempt")
        stop(first)

    assert Score.objects.get(evaluation=evaluation).measured_at == written
    assert Evaluation.objects.get(pk=evaluation.pk).attempt == 2


def test_sigterm_lets_a_running_job_end(member):
    evaluation = hand_in(member, detections_csv()).submission.evaluations.get()
    with scoring_held() as hold, running("worker", "sweeper", **SHORT_LEASE) as (worker, _):
        wait_for_claim(worker)
        worker.terminate()
        hold.release()
        stop(worker)
        wait_until(lambda: is_scored(evaluation), seconds=PATIENCE, what="the score")

    assert Evaluation.objects.get(pk=evaluation.pk).attempt == 1


def test_after_three_attempts_it_fails_and_the_quota_is_given_back(member):
    submission = hand_in(member, detections_csv()).submission
    with scoring_held(), running("worker", "sweeper", **SHORT_LEASE) as (worker, _):
        for attempt in (1, 2, 3):
            wait_until(
                lambda attempt=attempt: Evaluation.objects.filter(state="running", attempt=attempt).exists(),
                seconds=PATIENCE,
                what=f"attempt {attempt}",
            )
            os.kill(horse_of(worker).pid, signal.SIGKILL)
        wait_until(lambda: Evaluation.objects.filter(state="failed").exists(), seconds=PATIENCE, what="the failure")

    evaluation = submission.evaluations.get()
    submission.refresh_from_db()
    assert evaluation.failure == "broke_off"
    assert "attempt 3 of 3" in evaluation.failure_detail
    assert submission.refunded_at is not None
    assert hand_in(member, detections_csv()).quota.used == 1


def test_without_the_bell_an_upload_is_taken_and_scored_once_it_is_back(member, record_property):
    token = make_token(member.user)
    with serving(REDIS_URL="unix:///nowhere/at/all") as address:
        began = time.monotonic()
        answer = httpx.post(
            f"{address}/api/v1/competitions/chest/submissions",
            data={"track": "detection"},
            files={"file": detections_csv()},
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
        )
        waited = time.monotonic() - began
    with running("worker", "sweeper"):
        seconds = wait_until(lambda: is_scored(Evaluation.objects.get()), seconds=PATIENCE, what="the score")

    assert answer.status_code == 201, answer.text
    assert waited < 10
    record_property("upload without a bell", f"scored after {seconds:.1f} s")
