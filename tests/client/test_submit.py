"""What `submit` tells a script, and what it takes of the machine: against a server that answers as it is told."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.client.test_circumstances import BOARD, ID, JSON, SECRET
from tests.client.test_terminal import ENVIRONMENT, SUBMISSION
from tests.client.wires import answering
from tests.factory import detections_csv
from vindr_bench import exits

MEMORY = "print(open('/proc/self/status').read())"
QUOTA = {"limit": 3, "used": 1, "total_limit": 9, "total_used": 1, "resets_at": None}


def server_of(content: bytes, state: str = "scored"):
    """Takes an upload of that content and finds it in that state."""
    receipt = {**SUBMISSION, "state": "accepted", "quota": QUOTA, "sha256": hashlib.sha256(content).hexdigest()}
    answers = {"/submissions": (201, receipt), f"/{ID}": (200, {**SUBMISSION, "state": state, "message": "It broke."})}

    def answer(path):
        status, body = next((found for end, found in answers.items() if path.endswith(end)), (200, BOARD))
        return status, JSON, json.dumps(body).encode()

    return answering(answer)


@pytest.mark.parametrize(
    ("state", "wait", "code"),
    [
        ("scored", "9", exits.DONE),
        ("failed", "9", exits.FAILED),
        ("accepted", "0.1", exits.TIMED_OUT),
        ("accepted", None, exits.DONE),
    ],
)
def test_a_script_gets_the_id_alone_whatever_comes_of_the_waiting(run, monkeypatch, state, wait, code):
    Path("mine.csv").write_bytes(detections_csv())
    monkeypatch.setenv("VINDR_BENCH_TOKEN", SECRET)
    waiting = ["--wait", wait] if wait else []
    with server_of(detections_csv(), state) as (host, _):
        ended = run("submit", "chest", "-f", "mine.csv", "--no-validate", "-q", *waiting, "--host", host)

    assert (ended.code, ended.out) == (code, f"{ID}\n")


def test_a_file_that_is_not_checked_goes_out_without_being_read_as_a_whole(home):
    sizes = []
    for megabytes in (1, 48):
        content = detections_csv() + b"\n" * (megabytes << 20)
        Path("mine.csv").write_bytes(content)
        with server_of(content) as (host, _):
            words = ["submit", "chest", "-f", "mine.csv", "--no-validate", "-q", "--host", host]
            script = f"from vindr_bench.command_line import main\nmain({words})\n{MEMORY}"
            child = subprocess.run(
                [sys.executable, "-c", script],
                env=ENVIRONMENT | {"VINDR_BENCH_TOKEN": SECRET},
                capture_output=True,
                text=True,
                check=True,
            )
        assert child.stdout.startswith(ID)
        sizes.append(int(re.search(r"VmHWM:\s+(\d+) kB", child.stdout)[1]) // 1024)

    assert sizes[1] - sizes[0] < 16
