"""The web process is killed at chosen points between the first byte of a file and the receipt.

The points are held open from outside: by triggers that only this test's database has, and by a bell that is made to
wait. The server knows nothing of it.
"""

import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import httpx
import psutil
import psycopg
import pytest

from competition import queue
from competition.models import Evaluation, Score, Submission
from tests.api.test_upload import stored_files
from tests.factory import description, detections_csv, make_competition, make_member, make_token
from tests.running import environment_of_tests, running, serving, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 120
GATE = 714
TEAMS = ("ada", "bob", "cy")
WAIT = f"BEGIN PERFORM pg_advisory_xact_lock_shared({GATE}); RETURN NEW; END"
AT = {
    "file kept, books not written": "CREATE TRIGGER gate BEFORE INSERT",
    "in the commit": "CREATE CONSTRAINT TRIGGER gate AFTER INSERT",
}
DEFERRED = {"in the commit": "DEFERRABLE INITIALLY DEFERRED"}


@contextmanager
def gate(point: str) -> Iterator[None]:
    """Whoever comes to that point of booking a submission waits there until the block ends."""
    with psycopg.connect(environment_of_tests()["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $${WAIT}$$")
        words = f"{AT[point]} ON competition_submission {DEFERRED.get(point, '')}"
        connection.execute(f"{words} FOR EACH ROW EXECUTE FUNCTION wait_at_gate()")
        connection.execute(f"SELECT pg_advisory_lock({GATE})")
        try:
            yield
        finally:
            connection.execute(f"SELECT pg_advisory_unlock({GATE})")
            connection.execute("DROP FUNCTION wait_at_gate CASCADE")


def waiting_at_gate() -> int:
    with psycopg.connect(environment_of_tests()["DATABASE_URL"]) as connection:
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"
        return connection.execute(waiting, [GATE]).fetchone()[0]


@contextmanager
def hung_bell() -> Iterator[None]:
    """Nothing can be put into the queue: the server of it takes the command and does not answer."""
    bell = queue.connection()
    bell.client_pause(60_000, all=False)
    try:
        yield
    finally:
        bell.client_unpause()


class Web:
    """The teams' uploads to a web process whose workers are killed; its master starts new ones."""

    def __init__(self, address: str, tokens: dict[str, str]) -> None:
        self.address, self.tokens = address, tokens
        self._pool = ThreadPoolExecutor(len(tokens))

    def upload(self, team: str, key: str) -> int | None:
        """The status; None where the connection breaks."""
        with suppress(httpx.TransportError):
            answer = httpx.post(
                f"{self.address}/api/v1/competitions/chest/submissions",
                data={"track": "detection"},
                files={"file": detections_csv()},
                headers={"Authorization": f"Bearer {self.tokens[team]}", "Idempotency-Key": key},
                timeout=60,
            )
            return answer.status_code
        return None

    def begin(self, key: str) -> list[Future[int | None]]:
        """All teams send at once."""
        return [self._pool.submit(self.upload, team, key) for team in self.tokens]

    def kill(self) -> None:
        """All that answers requests, with signal 9."""
        masters = [child for child in psutil.Process().children() if "gunicorn" in " ".join(child.cmdline())]
        for worker in [worker for master in masters for worker in master.children()]:
            os.kill(worker.pid, signal.SIGKILL)

    def send_again(self, first: list[int | None], key: str) -> list[int | None]:
        """Who has no receipt sends the same again with the same key, until there is one."""
        return [
            status if status == 201 else self._until_it_is_in(team, key)
            for status, team in zip(first, self.tokens, strict=True)
        ]

    def _until_it_is_in(self, team: str, key: str) -> int | None:
        deadline = time.monotonic() + PATIENCE
        while (status := self.upload(team, key)) in (None, 503) and time.monotonic() < deadline:
            time.sleep(0.1)
        return status

    def begin_and_stop_in_the_middle(self, key: str) -> list[socket.socket]:
        """All teams send the first part of a file and keep the connection."""
        place = urlsplit(self.address)
        connections = []
        for token in self.tokens.values():
            connection = socket.create_connection((place.hostname, place.port), timeout=60)
            connection.sendall(
                f"POST /api/v1/competitions/chest/submissions HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                f"Authorization: Bearer {token}\r\nIdempotency-Key: {key}\r\nContent-Length: 900000\r\n"
                "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
                '--b\r\nContent-Disposition: form-data; name="track"\r\n\r\ndetection\r\n'
                '--b\r\nContent-Disposition: form-data; name="file"; filename="mine.csv"\r\n\r\n'.encode()
            )
            connection.sendall(detections_csv() + b"\n" * 600_000)
            connections.append(connection)
        return connections


def test_of_what_a_killed_web_process_had_in_hand_nothing_is_lost_and_nothing_is_twice(
    tmp_path, settings, record_property
):
    queue.connection().flushall()
    competition = make_competition(tmp_path, phases=[{**description()["phases"][0], "daily_limit": 50}])
    tokens = {name: make_token(make_member(competition, name).user) for name in TEAMS}
    told = {}
    with serving() as address:
        web = Web(address, tokens)

        before = stored_files(settings)
        connections = web.begin_and_stop_in_the_middle("file half sent")
        wait_until(lambda: len(stored_files(settings) - before) == 3, what="the beginning of the files")
        web.kill()
        told["file half sent"] = web.send_again([None] * 3, "file half sent")
        for connection in connections:
            connection.close()

        for point in AT:
            with gate(point):
                sent = web.begin(point)
                wait_until(lambda: waiting_at_gate() == 3, what=point)
                web.kill()
                first = [future.result() for future in sent]
            wait_until(lambda: waiting_at_gate() == 0, what="the end of the sessions")
            told[point] = first + web.send_again(first, point)

        with hung_bell():
            sent = web.begin("not rung yet")
            wait_until(lambda: Submission.objects.filter(idempotency_key="not rung yet").count() == 3, what="commit")
            web.kill()
            first = [future.result() for future in sent]
        told["not rung yet"] = first + web.send_again(first, "not rung yet")

        sent = web.begin("just rung")
        wait_until(lambda: any(rung(one) for one in Evaluation.objects.all()), what="a ring")
        web.kill()
        first = [future.result() for future in sent]
        in_the_end = web.send_again(first, "just rung")

        with hung_bell():
            began = time.monotonic()
            told["bell hangs"] = [future.result() for future in web.begin("bell hangs")]
            waited = time.monotonic() - began
        with running("worker", "sweeper"):
            seconds = wait_until(
                lambda: Evaluation.objects.filter(counted_at__isnull=False).count() == 18, seconds=PATIENCE, what="all"
            )

    record_property("killed at five points", f"15 of 15 scored, {seconds:.1f} s after the worker's start")
    record_property("upload with a bell that hangs", f"{waited:.1f} s")
    assert told == {
        "file half sent": [201] * 3,
        "file kept, books not written": [None] * 3 + [201] * 3,
        "in the commit": [None] * 3 + [200] * 3,
        "not rung yet": [None] * 3 + [200] * 3,
        "bell hangs": [201] * 3,
    }
    assert set(in_the_end) <= {200, 201}
    assert waited < 20
    assert Submission.objects.count() == Score.objects.count() == 18


def rung(evaluation: Evaluation) -> bool:
    """Whether the queue knows of one that was sent to be just rung for."""
    is_last = evaluation.submission.idempotency_key == "just rung"
    return is_last and queue.bell().fetch_job(queue.job_id(evaluation.pk, 1)) is not None
