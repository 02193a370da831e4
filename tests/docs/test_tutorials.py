"""The tutorials lead where they say: their commands are run, as they stand, against a real server."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from competition.environment import REPOSITORY
from competition.models import Competition, Submission, User
from tests.factory import detections_csv, make_competition, make_member, make_token
from tests.running import environment_of_tests, running, serving

TUTORIALS = REPOSITORY / "docs" / "tutorials"


def commands(page: str) -> str:
    """All commands of a tutorial, one after the other."""
    return "\n".join(re.findall(r"^```bash\n(.*?)^```", (TUTORIALS / page).read_text(), re.MULTILINE | re.DOTALL))


def walk(page: str, folder: Path, *, cwd: Path) -> str:
    """Run a tutorial to its end; returns what it has printed."""
    environment = environment_of_tests() | {
        "DATA_DIR": str(folder),
        "FOLDER": str(folder / "heart"),
        "HOME": str(folder),
        "PATH": f"{folder / 'bin'}:{os.path.dirname(sys.executable)}:{os.environ['PATH']}",
        "PYTHONPATH": str(REPOSITORY),
    }
    command = ["bash", "-euo", "pipefail", "-c", commands(page)]
    run = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


@pytest.fixture
def folder(tmp_path):
    """What the demo would have made: an address to come, people with tokens, a file; and the command line."""
    if not shutil.which("curl"):
        pytest.skip("curl is not on this machine")
    competition = make_competition(tmp_path, slug="vindr-cxr-demo")
    members = [make_member(competition, name) for name in ("ada", "ben")]
    organizer = User.objects.create(username="olga")
    (tmp_path / "model.csv").write_bytes(detections_csv(shift=20))
    demo = {
        "organizer": {"username": "olga", "token": make_token(organizer)},
        "participants": [{"token": make_token(member.user)} for member in members],
        "files": {"detection": str(tmp_path / "model.csv")},
    }
    (tmp_path / "demo.json").write_text(json.dumps(demo))
    command_line = tmp_path / "bin" / "vindr-bench"
    command_line.parent.mkdir()
    command_line.write_text(f'#!/bin/sh\nexec {sys.executable} -m vindr_bench "$@"\n')
    command_line.chmod(0o755)
    return tmp_path


@pytest.mark.django_db(transaction=True)
def test_the_tutorials_lead_to_a_first_submission_and_to_a_final_board(folder):
    demo = json.loads((folder / "demo.json").read_text())
    with serving() as address, running("worker", "sweeper"):
        (folder / "demo.json").write_text(json.dumps({**demo, "base_url": address}))
        first = walk("participant.md", folder, cwd=folder)
        second = walk("organizer.md", folder, cwd=REPOSITORY)

    assert "exit code 3" in first
    assert [one.note for one in Submission.objects.order_by("received_at")] == ["random boxes", "a model"]
    assert "Team ada" in first.splitlines()[-1]
    assert {"Team 0", "Team 1"} <= set(re.findall(r"Team \d", "\n".join(second.splitlines()[-5:])))
    assert not Competition.objects.filter(slug="heart").exists()
