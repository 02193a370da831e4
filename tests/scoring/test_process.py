"""How the process of a command ends: interrupted, with output that takes nothing, with closed streams."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
FILES = {
    "manifest.csv": "image_id\na\nb\n",
    "truth.csv": "image_id,class_name,x_min,y_min,x_max,y_max\na,Edema,1,2,3,4\nb,No finding,,,,\n",
    "good.csv": "image_id,class_name,score,x_min,y_min,x_max,y_max\na,Edema,.9,1,2,3,4\nb,No finding,,,,,\n",
    "bad.csv": "image_id,class_name,score,x_min,y_min,x_max,y_max\na,Edema,2,1,2,3,4\nb,No finding,,,,,\n",
    "many.csv": "image_id\n" + "".join(f"{number}\n" for number in range(2000)),
}
SCORE = "score detection --truth truth.csv --bootstrap 0 --predictions"
NO_SPACE = "The answer can't be written: No space left on device.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def ended(folder: Path, line: str, *, unbuffered: str = "") -> subprocess.CompletedProcess[str]:
    """`scoring` in a shell that knows redirections."""
    environment = {"PYTHONPATH": str(CHECKOUT), "PYTHONUNBUFFERED": unbuffered, "LC_ALL": "C.UTF-8"}
    command = ["bash", "-c", f"set -o pipefail; {line.replace('scoring', f'{sys.executable} -m scoring')}"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_answer_that_can_not_be_written_is_said_in_one_sentence(folder: Path, unbuffered: str) -> None:
    scored = ended(folder, f"scoring {SCORE} good.csv --json > /dev/full", unbuffered=unbuffered)
    refused = ended(folder, f"scoring {SCORE} bad.csv --json > /dev/full", unbuffered=unbuffered)
    helped = ended(folder, "scoring --help > /dev/full", unbuffered=unbuffered)
    sampled = ended(
        folder, "(ulimit -f 1; scoring sample detection --images many.csv > most.csv)", unbuffered=unbuffered
    )

    assert (scored.returncode, scored.stderr) == (2, NO_SPACE)
    assert (refused.returncode, refused.stderr) == (3, NO_SPACE)
    assert (helped.returncode, helped.stderr) == (2, NO_SPACE)
    assert (sampled.returncode, sampled.stderr) == (2, "The answer can't be written: File too large.\n")


def test_what_can_not_be_said_beside_the_answer_keeps_nobody_from_it(folder: Path) -> None:
    sampled = ended(folder, "scoring sample detection --images manifest.csv 2> /dev/full")
    refused = ended(folder, f"scoring {SCORE} bad.csv 2> /dev/full")
    unheard = ended(folder, f"scoring {SCORE} bad.csv 2>&1 | true")
    closed = ended(folder, f"scoring {SCORE} good.csv >&- && scoring {SCORE} bad.csv 2>&-")

    assert (sampled.returncode, sampled.stdout[:20]) == (0, "image_id,class_name,")
    assert (refused.returncode, unheard.returncode, closed.returncode) == (3, 3, 3)
    assert (closed.stdout, closed.stderr) == ("", "")


def test_an_interrupted_command_ends_with_130_and_without_a_traceback(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    command = [sys.executable, "-m", "scoring", *SCORE.split(), "pipe"]
    process = subprocess.Popen(
        command, cwd=folder, env={"PYTHONPATH": str(CHECKOUT)}, stderr=subprocess.PIPE, text=True
    )
    with open(folder / "pipe", "wb"):  # opens once the command reads it
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)

    assert (process.returncode, told) == (130, "Interrupted.\n")


def test_a_command_that_is_interrupted_while_it_starts_ends_with_130_at_once(folder: Path) -> None:
    (folder / "numpy.py").write_text("import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(9)\n")
    environment = {"PYTHONPATH": f"{folder}:{CHECKOUT}"}
    process = subprocess.run(
        [sys.executable, "-m", "scoring", *SCORE.split(), "good.csv"],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=False,
        timeout=20,
    )

    assert (process.returncode, process.stdout, process.stderr) == (130, b"", b"")
