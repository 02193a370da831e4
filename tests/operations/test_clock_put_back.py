"""The database's clock was an hour ahead and has been put right: nothing waits until it is that late again."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from competition import queue
from competition.jobs import evaluate
from competition.models import Board, Evaluation
from competition.operations.sweep import publish_ready, reopen_expired, ring_for_lost
from tests.factory import detections_csv, hand_in, make_competition, make_member
from tests.tampering import as_owner

pytestmark = pytest.mark.django_db(transaction=True)
AN_HOUR_AHEAD = Now() + timedelta(hours=1)


@pytest.fixture
def member(tmp_path):
    queue.connection().flushall()
    return make_member(make_competition(tmp_path))


@pytest.fixture
def evaluation(member):
    return hand_in(member, detections_csv()).submission.evaluations.get()


def test_a_lease_that_was_given_an_hour_ahead_and_is_kept_by_nobody_is_over(evaluation):
    evaluation.claim("a worker that has died", 30)
    Evaluation.objects.update(lease_until=AN_HOUR_AHEAD)
    reopen_expired()

    evaluation.refresh_from_db()
    assert (evaluation.state, evaluation.attempt) == ("waiting", 2)


def test_a_lease_of_the_present_is_not_over(evaluation):
    evaluation.claim("a worker", 30)
    reopen_expired()

    evaluation.refresh_from_db()
    assert (evaluation.state, evaluation.attempt) == ("running", 1)


def test_what_waits_since_an_hour_ahead_and_was_lost_is_rung_for(evaluation):
    queue.connection().flushall()
    Evaluation.objects.update(waiting_since=AN_HOUR_AHEAD)
    ring_for_lost()

    assert queue.bell().get_job_ids() == [queue.job_id(evaluation.pk, 1)]


def test_a_board_follows_one_that_was_published_an_hour_ahead(member, evaluation):
    evaluate(evaluation.pk, 1)
    as_owner("competition_board", "published_at = published_at + interval '1 hour'")
    second = hand_in(member, detections_csv(shift=2)).submission.evaluations.get()
    evaluate(second.pk, 1)
    publish_ready()

    assert Board.objects.count() == 2
    second.refresh_from_db()
    assert second.counted_at is not None
