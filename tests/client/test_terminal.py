"""What a person sees: quick help, completion without the network, bars on a terminal alone."""

import json
import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from competition.environment import REPOSITORY
from tests.client.wires import answering, shown_on
from vindr_bench import Client, WaitedTooLong
from vindr_bench.command_line import COMMANDS
from vindr_bench.commands.options import with_wait_spelled_out
from vindr_bench.commands.shown import plain
from vindr_bench.transport import Transport
from vindr_bench.waiting import wait_for

PYTHON = [sys.executable, "-m", "vindr_bench"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "100"}
SUBMISSION = {
    **dict.fromkeys(("phase", "track", "team", "message", "note", "file_name", "sha256"), "x"),
    **{"id": "00000000-0000-4000-8000-000000000000", "competition": "chest", "score": None, "interval": None},
    **{"received_at": "2026-01-01T00:00:00Z", "place_in_queue": None, "report": None},
}


def test_help_waits_for_neither_the_network_nor_numpy_nor_rich():
    script = """
import sys
from vindr_bench.command_line import main
main(["--help"])
print(sorted({"httpx", "numpy", "rich", "pydantic"} & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=ENVIRONMENT, check=True)

    assert run.stdout.splitlines()[-1] == "[]"
    assert all(re.search(rf"^  {name} ", run.stdout, re.MULTILINE) for name in COMMANDS)


def test_every_command_understands_what_is_understood_everywhere(run):
    for name in COMMANDS:
        told = run(name, "--help")
        assert told.code == 0
        assert all(option in told.out for option in ("--json", "-q, --quiet", "--no-color", "--host URL"))


@pytest.mark.parametrize(
    ("words", "expected"), [("vindr-bench subm", "submit"), ("vindr-bench validate mine.csv nih", "nih-chest")]
)
def test_a_shell_completes_without_the_network(tmp_path, words, expected):
    kept = tmp_path / "bench.example.org" / "nih-chest"
    kept.mkdir(parents=True)
    asked = {
        "_VINDR_BENCH_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
        "VINDR_BENCH_CACHE_DIR": str(tmp_path),
        "VINDR_BENCH_HOST": "http://127.0.0.1:1",
    }
    run = subprocess.run(PYTHON, capture_output=True, text=True, env=ENVIRONMENT | asked, check=False)

    assert expected in run.stdout.split()
    assert run.stderr == ""


def test_bars_are_drawn_on_a_terminal_alone_and_on_standard_error(tmp_path):
    script = """
from vindr_bench.commands.options import Options
from vindr_bench.commands.terminal import Terminal
with Terminal(Options()).upload_bar("mine.csv") as progress:
    progress(50, 100)
