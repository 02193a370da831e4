"""The hundred cases against a running server and the command line: the same verdict from both, twice."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psutil
import pytest

from competition.environment import REPOSITORY
from competition.models import Evaluation, Score
from scoring.command_line import main
from tests.corpus.page import page
from tests.corpus.server import Server
from tests.corpus.shots import Shot
from tests.corpus.table import CASES, why_not_offline
from tests.factory import (
    GLOBAL,
    LOCAL,
    description,
    detections_csv,
    hand_in,
    make_competition,
    make_member,
    make_token,
    make_user,
)
from tests.running import running, serving, wait_until

MEBIBYTE = 2**20
KEPT_BYTES = 64 * MEBIBYTE
"""How much more memory the web process may hold after a second round of everything than after the first."""

TELLING_ITS_PEAK = """
import re, sys
from scoring.command_line import main
ended = main(sys.argv[1:])
sys.stderr.write(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1])
sys.exit(ended)
"""
"""The command line, which tells at its end the most memory that it has held, in KiB. What the system tells of a process
that has ended counts the memory of the one that started it, too."""


@pytest.fixture
def server(transactional_db, static_files, tmp_path, settings):
    phase = description()["phases"][0] | {"daily_limit": 1000, "total_limit": 1000}
    past = phase | {"key": "past", "opens_at": "2020-01-01", "closes_at": "2020-02-01"}
    coming = phase | {"key": "coming", "opens_at": "2100-01-01", "closes_at": "2100-02-01"}
    chest = make_competition(tmp_path, phases=[phase, past, coming])
    elsewhere = make_competition(tmp_path / "elsewhere", slug="elsewhere", phases=[phase | {"key": "theirs"}])
    olga = make_user("olga")
    for competition in (chest, elsewhere):
        competition.organizers.add(olga)
    hand_in(make_member(chest, "bob"), detections_csv(shift=9))
    make_member(elsewhere, "eve")
    member = make_member(chest)
    token = make_token(member.user)

    def client(token):
        return httpx.Client(base_url=address, timeout=120, headers={"Authorization": f"Bearer {token}"})

    with (
        serving("--workers", "1") as address,
        running("worker", "sweeper") as (worker, sweeper),
        client(token) as http,
        client(make_token(olga)) as organizer,
    ):
        webs = [child for child in psutil.Process().children() if "gunicorn" in " ".join(child.cmdline())]
        folder = settings.ENVIRONMENT.storage_dir
        yield Server(address, token, http, organizer, member, folder, webs[0].children(), worker, sweeper)


@pytest.fixture
def offline(tmp_path, capsys):
    """What `python -m scoring COMMAND --json` says of a file: its exit code and its JSON."""
    truths = {"detection": "annotations.csv", "classification": "image_labels.csv"}

    def command(name, track, file):
        labels = ",".join(LOCAL if track == "detection" else GLOBAL)
        given = {
            "validate": ["--images", str(tmp_path / "folder" / "manifest.csv")],
            "score": ["--truth", str(tmp_path / "folder" / truths[track]), "--bootstrap", "0"],
        }
        capsys.readouterr()
        code = main([name, track, *given[name], "--predictions", str(file), "--labels", labels, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return command


@pytest.fixture
def shots():
    """Every variant; the files are made once, and gone at the end."""
    with TemporaryDirectory(prefix="corpus-") as folder:
        found = []
        for case in CASES:
            for variant, make in case.files.items():
                file = Path(folder) / str(len(found))
                file.write_bytes(make())
                found.append(Shot(case, variant, file=file))
            found += [Shot(case, variant, call=call) for variant, call in case.calls.items()]
        yield found


def test_the_table_has_all_hundred_each_once():
    assert [case.number for case in CASES] == list(range(1, 101))
    assert all(bool(case.files) != bool(case.calls) for case in CASES)
    assert all(bool(case.files) != bool(why_not_offline(case)) for case in CASES)


def test_all_hundred_have_the_same_verdict_from_both_and_twice(server, offline, shots, record_property):
    pids, first = sorted(process.pid for process in server.gunicorn), server.resident()
    for shot in shots:
        shot.fire(server)
    warm = server.resident()
    for shot in shots:
        shot.fire(server)
    more = server.resident() - warm
    for shot in filter(lambda shot: shot.file, shots):
        shot.compare(*offline("validate", shot.case.track, shot.file))
    wait_until(lambda: not Evaluation.objects.unfinished().exists(), seconds=240, what="every score")
    for shot in filter(lambda shot: shot.file and shot.expected.status == 201, shots):
        _, card = offline("score", shot.case.track, shot.file)
        shot.compare_scores(score_of(shot), card["value"])

    tell(record_property, shots, first, warm, more)
    deviations = [f"{shot.name}: {deviation}" for shot in shots for deviation in shot.deviations]
    assert not deviations, "\n".join(deviations)
    assert sorted(process.pid for process in server.gunicorn if process.is_running()) == pids
    assert server.worker.poll() is None
    assert server.http.get("/healthz").status_code == 200
    assert more < KEPT_BYTES


def score_of(shot):
    """What was scored for the file, both times."""
    ids = [answer.json()["id"] for answer in shot.answers]
    values = set(Score.objects.filter(evaluation__submission__in=ids).values_list("value", flat=True))
    return values.pop() if len(values) == 1 else None


def tell(record_property, shots, first, warm, more):
    """The figures of this run."""
    files = [shot for shot in shots if shot.file]
    slowest = sorted(files, key=lambda shot: max(shot.processor), reverse=True)[:6]
    largest = max(files, key=lambda shot: shot.peak)
    for name, figure in {
        "variants": len(shots),
        "files": len(files),
        "slowest": ", ".join(f"{it.name}: {max(it.processor):.2f} ({max(it.seconds):.2f})" for it in slowest),
        "seconds_of_all": f"{sum(sum(shot.seconds) for shot in shots):.1f}",
        "mebibytes": f"{first // MEBIBYTE}, {warm // MEBIBYTE}, then {more / MEBIBYTE:+.1f}",
        "peak": f"{largest.name}: {largest.peak // MEBIBYTE} MiB in one process",
    }.items():
        record_property(name, str(figure))
        sys.stdout.write(f"{name}: {figure}\n")


def test_of_ten_million_rows_reading_stops_at_the_cap_and_in_bounded_memory(tmp_path):
    case = CASES[34]
    file, manifest = tmp_path / "rows.csv", tmp_path / "manifest.csv"
    file.write_bytes(case.files["short rows"]())
    manifest.write_text("image_id\na\n")
    words = ["validate", "detection", "--images", str(manifest), "--predictions", str(file), "--json"]

    ended = subprocess.run([sys.executable, "-c", TELLING_ITS_PEAK, *words], capture_output=True, cwd=REPOSITORY)
    said, peak = json.loads(ended.stdout), int(ended.stderr)
    file.unlink()

    assert ended.returncode == 3
    assert case.number == 35
    assert 1_000_000 < said["total"] < 1_000_010
    assert peak < 400 * 1024


def test_the_page_of_the_corpus_is_this_table():
    """`python -m tests.corpus` writes it."""
    assert (REPOSITORY / "docs" / "corpus.md").read_text() == page()
