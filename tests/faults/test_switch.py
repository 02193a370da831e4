"""The labels are corrected while many people look: each sees the old board or the new one. FAULTS=long: 1,000 files."""

import threading
import time
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import httpx
import pytest

from competition import queue
from competition.models import Evaluation, GroundTruth, Phase
from competition.operations.replace_truth import replace_truth
from tests.factory import detections_csv, hand_in, make_competition, make_member, make_user
from tests.faults.forms import times
from tests.operations.test_held_truth import corrected
from tests.running import running, serving, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
TEAMS, FILES = times(3, 40), times(4, 25)
READERS = 5
PAUSE = 0.3
"""Seconds between a reader's looks at the three forms, so that there are 50 looks a second where the machine can."""
BOARD = "/api/v1/competitions/chest/boards/detection"
LOOKS = (BOARD, f"{BOARD}?format=csv", "/competitions/chest/boards/detection/")
PATIENCE = 1500


@dataclass(frozen=True)
class Look:
    """One answer: when it was asked for and was there (seconds), and the version that its header names, if any."""

    asked: float
    answered: float
    status: int
    version: str | None
    body: bytes


class Reader(threading.Thread):
    """Looks at a board in its three forms, again and again, over one connection."""

    def __init__(self, address):
        super().__init__(daemon=True)
        self.over = threading.Event()
        self.looks = defaultdict(list)
        self._address = address

    def run(self):
        with httpx.Client(base_url=self._address, timeout=60) as client:
            while not self.over.wait(PAUSE):
                for path in LOOKS:
                    asked = time.monotonic()
                    answer = client.get(path)
                    version = answer.headers.get("X-Board-Version")
                    self.looks[path].append(Look(asked, time.monotonic(), answer.status_code, version, answer.content))


@contextmanager
def reading(address):
    """Readers who look for as long as the block takes."""
    readers = [Reader(address) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        yield readers
    finally:
        for reader in readers:
            reader.over.set()
        for reader in readers:
            reader.join(60)


def partly_right(number, score):
    """By the old labels in the more rows the larger the number is, by the corrected ones in the others."""
    old, new = (detections_csv(shift=shift, score=score).splitlines() for shift in (0.0, 150.0))
    rows = 1 + number * (len(old) - 1) // TEAMS
    return b"\n".join(old[:rows] + new[rows:])


def scored(number):
    return lambda: Evaluation.objects.filter(state="done").count() == number


@pytest.fixture
def looks(static_files, tmp_path, record_property):
    """What was seen from before the correction until a while after it, by path."""
    queue.connection().flushall()
    competition = make_competition(tmp_path)
    Phase.objects.update(daily_limit=1000, total_limit=1000)
    for team in range(TEAMS):
        member = make_member(competition, f"team{team}")
        for file in range(FILES):
            hand_in(member, partly_right(team, 0.1 + 0.01 * file))
    with ExitStack() as stack:
        stack.enter_context(running("worker", "sweeper"))
        address = stack.enter_context(serving())
        wait_until(scored(TEAMS * FILES), seconds=PATIENCE, what="the first scores")
        in_force = GroundTruth.objects.get(state="active").pk
        wait_until(lambda: all_are_counted(address), seconds=60, what="the board of all files")
        readers = stack.enter_context(reading(address))
        began = time.monotonic()
        time.sleep(1)
        replace_truth(
            competition=competition, files=corrected(), confirm="chest", reason="moved", organizer=make_user("olga")
        )
        wait_until(GroundTruth.objects.exclude(pk=in_force).filter(state="active").exists, seconds=PATIENCE)
        time.sleep(1)
        took = time.monotonic() - began
    seen = {
        path: sorted((x for reader in readers for x in reader.looks[path]), key=lambda x: x.asked) for path in LOOKS
    }
    record_property("files scored again, looks, looks a second", (TEAMS * FILES, *rate(seen, took)))
    return seen


def ranked(scores):
    """1 and up without a gap but where scores are the same, which share the first of their places."""
    return [1 + sum(other > score for other in scores) for score in scores]


def rank_of(team, board):
    return next(entry["rank"] for entry in board["entries"] if entry["team"] == team)


def all_are_counted(address):
    return sum(entry["submissions"] for entry in httpx.get(address + BOARD).json()["entries"]) == TEAMS * FILES


def rate(seen, took):
    number = sum(len(looks) for looks in seen.values())
    return number, round(number / took)


def test_while_all_is_scored_against_other_labels_each_look_is_wholly_of_the_old_board_or_of_the_new(looks):
    for path, seen in looks.items():
        assert {look.status for look in seen} == {200}, path
        old, new = seen[0].body, seen[-1].body
        assert old != new
        assert {look.body for look in seen} == {old, new}, path
        of_version = {(look.version, look.body) for look in seen}
        assert len(of_version) == 2, path
        first_of_new = min(look.answered for look in seen if look.body == new)
        assert [look for look in seen if look.asked > first_of_new and look.body == old] == [], path

    old, new = (httpx.Response(200, content=looks[BOARD][place].body).json() for place in (0, -1))
    assert int(new["version"]) == int(old["version"]) + 1
    for board in (old, new):
        assert len({entry["team"] for entry in board["entries"]}) == TEAMS
        assert [entry["rank"] for entry in board["entries"]] == ranked([entry["score"] for entry in board["entries"]])
    assert rank_of("Team team0", new) == 1 < rank_of("Team team0", old)
