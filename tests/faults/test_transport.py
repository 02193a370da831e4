"""Uploads as they come over a real connection: in chunks, packed, cut off, slow, lying about their length."""

import gzip
import json
import socket
import time
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from competition.models import Submission
from tests.api.test_upload import stored_files
from tests.factory import detections_csv, make_competition, make_member, make_token
from tests.running import serving, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = b'--b\r\nContent-Disposition: form-data; name="track"\r\n\r\ndetection\r\n'
HEAD += b'--b\r\nContent-Disposition: form-data; name="file"; filename="mine.csv"\r\n\r\n'
FORM = HEAD + detections_csv() + b"\r\n--b--\r\n"


class Wire:
    """A connection on which anything can be sent."""

    def __init__(self, address, token):
        self.token = token
        self.socket = socket.create_connection((urlsplit(address).hostname, urlsplit(address).port), timeout=30)

    def send(self, body, *headers):
        words = [
            "POST /api/v1/competitions/chest/submissions HTTP/1.1",
            "Host: 127.0.0.1",
            f"Authorization: Bearer {self.token}",
            "Content-Type: multipart/form-data; boundary=b",
            *headers,
        ]
        self.socket.sendall(("\r\n".join(words) + "\r\n\r\n").encode() + body)

    def answer(self):
        """The status and the JSON."""
        self.socket.shutdown(socket.SHUT_WR)
        received = b""
        while data := self.socket.recv(65536):
            received += data
        self.socket.close()
        head, _, body = received.partition(b"\r\n\r\n")
        return int(head.split()[1]), json.loads(body) if body else None


def in_chunks(body, size=1000):
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def test_what_comes_in_any_other_way_is_taken_or_refused_and_leaves_nothing(tmp_path, settings):
    token = make_token(make_member(make_competition(tmp_path)).user)
    before = stored_files(settings)
    length = f"Content-Length: {len(FORM)}"
    with serving() as address:

        def send(body, *headers):
            wire = Wire(address, token)
            wire.send(body, *headers, "Connection: close")
            return wire.answer()

        whole, _ = send(FORM, length)
        chunked, receipt = send(in_chunks(FORM), "Transfer-Encoding: chunked")
        assert (whole, chunked) == (201, 201)
        assert receipt["sha256"] == Submission.objects.order_by("received_at").first().sha256
        kept = stored_files(settings)
        assert len(kept - before) == 2

        refused = {
            "chunks cut off": send(in_chunks(FORM)[:2000], "Transfer-Encoding: chunked"),
            "chunks without their end": send(in_chunks(FORM)[:-5], "Transfer-Encoding: chunked"),
            "chunks of nonsense": send(b"zz\r\n", "Transfer-Encoding: chunked"),
            "length too long": send(FORM, f"Content-Length: {len(FORM) + 100}"),
            "length too short": send(FORM[:-40], f"Content-Length: {len(FORM) - 40}"),
            "no body": send(b"", "Content-Length: 0"),
            "neither": send(b""),
            "packed": send(
                gzip.compress(FORM), f"Content-Length: {len(gzip.compress(FORM))}", "Content-Encoding: gzip"
            ),
        }
        statuses = {name: status for name, (status, _) in refused.items()}
        assert statuses == dict.fromkeys(statuses, 400) | {"packed": 415}
        assert {body["status"] for _, body in refused.values() if body} == {400, 415}

        slow = Wire(address, token)
        slow.send(FORM[:-10] + b"\n" * 600_000, "Content-Length: 900000")
        wait_until(lambda: stored_files(settings) > kept, what="the beginning of the file")
        slow.socket.close()
        wait_until(lambda: stored_files(settings) == kept, what="the end of what was cut off")

    assert Submission.objects.count() == 2


def test_refusals_of_large_bodies_arrive_and_take_no_memory(tmp_path, settings):
    token = make_token(make_member(make_competition(tmp_path)).user)
    before = stored_files(settings)
    limit = 64 * 1024 * 1024
    headers = {"Authorization": f"Bearer {token}"}

    def rows():
        row = detections_csv().splitlines(keepends=True)
        yield row[0]
        for _ in range(130):
            yield row[1].replace(b"0.9", b"9.9") * 10_000

    with serving() as address:
        upload = f"{address}/api/v1/competitions/chest/submissions"

        def post(content):
            return httpx.post(
                upload, data={"track": "detection"}, files={"file": content}, headers=headers, timeout=120
            )

        webs = psutil.Process().children(recursive=True)
        over = post(b"x" * (limit + 1))
        exactly = post(b"x" * limit)
        began = time.monotonic()
        faulty = post(b"".join(rows())[:limit])
        seconds = time.monotonic() - began
        largest = max(web.memory_info().rss for web in webs)

    assert [answer.status_code for answer in (over, exactly, faulty)] == [413, 422, 422]
    assert faulty.json()["total"] > 700_000
    assert len(faulty.json()["problems"]) == 100
    assert seconds < 30
    assert largest < 1500 * 1024 * 1024
    assert stored_files(settings) == before


def test_a_server_without_its_database_says_so_in_problems(tmp_path):
    with serving(DATABASE_URL="postgresql://nobody@127.0.0.1:9/none") as address:
        token = {"Authorization": "Bearer vdb_x"}
        answers = [
            httpx.get(f"{address}/api/v1/competitions"),
            httpx.get(f"{address}/api/v1/competitions/chest/submissions", headers=token),
            httpx.get(f"{address}/api/v1/competitions/chest/submissions", cookies={"sessionid": "x" * 32}),
            httpx.post(f"{address}/api/v1/competitions/chest/submissions", headers=token, files={"file": b"x" * 9000}),
            httpx.get(f"{address}/metrics"),
        ]
        alive, ready = httpx.get(f"{address}/healthz"), httpx.get(f"{address}/readyz")

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(503, "unavailable")] * 5
    assert {answer.headers["Content-Type"] for answer in answers} == {"application/problem+json"}
    assert alive.status_code == 200
    assert (ready.status_code, ready.json()["database"], ready.json()["storage"]) == (503, False, True)
