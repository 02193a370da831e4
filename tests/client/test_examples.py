"""The notebook runs from its first cell to its last against a real server, and the transcript is what really comes."""

import json
import os
import re
from pathlib import Path

import pytest

from competition.environment import REPOSITORY
from competition.models import Board, Submission
from tests.factory import detections_csv, hand_in, make_competition, make_member, make_token, make_user
from tests.running import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
NOTEBOOKS = sorted((REPOSITORY / "examples").glob("*.ipynb"))
TRANSCRIPT = REPOSITORY / "docs" / "reference" / "transcript.md"
HEAD = """# From the log-in to the result

What the command line answers, word for word, against a server with a small made-up competition. A test runs these
commands again and compares; only identifiers, times and the states on the way may differ. (`WRITE_TRANSCRIPT=1` has it
write this page anew.) [The reference](command-line.md) tells every command and option.
"""
COMMANDS = (
    "vindr-bench login --host http://127.0.0.1:8000 --token-stdin < token.txt",
    "vindr-bench list",
    "vindr-bench rules chest",
    'vindr-bench enter chest --team "Da Nang" --accept-terms 1',
    "vindr-bench whoami",
    "vindr-bench sample chest -t detection -o sample.csv",
    "vindr-bench validate faulty.csv",
    "vindr-bench validate mine.csv",
    'vindr-bench submit -f mine.csv -m "some boxes misplaced" --wait',
    'vindr-bench submit -f better.csv -m "fewer boxes misplaced" --wait',
    "vindr-bench submit -f better.csv",
    "vindr-bench submissions",
    "vindr-bench submission {first} --report",
    "vindr-bench board -t detection",
    "vindr-bench board -t detection --format csv",
    "vindr-bench compare {second} {first}",
    "vindr-bench board -t detection --top 1 --json",
    "vindr-bench submission no-such-id --json; echo $?",
)
VARYING = (
    (r"127\.0\.0\.1:\d+", "HOST"),
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID"),
    (r"\d{4}-\d\d-\d\d(T| )\d\d:\d\d(:[\d.]+Z?)?", "TIME"),
    (r"--invitation \S+", "INVITATION"),
    (r"version \d+ of", "VERSION"),
    (r"(?m)^(accepted|scoring|scored)(,.*)?\n", ""),
    (r" +", " "),
)


def alike(text: str) -> str:
    """A transcript without what differs from one run to the next."""
    for pattern, word in VARYING:
        text = re.sub(pattern, word, text)
    return text


def partly_misplaced(*, every: int) -> bytes:
    """Predictions whose boxes are in place but for those of every so-manieth image."""
    good, bad = detections_csv().split(b"\n"), detections_csv(shift=150).split(b"\n")
    return b"\n".join(bad[line] if line % every == 1 else good[line] for line in range(len(good)))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_the_notebook_runs_and_holds_no_output(server, workers, home, tmp_path, monkeypatch, path, capsys):
    make_competition(tmp_path)
    monkeypatch.setenv("VINDR_BENCH_HOST", server)
    monkeypatch.setenv("VINDR_BENCH_TOKEN", make_token(make_user("ada"), "read", "submit"))
    monkeypatch.setenv("VINDR_BENCH_COMPETITION", "chest")
    notebook = json.loads(path.read_text())
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]

    names: dict[str, object] = {}
    for number, cell in enumerate(cells):
        exec(compile("".join(cell["source"]), f"{path.name}, cell {number}", "exec"), names)

    printed = capsys.readouterr().out
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)
    assert [one.note for one in Submission.objects.order_by("received_at")] == ["random", "turned round"]
    assert "2 Pneumonia '1.5'" in printed
    assert names["board"].row_of("Team ada").rank == 1
    assert names["comparison"].difference == pytest.approx(names["second"].score - names["first"].score)


def test_the_transcript_is_what_really_comes(server, workers, run, tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setattr("competition.operations.stage.secrets.randbits", lambda bits: 2026)
    competition = make_competition(tmp_path)
    token = make_token(make_user("lan"), "read", "submit")
    hand_in(make_member(competition, "hue", "Hue"), partly_misplaced(every=4))
    Path("mine.csv").write_bytes(partly_misplaced(every=3))
    Path("better.csv").write_bytes(partly_misplaced(every=8))
    Path("faulty.csv").write_bytes(
        detections_csv().replace(b",0.9,", b",90%,", 2).replace(b"Cardiomegaly", b"Cardio", 1)
    )
    wait_until(lambda: Board.objects.filter(track__kind="detection", entries__0__team="Hue").exists(), what="the board")
    parts, made = [HEAD], []
    for command in COMMANDS:
        said = command.format(first=made and made[0], second=made and made[-1])
        words = [word.strip('"') for word in re.findall(r'"[^"]*"|[^\s;<]+', said.split(";")[0].split(" <")[0])]
        words = [server if word.startswith("http://") else word for word in words]
        ended = run(*words[1:], stdin=f"{token}\n")
        code = f"{ended.code}\n" if ";" in said else ""
        answer = (ended.err + ended.out + code).replace(server, "http://127.0.0.1:8000")
        answer = "\n".join(line.rstrip() for line in answer.rstrip("\n").split("\n"))
        parts.append(f"```\n$ {said}\n{answer}\n```\n")
        if "submit " in said:
            made += re.findall(r"^[0-9a-f-]{36}$", answer, re.MULTILINE)
    told = "\n".join(parts)
    if os.environ.get("WRITE_TRANSCRIPT"):
        TRANSCRIPT.write_text(told)

    assert alike(TRANSCRIPT.read_text()) == alike(told)