print("done")
"""

    def drawn(error: int) -> str:
        run = subprocess.run(
            [sys.executable, "-c", script],
            stdout=subprocess.PIPE,
            stderr=error,
            text=True,
            check=True,
            env=ENVIRONMENT | {"TERM": "xterm"},
        )
        assert run.stdout == "done\n"

    inner, outer = pty.openpty()
    drawn(outer)
    os.close(outer)
    shown = shown_on(inner)
    with open(tmp_path / "errors", "w+b") as file:
        drawn(file.fileno())
        file.seek(0)

        assert file.read() == b""
    assert "mine.csv" in shown
    assert "50/100 bytes" in shown


def test_a_typed_token_is_not_shown(tmp_path):
    def typed(descriptor: int, told: bytes = b"") -> str:
        with suppress(OSError):
            while data := os.read(descriptor, 4096):
                told += data
                if told.endswith(b"Token: "):
                    os.write(descriptor, b"vdb_a-typed-token\n")
        return told.decode()

    account = json.dumps({"username": "ada", "token": None, "entries": []}).encode()
    with answering(lambda path: (200, {"Content-Type": "application/json"}, account)) as (host, heard):
        inner, outer = pty.openpty()
        environment = ENVIRONMENT | {"VINDR_BENCH_CONFIG_DIR": str(tmp_path / "kept")}
        environment.pop("VINDR_BENCH_TOKEN", None)
        streams = {"stdin": outer, "stdout": outer, "stderr": outer}
        login = subprocess.Popen([*PYTHON, "login", "--host", host], env=environment, start_new_session=True, **streams)
        os.close(outer)
        shown = typed(inner)
        os.close(inner)

    assert login.wait(timeout=20) == 0
    assert heard[0]["Authorization"] == "Bearer vdb_a-typed-token"
    assert f"Logged in to {host} as ada." in shown
    assert "vdb_a-typed-token" not in shown


def test_a_terminal_is_sent_nothing_that_it_obeys():
    assert plain("team \x1b[2J\u202e\r\n") == "team \\x1b[2J\\u202e\\r\\n"
    assert plain("Nhóm 1 – Đà Nẵng") == "Nhóm 1 – Đà Nẵng"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (["submit", "--wait"], "1000000000"),
        (["submit", "--wait", "-f", "x"], "1000000000"),
        (["submission", "--wait", "6f0c2b62-7d4e-4d0f-9f5e-3c1f4a1b2c3d"], "1000000000"),
        (["submit", "--wait", "30"], None),
        (["submit", "--wait=2.5"], None),
    ],
)
def test_wait_may_stand_alone(said, meant):
    spelled = with_wait_spelled_out(said)

    assert (f"--wait={meant}" in spelled) == (meant is not None)
    assert len(spelled) == len(said)


def test_a_server_with_other_metrics_is_warned_of_and_one_that_is_away_is_done_without(run, in_no_time):
    manifest = b"image_id\na\nb\n"
    competition = {"slug": "chest", "title": "Chest", "images": 2, "phases": []}
    competition |= {"tracks": [{"track": "classification", "labels": ["Edema"], "metric": "auroc"}]}
    Path("mine.csv").write_text("image_id,Edema\na,0.5\nb,0.5\n")

    def answer(path):
        body = manifest if path.endswith("/manifest") else json.dumps(competition).encode()
        return 200, {"Content-Type": "application/json", "X-Metric-Version": "9.0.0"}, body

    with answering(answer) as (host, _):
        checked = run("validate", "mine.csv", "chest", "--host", host)
    without = run("validate", "mine.csv", "chest", "--host", host)
    unknown = run("validate", "mine.csv", "other", "--host", host, "--offline", "--json")

    assert checked.code == 0
    assert "The server scores with version 9.0.0 of the metrics" in checked.err
    assert without.code == 0
    assert without.err.count("Going on with what is kept of chest.") == 1
    assert (unknown.code, unknown.json["code"]) == (2, "nothing_kept")


def test_waiting_asks_ever_more_seldom_and_is_not_sent_what_it_knows(home):
    etags, pauses, states = [], [], []

    def answer(path):
        etags.append(heard[-1].get("If-None-Match"))
        if len(etags) == 12:
            return 200, {"Content-Type": "application/json"}, json.dumps({**SUBMISSION, "state": "scored"}).encode()
        retry = {"Retry-After": "4"} if len(etags) == 2 else {}
        if etags[-1]:
            return 304, retry, b""
        return 200, {"ETag": '"one"', **retry}, json.dumps({**SUBMISSION, "state": "accepted"}).encode()

    with answering(answer) as (host, heard), Client("vdb_some-token", host) as client:
        made = client.submission(SUBMISSION["id"])
        scored = wait_for(client, made, sleep=pauses.append, on_change=lambda one: states.append(one.state))
        etags.clear()
        with pytest.raises(WaitedTooLong):
            wait_for(client, made, timeout=0, sleep=pauses.append)

    assert scored.state == "scored"
    assert states == ["accepted", "scored"]
    assert etags[:1] == [None]
    assert pauses == [4, 1.5, 2.25, 3.375, 5.0625, 7.59375, 10, 10, 10, 10]
    assert isinstance(client.transport, Transport)
