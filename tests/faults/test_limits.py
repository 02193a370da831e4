"""Limits and deadlines to the letter: many uploads at once, over midnight, and around the close."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random

import httpx
import pytest
from django.db.models import F

from competition.clock import database_now
from competition.models import Submission
from competition.operations.enter import enter
from competition.operations.move_clock import move_clock
from tests.factory import description, detections_csv, make_competition, make_member, make_token, make_user
from tests.faults.forms import times
from tests.running import serving

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 25


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


def test_around_the_close_no_upload_is_misjudged_by_its_own_receipt(client, tmp_path, record_property):
    phase = {**description()["phases"][0], "daily_limit": 100_000, "total_limit": 100_000}
    competition = make_competition(tmp_path, phases=[phase])
    tokens = [make_token(make_member(competition, f"team{number}").user) for number in range(4)]
    rng, seen = Random(16), Counter()
    lead = seconds_for(AT_ONCE, lambda number: upload(client, tokens[number % 4]))
    before = Submission.objects.count()
    for _ in range(times(4, 40)):
        closes_at = database_now() + timedelta(seconds=lead + 0.5)
        competition.phases.update(closes_at=closes_at)

        def one(number, closes_at=closes_at):
            began = time.time()
            answer = upload(client, tokens[number % 4])
            return began - closes_at.timestamp(), answer, time.time() - closes_at.timestamp()

        aims = [closes_at.timestamp() + rng.uniform(-lead, max(0.1, lead / 2)) for _ in range(AT_ONCE)]
        for began, answer, ended in at_instants(one, aims):
            seen[judged(began, answer, ended, closes_at)] += 1

    taken = Submission.objects.filter(phase__competition=competition)
    assert set(seen) <= {"taken", "refused"}, seen
    assert sum(seen.values()) == times(100, 1000)
    assert taken.count() == before + seen["taken"]
    assert seen["taken"] > 0
    assert seen["refused"] > 0
    assert not taken.filter(received_at__gte=F("phase__closes_at")).exists()
    record_property("uploads around the close", f"{seen['taken']} taken, {seen['refused']} refused, 0 misjudged")


def seconds_for(number, act):
    """How long so many at once take this machine: sent over that time, they don't queue up until after the close."""
    began = time.monotonic()
    at_instants(act, [0.0] * number)
    return time.monotonic() - began


def judged(began, answer, ended, closes_at):
    """Whether what was answered is right by the receipt, and by the sender's own watch (seconds from the close)."""
    if answer.status_code == 201:
        received = datetime.fromisoformat(answer.json()["received_at"])
        return "taken" if received < closes_at and began < 0 else f"taken at {received}, sent {began:+.3f} s"
    if answer.status_code == 403 and answer.json()["code"] == "phase_closed":
        return "refused" if ended >= 0 else f"refused {ended:+.3f} s before the close"
    return f"{answer.status_code} {answer.text[:200]}"
