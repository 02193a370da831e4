"""From the log-in to the result: every command, against real processes, in both of its forms."""

import csv
import io
import stat

import pytest

from competition.models import Submission
from tests.factory import annotations_csv, detections_csv, make_token, make_user
from vindr_bench import Client
from vindr_bench.credentials import credentials_path

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_command_leads_from_the_login_to_the_result(server, workers, run, competition, tmp_path):
    token = make_token(make_user("ada"), "read", "submit")
    with open("mine.csv", "wb") as file:
        file.write(detections_csv(shift=20))
    with open("better.csv", "wb") as file:
        file.write(detections_csv())
    with open("truth.csv", "w") as file:
        file.write(annotations_csv())

    assert run("login", "--host", server, "--token-stdin", stdin=f"{token}\n").out == f"Logged in to {server} as ada.\n"
    assert stat.S_IMODE(credentials_path().stat().st_mode) == 0o600
    assert [one["slug"] for one in run("list", "--json").json] == ["chest"]
    assert "No sharing." in run("rules", "chest").out
    entered = run("enter", "chest", "--team", "Ada's", "--accept-terms", "1")
    assert entered.out.startswith("Entered chest with the team Ada's.")
    assert run("rules", "--accept", "--json").json["accepted"]
    who = run("whoami")
    assert "main, detection: 5 uploads left today (0 of 5 today, 0 of 100 in all), closes 20" in who.out
    assert "terms, version 1: accepted" in who.out

    sampled = run("sample", "-t", "detection", "-o", "sample.csv", "--json")
    assert (sampled.code, sampled.json["file"]) == (0, "sample.csv")
    assert run("sample", "-t", "detection", "-o", "mine.csv").code == 2
    assert run("validate", "sample.csv", "chest").out.startswith("sample.csv is in order: ")
    assert run("validate", "mine.csv", "--offline", "-c", "chest", "--json").json["total"] == 0
    assert run("score", "mine.csv", "--truth", "truth.csv", "--json").json["value"] == pytest.approx(1.0)

    first = run("submit", "-f", "mine.csv", "-m", "moved", "--wait", "60", "--json")
    assert first.code == 0, first
    assert (first.code, first.json["state"], first.json["board"]["rank"]) == (0, "scored", 1)
    assert first.json["board_before"] is None
    assert first.json["quota"]["used"] == 1
    second = run("submit", "-f", "better.csv", "--wait", "60")
    assert second.code == 0
    assert second.out.splitlines()[1] == "your team: rank 1, 1 by what the images can tell; rank 1 before, best +0.000"

    listed = run("submissions", "--json").json
    assert [one["note"] for one in listed] == ["", "moved"]
    assert run("submissions", "chest", "-n", "1").out.count("scored") == 1
    told = run("submission", listed[1]["id"], "--report", "--download", "-o", "back.csv")
    assert "Cardiomegaly" in told.out
    assert (tmp_path / "work" / "back.csv").read_bytes() == detections_csv(shift=20)
    assert run("submission", listed[1]["id"], "--wait", "--json").json["state"] == "scored"

    table = run("board", "-t", "detection").out
    assert "Ada's" in table
    assert run("board", "-t", "detection", "--format", "json").json["entries"][0]["team"] == "Ada's"
    rows = list(csv.DictReader(io.StringIO(run("board", "chest", "-t", "detection", "--format", "csv").out)))
    assert [(row["rank"], row["team"]) for row in rows] == [("1", "Ada's")]
    version = run("board", "-t", "detection", "--json").json["version"]
    earlier = run("board", "-t", "detection", "--version", str(version - 1), "--json").json
    assert (earlier["version"], earlier["entries"][0]["submissions"]) == (version - 1, 1)
    assert run("board", "-t", "detection", "--as-of", "2020-01-01").code == 2
    compared = run("compare", listed[0]["id"], listed[1]["id"], "--json").json
    assert compared["difference"] == pytest.approx(0)
    assert "Cardiomegaly" in run("compare", listed[0]["id"], listed[1]["id"]).out
    assert run("cite", "chest").out == "@misc{chest, title = {Chest}}\n"
    assert "Ada's" in run("cite", "chest", "-t", "detection", "--team", "Ada's", "--json").json["bibtex"]
    assert run("logout").out.startswith(f"Forgot the token of {server}.")
    assert run("whoami", "--host", server).code == 4


def test_the_client_does_the_same_from_python(server, workers, ada, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_bytes(detections_csv())
    bars = []

    with Client() as client:
        made = client.submit(
            path, competition="chest", message="from Python", progress=lambda done, total: bars.append((done, total))
        )
        scored = made.wait(timeout=60)
        board = client.board("chest", "detection")
        repeated = client.submit(path, competition="chest")
        account = client.account()
        listed = [one.id for one in client.submissions("chest")]

    size = path.stat().st_size
    assert (made.state, made.created, made.quota.left) == ("accepted", True, 4)
    assert bars[-1] == (size, size)
    assert (scored.state, scored.score, scored.note) == ("scored", pytest.approx(1.0), "from Python")
    assert (repeated.id, repeated.created) == (made.id, False)
    assert board.row_of("Team ada").rank == 1
    assert list(board.to_pandas()["team"]) == ["Team ada"]
    assert account.entries[0].limits[0].quota.used == 1
    assert listed == [made.id]
    assert Submission.objects.get().idempotency_key.startswith("vb1-")
