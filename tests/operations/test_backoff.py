"""What fails again and again is met more and more seldom; what lacks an evaluation gets one."""

import threading
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from competition import queue
from competition.errors import Conflict
from competition.jobs import evaluate
from competition.lifecycle import TruthState
from competition.models import Competition, Evaluation, GroundTruth, Phase, RetryRequest, Submission
from competition.operations import sweep as sweeping
from competition.operations.backoff import Backoff
from competition.operations.begin_missing import begin_missing
from competition.operations.give_up import fail
from competition.operations.retry import retry
from competition.operations.stage import rescore
from tests.factory import detections_csv, hand_in, make_competition, make_member, make_user


class Clock:
    """Goes when it is told to."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    for name in ("_faults", "_rings", "_looks"):
        monkeypatch.setattr(sweeping, name, Backoff(clock))
    return clock


def rounds_of_two_minutes(clock):
    """Twice a second, as the sweeper sweeps."""
    for _ in range(240):
        clock.now += 0.5
        sweeping.sweep()


def test_a_final_board_that_can_not_be_published_yet_is_tried_with_growing_pauses(
    competition, member, clock, monkeypatch, caplog
):
    caplog.set_level("INFO")
    Phase.objects.update(
        opens_at="2020-01-01T00:00Z",
        closes_at="2020-01-02T00:00Z",
        publishes_itself=True,
        picks_frozen_at="2020-01-02T00:01Z",
    )
    tries = []

    def refuse(phase, *, organizer):
        tries.append(clock.now)
        raise Conflict("not_all_scored", "Submissions of this phase are still being scored.")

    monkeypatch.setattr(sweeping, "reveal", refuse)
    rounds_of_two_minutes(clock)

    assert 6 <= len(tries) <= 9
    pauses = [after - before for before, after in pairwise(tries)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == 30
    assert caplog.text.count("still being scored") == len(tries)
    assert "Traceback" not in caplog.text


def test_an_evaluation_that_no_worker_ever_claims_is_rung_for_with_growing_pauses(member, clock, monkeypatch):
    hand_in(member, detections_csv())
    Evaluation.objects.update(waiting_since=Now() - timedelta(minutes=1))
    rings = []
    monkeypatch.setattr(queue, "lost", lambda waiting, of: waiting)
    monkeypatch.setattr(queue, "ring_again", lambda *pair: bool(rings.append(clock.now)) or True)

    rounds_of_two_minutes(clock)
    Evaluation.objects.update(attempt=2, waiting_since=Now() - timedelta(minutes=1))
    sweeping.ring_for_lost()

    assert rings[0] == 0.5
    assert 7 <= len(rings) <= 10
    assert rings[-1] == clock.now


@pytest.mark.parametrize("hold", [True, False])
def test_a_failure_that_counts_again_while_the_next_version_is_prepared_does_not_wait_for_ever(
    competition, member, score_all, clock, hold
):
    submission = hand_in(member, detections_csv()).submission
    evaluation = submission.evaluations.get()
    evaluation.claim("worker", 30)
    fail(evaluation, "lease_expired", "The worker went away.")
    retry(submission, organizer=make_user("olga"))
    truth = rescore(competition, reason="errata", by=None, hold=hold)
    sweeping.sweep()
    score_all()
    GroundTruth.objects.filter(pk=truth.pk).update(held=False)
    for _ in range(2):
        clock.now += 60
        sweeping.sweep()
    score_all()

    assert not RetryRequest.objects.exists()
    assert GroundTruth.objects.active().get() == truth
    assert submission.evaluations.get(ground_truth=truth).state == "done"
    assert begin_missing() == 0


def test_what_was_refunded_and_what_has_no_labels_here_gets_none(competition, member):
    submission = hand_in(member, detections_csv()).submission
    submission.evaluations.all().delete()
    GroundTruth.objects.update(absent=True)
    absent = begin_missing()
    GroundTruth.objects.update(absent=False)
    Submission.objects.update(refunded_at=Now())

    assert (absent, begin_missing()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_uploads_while_versions_take_over_all_end_with_an_evaluation_against_the_one_in_force(tmp_path):
    competition = make_competition(tmp_path)
    members = [make_member(competition, name) for name in ("ada", "bob", "eve")]
    over = threading.Event()

    def upload(member):
        for shift in range(4):
            hand_in(member, detections_csv(shift=shift))
        connection.close()

    def take_over():
        while not over.is_set():
            rescore(Competition.objects.get(), reason="again", by=None)
            with transaction.atomic():
                # As if a worker had scored all that there is: only the books matter here.
                Competition.objects.select_for_update(no_key=True).get()
                staged = GroundTruth.objects.get(state=TruthState.STAGED)
                for active in GroundTruth.objects.active():
                    active.move_to(TruthState.RETIRED)
                staged.move_to(TruthState.ACTIVE)
        connection.close()

    switching = threading.Thread(target=take_over)
    uploading = [threading.Thread(target=upload, args=(member,)) for member in members]
    hand_in(members[0], detections_csv())
    for thread in (switching, *uploading):
        thread.start()
    for thread in uploading:
        thread.join()
    over.set()
    switching.join()

    assert GroundTruth.objects.count() > 2
    assert Evaluation.objects.current().count() == Submission.objects.count() == 13
    evaluate(Evaluation.objects.current().first().pk, 1)
