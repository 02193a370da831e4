"""What the cases of transport do to a running server. Each returns what was answered, and checks what is left."""

import gzip
import time

from competition.models import Submission
from tests.corpus.case import Call, Verdict
from tests.corpus.server import Server
from tests.factory import detections_csv
from tests.faults.test_transport import FORM, HEAD, Wire
from tests.running import wait_until


def form(name: bytes) -> bytes:
    """A whole form whose file has this name."""
    return HEAD.replace(b"mine.csv", name) + detections_csv() + b"\r\n--b--\r\n"


def send(server: Server, body: bytes, *headers: str) -> Verdict:
    """One request on a connection of its own; no header of the sender's comes back."""
    wire = Wire(server.address, server.token)
    wire.send(body, *headers, "Connection: close")
    status, answer = wire.answer()
    assert "planted" not in str(answer)
    return Verdict(status, (answer or {}).get("code"))


def whole(server: Server, body: bytes, *headers: str) -> Verdict:
    """One request that says how long it is."""
    return send(server, body, f"Content-Length: {len(body)}", *headers)


def longer_than_it_says(server: Server) -> Verdict:
    """Less comes than was said."""
    return send(server, FORM, f"Content-Length: {len(FORM) + 100}")


def shorter_than_it_says(server: Server) -> Verdict:
    """What was said ends in the middle of the form."""
    return send(server, FORM[:-40], f"Content-Length: {len(FORM) - 40}")


def slow_senders(server: Server) -> Verdict:
    """Three begin and send a byte now and then; others are answered meanwhile, and nothing is kept of the three."""
    kept = server.stored()
    wires = [Wire(server.address, server.token) for _ in range(3)]
    for slow in wires:
        slow.send(FORM[:-10] + b"\n" * 600_000, "Content-Length: 900000")
    wait_until(lambda: len(server.stored()) == len(kept) + 3, what="the beginning of three files")
    statuses = set()
    for _ in range(3):
        for slow in wires:
            slow.socket.sendall(b"\n")
        statuses.add(server.http.get("/api/v1/competitions/chest").status_code)
        time.sleep(0.1)
    for slow in wires:
        slow.socket.close()
    wait_until(lambda: server.stored() == kept, what="the end of what was cut off")
    return Verdict(*statuses)


def aborted(server: Server) -> Verdict:
    """The sender goes away in the middle."""
    kept = server.stored()
    wire = Wire(server.address, server.token)
    wire.send(FORM[:-10] + b"\n" * 600_000, "Content-Length: 900000")
    wait_until(lambda: server.stored() > kept, what="the beginning of the file")
    wire.socket.close()
    wait_until(lambda: server.stored() == kept, what="the end of what was cut off")
    return Verdict(0)


def two_files(server: Server) -> Verdict:
    """Both in the field that may have one."""
    return server.post([("file", ("a.csv", detections_csv())), ("file", ("b.csv", detections_csv()))])


def misnamed_field(server: Server) -> Verdict:
    """The file lies in another field."""
    return server.post([("document", ("a.csv", detections_csv()))])


def packed(server: Server) -> Verdict:
    """The whole form, packed."""
    return whole(server, gzip.compress(FORM), "Content-Encoding: gzip")


def named(name: bytes, *, kept: str = "") -> Call:
    """A good file of that name. `kept`: what is left of it where it is taken; what is stored has a random one."""

    def call(server: Server) -> Verdict:
        verdict = whole(server, form(name))
        if kept:
            newest = Submission.objects.order_by("-received_at").first()
            assert newest is not None
            assert newest.file_name == kept
            assert kept not in newest.file
        return verdict

    return call


def named_by_rfc_5987(name: str) -> Call:
    """A good file whose name comes with percent signs, which are decoded."""

    def call(server: Server) -> Verdict:
        return whole(server, form(b"").replace(b'filename=""', f"filename*=UTF-8''{name}".encode()))

    return call


def named_as_a_formula(server: Server) -> Verdict:
    """The name is a formula for a spreadsheet; no export has it as one."""
    verdict = named(b"=cmd|.csv", kept="=cmd|.csv")(server)
    export = server.organizer.get("/api/v1/competitions/chest/export")
    assert export.status_code == 200
    assert not any(cell.startswith("=") for line in export.text.splitlines() for cell in line.split(","))
    return verdict
