"""Web and worker are told to stop and started anew, again and again, while files come in. FAULTS=long: twenty times.

The socket stays open between two web processes, as the demo's supervisor keeps it: who comes in between waits.
"""

import signal
import socket
import threading
import time
from contextlib import ExitStack

import httpx
import pytest

from competition import queue
from competition.models import Attempt, Evaluation, Phase, Submission
from tests.factory import detections_csv, make_competition, make_member, make_token
from tests.faults.forms import times
from tests.running import running, start, start_web, stop, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
RESTARTS = times(2, 20)
TEAMS = 3
PAUSE = 0.3
"""Seconds between a team's files, and at least as long between two restarts."""
PATIENCE = 180


class Load(threading.Thread):
    """A team that hands in file after file and looks at the board, each over a connection of its own."""

    def __init__(self, address, token):
        super().__init__(daemon=True)
        self.over = threading.Event()
        self.answers = []
        self.broken = []
        self._address = f"{address}/api/v1/competitions/chest"
        self._headers = {"Authorization": f"Bearer {token}", "Connection": "close"}

    def run(self):
        number = 0
        while not self.over.wait(PAUSE):
            number += 1
            file = {"file": detections_csv(shift=5.0, score=0.1 + 1e-6 * number)}
            self._ask("POST", "/submissions", data={"track": "detection"}, files=file)
            self._ask("GET", "/boards/detection")

    def _ask(self, method, path, **words):
        try:
            answer = httpx.request(method, self._address + path, headers=self._headers, timeout=120, **words)
        except httpx.TransportError as error:
            self.broken.append(f"{method} {path}: {error!r}")
        else:
            self.answers.append((method, answer.status_code))


def restarted(process, again):
    """Another process in its place, once it has ended of its own will."""
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=PATIENCE)
    return again()


def test_restarts_under_load_fail_no_job_and_no_request(tmp_path, record_property):
    queue.connection().flushall()
    competition = make_competition(tmp_path)
    Phase.objects.update(daily_limit=10_000, total_limit=10_000)
    tokens = [make_token(make_member(competition, f"team{number}").user) for number in range(TEAMS)]
    with ExitStack() as stack, socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        again = {
            "web": lambda: start_web(listening, "--graceful-timeout", "30"),
            "worker": lambda: start("worker"),
        }
        processes = {name: begin() for name, begin in again.items()}
        stack.callback(lambda: [stop(process, signal.SIGKILL, group=True) for process in processes.values()])
        stack.enter_context(running("sweeper"))
        loads = [Load(address, token) for token in tokens]
        for load in loads:
            load.start()
        wait_until(lambda: all(load.answers for load in loads), seconds=PATIENCE, what="the first answers")
        for _ in range(RESTARTS):
            for name in again:
                processes[name] = restarted(processes[name], again[name])
                time.sleep(PAUSE)
        for load in loads:
            load.over.set()
        for load in loads:
            load.join(timeout=PATIENCE)
        wait_until(lambda: not Evaluation.objects.exclude(state="done").exists(), seconds=PATIENCE, what="the scores")

    answers = [answer for load in loads for answer in load.answers]
    taken = answers.count(("POST", 201))
    assert [line for load in loads for line in load.broken] == []
    assert {status for _, status in answers} <= {200, 201}
    assert Submission.objects.count() == taken
    assert Attempt.objects.count() == 0
    assert set(Evaluation.objects.values_list("attempt", flat=True)) == {1}
    record_property(
        f"{RESTARTS} restarts of web and worker under load",
        f"{taken} uploads and {len(answers) - taken} looks at a board, none refused or broken; no attempt lost",
    )
