"""Many at once, against the real web process."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import Random

import httpx
import pytest
from django.db import connections
from django.utils.module_loading import import_string

from competition import queue
from competition.models import Board, Evaluation, Score, Submission
from competition.operations.sweep import sweep
from tests.factory import detections_csv, hand_in, make_competition, make_member, make_token
from tests.faults.forms import times
from tests.faults.test_limits import tokens_of_two_members
from tests.running import serving, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
PARALLEL = 100


def in_parallel(call, number=PARALLEL):
    with ThreadPoolExecutor(max_workers=PARALLEL) as pool:
        return list(pool.map(call, range(number)))


@contextmanager
def client():
    """One for all threads: it keeps a connection for each."""
    with serving() as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def upload(client, token, **headers):
    return client.post(
        "/api/v1/competitions/chest/submissions",
        data={"track": "detection"},
        files={"file": ("mine.csv", detections_csv())},
        headers={"Authorization": f"Bearer {token}", **headers},
    )


def test_a_hundred_parallel_uploads_give_exactly_the_limit(tmp_path, record_property):
    competition = make_competition(tmp_path)
    with client() as web:
        for run in range(times(1, 20)):
            tokens = tokens_of_two_members(competition, f"ada{run}")
            answers = in_parallel(lambda index, tokens=tokens: upload(web, tokens[index % 6]))

            codes = [answer.status_code for answer in answers]
            assert (codes.count(201), codes.count(429)) == (5, 95)
            assert all("Retry-After" in answer.headers for answer in answers if answer.status_code == 429)
            assert Submission.objects.count() == 5 * (run + 1)
    runs = times(1, 20)
    record_property("a hundred at once, limit 5", f"{runs} times: {5 * runs} taken, {95 * runs} refused")


def test_a_key_that_is_sent_a_hundred_times_at_once_is_one_submission(tmp_path, record_property):
    member = make_member(make_competition(tmp_path))
    token = make_token(member.user)
    with client() as web:
        answers = in_parallel(lambda _: upload(web, token, **{"Idempotency-Key": "once"}), times(100, 1000))

    assert sorted({answer.status_code for answer in answers}) == [200, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Submission.objects.count() == 1
    record_property("one key", f"sent {len(answers)} times at once, 1 submission")


def test_refused_uploads_of_some_size_hear_why(tmp_path):
    make_competition(tmp_path)
    big = {"file": ("big.csv", b"x" * 8_000_000)}
    with serving() as address:
        answers = [
            httpx.post(f"{address}/api/v1/competitions/chest/submissions", files=big, timeout=60) for _ in range(5)
        ]

    assert [answer.status_code for answer in answers] == [401] * 5


def test_duplicate_deliveries_make_one_result(tmp_path, caplog, record_property):
    member = make_member(make_competition(tmp_path))
    evaluations = [hand_in(member, detections_csv(shift=shift)).submission.evaluations.get() for shift in range(5)]
    deliveries = [evaluation.pk for evaluation in evaluations] * times(60, 2000)
    Random(3).shuffle(deliveries)
    deliver = import_string(queue.EVALUATE)

    def deliver_all(pks):
        for pk in pks:
            deliver(pk, 1)
        connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(deliver_all, (deliveries[start::8] for start in range(8))))
    wait_for_the_next_board(member.competition)
    sweep()

    assert [line.getMessage() for line in caplog.records if line.levelname == "ERROR"] == []
    assert set(Evaluation.objects.values_list("state", "attempt")) == {("done", 1)}
    assert Score.objects.count() == Evaluation.objects.count() == 5
    assert Board.objects.order_by("version").last().entries[0]["submissions"] == 5
    record_property("deliveries from eight threads for five submissions", f"{len(deliveries)}, 5 results")


def wait_for_the_next_board(competition):
    """Boards are a second apart at least."""
    latest = Board.objects.order_by("version").last()
    wait_until(lambda: (competition.now() - latest.published_at).total_seconds() > 1)
