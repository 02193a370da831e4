"""Limits to the letter, over midnight. Uploads around a close are in `test_deadline.py`."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from competition.clock import database_now
from competition.models import Submission
from competition.operations.enter import enter
from competition.operations.move_clock import move_clock
from tests.factory import detections_csv, make_competition, make_member, make_token, make_user
from tests.running import serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def client(django_db_setup):
    with serving() as address, httpx.Client(base_url=address, timeout=120, limits=httpx.Limits()) as client:
        yield client


def upload(client, token):
    return client.post(
        "/api/v1/competitions/chest/submissions",
        data={"track": "detection"},
        files={"file": ("mine.csv", detections_csv())},
        headers={"Authorization": f"Bearer {token}"},
    )


def tokens_of_two_members(competition, name):
    first = make_member(competition, name)
    second = enter(
        user=make_user(f"{name}-2"), competition=competition, invitation=first.team.invitation, accept_terms="1"
    )
    return [make_token(member.user) for member in (first, second) for _ in range(3)]


def at_instants(act, instants):
    """Call act(number, instant) at each instant (seconds of the machine's clock), however many are under way."""

    def one(number):
        time.sleep(max(0.0, instants[number] - time.time()))
        return act(number)

    with ThreadPoolExecutor(len(instants)) as pool:
        return list(pool.map(one, range(len(instants))))


def test_over_midnight_a_hundred_uploads_of_two_members_give_exactly_the_limit_on_each_side(client, tmp_path):
    competition = make_competition(tmp_path, rehearsal=True)
    tokens = tokens_of_two_members(competition, "ada")
    tomorrow = datetime.combine(database_now().date() + timedelta(days=1), datetime.min.time(), tzinfo=UTC)
    move_clock(competition, organizer=None, to=tomorrow - timedelta(seconds=5))
    midnight = time.time() + 5
    instants = [midnight + 0.1 * (number - 40) for number in range(100)]
    answers = at_instants(lambda number: upload(client, tokens[number % 6]), instants)

    received = Counter(submission.received_at.date() for submission in Submission.objects.all())
    assert received == {tomorrow.date() - timedelta(days=1): 5, tomorrow.date(): 5}
    assert Counter(answer.status_code for answer in answers) == {201: 10, 429: 90}
    assert all("Retry-After" in answer.headers for answer in answers if answer.status_code == 429)
