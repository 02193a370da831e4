"""How the process of a command ends: with output that takes nothing, with closed streams, interrupted at its start."""

import json
import subprocess
import sys

import pytest

from tests.client.test_circumstances import BOARD, JSON
from tests.client.test_terminal import ENVIRONMENT, PYTHON
from tests.client.wires import answering
from vindr_bench import exits

NO_SPACE = "The answer can't be written: No space left on device.\n"


@pytest.fixture
def ended(home):
    """Runs the command in a shell that knows redirections, against a server of one board."""
    answer = 200, JSON, json.dumps(BOARD).encode()
    with answering(lambda path: answer) as (host, _):

        def one(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
            command = ["bash", "-c", f"set -o pipefail; {line.replace('bench', ' '.join(PYTHON))}"]
            return subprocess.run(
                command,
                env={**ENVIRONMENT, "VINDR_BENCH_HOST": host, "PYTHONUNBUFFERED": "", **environment},
                capture_output=True,
                text=True,
                check=False,
            )

        yield one


def test_an_answer_that_can_not_be_written_is_said_in_one_sentence(ended):
    ends = [
        ended(f"bench {words} > /dev/full", PYTHONUNBUFFERED=unbuffered)
        for words, unbuffered in (
            ("board chest -t detection -q", "1"),
            ("board chest -t detection -q --format csv", ""),
            ("submit --help", ""),
            ("--version", "1"),
        )
    ]
    cut_off = ended("(ulimit -f 1; bench board chest -t detection --json > board.json)", PYTHONUNBUFFERED="1")
    refused = ended("bench whoami --json > /dev/full")

    assert {(one.returncode, one.stderr) for one in ends} == {(exits.UNEXPECTED, NO_SPACE)}
    assert cut_off.returncode == exits.UNEXPECTED
    assert cut_off.stderr.endswith("The answer can't be written: File too large.\n")
    assert (refused.returncode, refused.stderr) == (exits.NOT_ALLOWED, NO_SPACE)


def test_what_can_not_be_said_beside_the_answer_keeps_nobody_from_it(ended):
    shown = ended("bench board chest -t detection --verbose 2> /dev/full")
    refused = ended("bench whoami 2> /dev/full")
    unheard = ended("bench whoami 2>&1 | true")

    assert (shown.returncode, len(shown.stdout.splitlines())) == (exits.DONE, len(BOARD["entries"]) + 1)
    assert (refused.returncode, unheard.returncode) == (exits.NOT_ALLOWED, exits.NOT_ALLOWED)


def test_who_has_closed_standard_input_is_told_what_belongs_there(ended):
    ends = [ended(f"bench login {form} <&-") for form in ("", "--token-stdin")]

    assert [one.returncode for one in ends] == [exits.USAGE] * 2
    assert [one.stderr.partition(":")[0] for one in ends] == ["Give the token on standard input", "This is no token"]


SENT = "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(9)\n"
IN_A_CLASS = "class D:\n    def __set_name__(self, *_):\n        raise KeyboardInterrupt\n\n\nclass C:\n    d = D()\n"


@pytest.mark.parametrize(("module", "text", "told"), [("typer", SENT, b""), ("httpx", IN_A_CLASS, b"Interrupted.\n")])
def test_a_command_that_is_interrupted_while_it_starts_ends_with_130_at_once(tmp_path, module, text, told):
    (tmp_path / f"{module}.py").write_text(text)
    environment = ENVIRONMENT | {"PYTHONPATH": f"{tmp_path}:{ENVIRONMENT['PYTHONPATH']}"}
    process = subprocess.run(
        [sys.executable, "-m", "vindr_bench", "list", "--host", "127.0.0.1:1"],
        env=environment,
        capture_output=True,
        check=False,
        timeout=20,
    )

    assert (process.returncode, process.stdout, process.stderr) == (exits.INTERRUPTED, b"", told)
