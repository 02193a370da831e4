"""Uploads whose last byte comes within a tenth of a second of a phase's close, each judged by its own receipt.

All but the last bytes are there before, so that the instant that counts is the one that is aimed at, however busy the
machine is. FAULTS=long sends 1,000, eight to each of 125 closes.
"""

import json
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from random import Random
from urllib.parse import urlsplit

import pytest
from django.db.models import F

from competition.clock import database_now
from competition.models import Submission
from tests.factory import description, detections_csv, make_competition, make_member, make_token
from tests.faults.forms import times
from tests.running import serving

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8
"""As many as the web process reads at the same time."""
AROUND = 0.1
HEAD = b'--b\r\nContent-Disposition: form-data; name="track"\r\n\r\ndetection\r\n'
HEAD += b'--b\r\nContent-Disposition: form-data; name="file"; filename="mine.csv"\r\n\r\n'
FORM = HEAD + detections_csv() + b"\r\n--b--\r\n"


class Sender:
    """An upload that waits for its last bytes."""

    def __init__(self, address, token):
        place = urlsplit(address)
        self._socket = socket.create_connection((place.hostname, place.port), timeout=120)
        self._socket.sendall(
            f"POST /api/v1/competitions/chest/submissions HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            f"Authorization: Bearer {token}\r\nContent-Type: multipart/form-data; boundary=b\r\n"
            f"Content-Length: {len(FORM)}\r\n\r\n".encode()
            + FORM[:-6]
        )

    def finish(self, instant, closes_at):
        """Seconds from the close when the last bytes went and when the answer was there, the status and the words."""
        time.sleep(max(0.0, instant - time.time()))
        began = time.time() - closes_at
        self._socket.sendall(FORM[-6:])
        received = b""
        while data := self._socket.recv(65536):
            received += data
        ended = time.time() - closes_at
        self._socket.close()
        head, _, body = received.partition(b"\r\n\r\n")
        return began, ended, int(head.split()[1]), json.loads(body)


def judged(began, ended, status, words, closes_at):
    """What the answer was, if it is right by the receipt and by the sender's own watch."""
    if status == 201:
        received = (datetime.fromisoformat(words["received_at"]) - closes_at).total_seconds()
        right = began <= received < 0 and received <= ended
        return "taken" if right else f"taken {received:+.6f} s from the close, sent {began:+.6f} s from it"
    if status == 403 and words["code"] == "phase_closed":
        return "refused" if ended >= 0 else f"refused {ended:+.6f} s before the close"
    return f"{status} {words}"


def test_uploads_within_a_tenth_of_a_second_of_the_close_are_all_judged_rightly(tmp_path, record_property):
    phase = {**description()["phases"][0], "daily_limit": 100_000, "total_limit": 100_000}
    competition = make_competition(tmp_path, phases=[phase])
    tokens = [make_token(make_member(competition, f"team{number}").user) for number in range(4)]
    rng, seen, near = Random(16), Counter(), 0
    with serving() as address, ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(times(6, 125)):
            competition.phases.update(closes_at=database_now() + timedelta(seconds=3600))
            senders = [Sender(address, tokens[number % 4]) for number in range(AT_ONCE)]
            time.sleep(0.5)  # so that all heads are read
            closes_at = database_now() + timedelta(seconds=0.5)
            competition.phases.update(closes_at=closes_at)
            at = closes_at.timestamp()
            answers = pool.map(lambda one, at=at: one.finish(at + rng.uniform(-AROUND, AROUND), at), senders)
            for began, ended, status, words in answers:
                near += abs(began) <= 1.1 * AROUND
                seen[judged(began, ended, status, words, closes_at)] += 1
            taken = Submission.objects.filter(received_at__gte=closes_at - timedelta(seconds=60))
            assert not taken.filter(received_at__gte=F("phase__closes_at")).exists()

    assert set(seen) <= {"taken", "refused"}, seen
    assert sum(seen.values()) == times(48, 1000)
    assert Submission.objects.count() == seen["taken"] > 0
    assert seen["refused"] > 0
    record_property(
        "uploads around the close",
        f"{seen['taken']} taken, {seen['refused']} refused, 0 misjudged; {near} sent within 0.1 s of it",
    )
