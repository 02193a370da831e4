"""Two who want the same at one instant: the second waits for the first's transaction, and decides by what that left.

The first one's transaction is this test's own, so that the second certainly comes in its middle.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, connections, transaction

from competition.errors import Conflict, Forbidden, QuotaSpent
from competition.jobs import evaluate
from competition.models import Board, Evaluation, Membership, Phase, Quota, Submission
from competition.operations.delete_person import delete_person
from competition.operations.enter import enter
from competition.operations.publish import publish, request_publication
from competition.operations.take_turn import take_turn
from tests.factory import detections_csv, hand_in, make_competition, make_member, make_user, probabilities_csv
from tests.running import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture
def member(tmp_path):
    return make_member(make_competition(tmp_path))


@contextmanager
def in_the_middle(act):
    """Begin a transaction; at its end `act`, of another thread, has come and waits for it. Yields act's outcome."""

    def alone():
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        outcome = []
        yield lambda: outcome[0].result(timeout=60)
        outcome.append(pool.submit(alone))
        wait_until(somebody_waits, what="the second one's wait")


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return cursor.fetchone()[0]


def test_of_two_uploads_with_one_key_the_second_gets_the_firsts_receipt(member):
    with in_the_middle(lambda: hand_in(member, detections_csv(), idempotency_key="once")) as second:
        first = hand_in(member, detections_csv(), idempotency_key="once")

    assert (second().submission, second().created) == (first.submission, False)
    assert Submission.objects.count() == 1


def test_of_two_files_for_two_tracks_with_one_key_the_second_is_refused(member):
    other = probabilities_csv()
    with in_the_middle(lambda: hand_in(member, other, track="classification", idempotency_key="once")) as second:
        hand_in(member, detections_csv(), idempotency_key="once")

    with pytest.raises(Conflict, match="Idempotency-Key was used"):
        second()
    assert Submission.objects.count() == 1


def test_of_two_uploads_for_the_last_place_the_second_is_refused(member):
    Phase.objects.update(daily_limit=2)
    hand_in(member, detections_csv())
    with in_the_middle(lambda: hand_in(member, detections_csv(shift=2))) as second:
        hand_in(member, detections_csv(shift=1))

    with pytest.raises(QuotaSpent):
        second()
    assert Submission.objects.count() == 2


def test_whoever_leaves_the_team_while_the_file_is_checked_hands_in_nothing(member):
    hand_in(member, detections_csv())
    with in_the_middle(lambda: hand_in(member, detections_csv(shift=1))) as upload:
        Quota.objects.select_for_update().get()
        Membership.objects.filter(pk=member.pk).delete()

    with pytest.raises(Forbidden, match=r"Enter the competition first"):
        upload()
    assert Submission.objects.count() == 1


def test_whoever_is_in_another_team_by_the_time_the_file_is_checked_hands_in_nothing(member):
    hand_in(member, detections_csv())
    other = make_member(member.competition, "bob").team
    with in_the_middle(lambda: hand_in(member, detections_csv(shift=1))) as upload:
        Quota.objects.select_for_update().get()
        Membership.objects.filter(pk=member.pk).update(team=other)

    with pytest.raises(Forbidden, match=r"no longer in this team"):
        upload()
    assert Submission.objects.count() == 1


def test_of_two_workers_that_want_the_only_one_waiting_the_second_takes_none(member):
    evaluation = hand_in(member, detections_csv()).submission.evaluations.get()
    with in_the_middle(lambda: take_turn(worker="second")) as second:
        evaluation.claim("first", 30)

    assert second() is None
    assert Evaluation.objects.get().worker == "first"


def test_a_name_that_is_forgotten_while_a_board_is_published_is_on_that_board_neither(member):
    submission = hand_in(member, detections_csv()).submission
    evaluate(submission.evaluations.get().pk, 1)
    request_publication(submission.phase, submission.track)
    with in_the_middle(lambda: delete_person(member.user, by=None)) as deleted:
        publish(submission.phase, submission.track)

    deleted()
    names = [[row["team"] for row in board.entries] for board in Board.objects.order_by("version")]
    assert names == [[f"deleted team #{member.team_id}"]] * 2


def test_of_two_teams_that_one_person_founds_at_once_the_second_is_refused(tmp_path):
    competition, ada = make_competition(tmp_path), make_user()

    def found(team):
        return enter(user=ada, competition=competition, team=team, accept_terms="1")

    with in_the_middle(lambda: found("Second")) as second:
        found("First")

    with pytest.raises(Conflict, match="entered this competition already"):
        second()
    assert Membership.objects.get().team.name == "First"
