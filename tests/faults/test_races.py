"""Many at once, against the real web process."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from competition.jobs import evaluate
from competition.models import Board, Evaluation, Score, Submission
from competition.operations.sweep import sweep
from tests.factory import detections_csv, hand_in, make_competition, make_member, make_token
from tests.running import serving

pytestmark = pytest.mark.django_db(transaction=True)
PARALLEL = 100


def in_parallel(call, times=PARALLEL):
    with ThreadPoolExecutor(max_workers=times) as pool:
        return list(pool.map(call, range(times)))


def upload(address, token, **headers):
    return httpx.post(
        f"{address}/api/v1/competitions/chest/submissions",
        data={"track": "detection"},
        files={"file": ("mine.csv", detections_csv())},
        headers={"Authorization": f"Bearer {token}", **headers},
        timeout=60,
    )


def test_a_hundred_parallel_uploads_give_exactly_the_limit(tmp_path):
    member = make_member(make_competition(tmp_path))
    tokens = [make_token(member.user) for _ in range(2)]
    with serving() as address:
        answers = in_parallel(lambda index: upload(address, tokens[index % 2]))

    codes = [answer.status_code for answer in answers]
    assert (codes.count(201), codes.count(429)) == (5, 95)
    assert all("Retry-After" in answer.headers for answer in answers if answer.status_code == 429)
    assert Submission.objects.count() == 5


def test_a_key_that_is_sent_a_hundred_times_at_once_is_one_submission(tmp_path):
    member = make_member(make_competition(tmp_path))
    token = make_token(member.user)
    with serving() as address:
        answers = in_parallel(lambda _: upload(address, token, **{"Idempotency-Key": "once"}))

    assert sorted({answer.status_code for answer in answers}) == [200, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Submission.objects.count() == 1


def test_refused_uploads_of_some_size_hear_why(tmp_path):
    make_competition(tmp_path)
    big = {"file": ("big.csv", b"x" * 8_000_000)}
    with serving() as address:
        answers = [
            httpx.post(f"{address}/api/v1/competitions/chest/submissions", files=big, timeout=60) for _ in range(5)
        ]

    assert [answer.status_code for answer in answers] == [401] * 5


def test_duplicate_deliveries_make_one_result(tmp_path):
    evaluation = hand_in(make_member(make_competition(tmp_path)), detections_csv()).submission.evaluations.get()
    for _ in range(50):
        evaluate(evaluation.pk, 1)
    sweep()

    assert Evaluation.objects.get().state == "done"
    assert Score.objects.count() == 1
    assert Board.objects.order_by("version").last().entries[0]["submissions"] == 1
