"""The examples of the guides do what they say."""

import os
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from competition.environment import REPOSITORY
from competition.models import Submission
from competition.operations.description import Description
from scoring.command_line import main
from tests.factory import (
    annotations_csv,
    detections_csv,
    image_labels_csv,
    make_competition,
    make_member,
    make_token,
    probabilities_csv,
)
from tests.running import serving

GUIDES = REPOSITORY / "docs" / "guides"


def examples(page: str, language: str) -> str:
    """All examples of a page in one language, one after the other."""
    return "\n".join(re.findall(rf"^```{language}\n(.*?)^```", (GUIDES / page).read_text(), re.MULTILINE | re.DOTALL))


@pytest.fixture
def curl():
    if not shutil.which("curl"):
        pytest.skip("curl is not on this machine")


@pytest.mark.django_db(transaction=True)
def test_the_participants_commands_lead_to_a_submission(curl, tmp_path):
    token = make_token(make_member(make_competition(tmp_path)).user)
    script = examples("participants.md", "bash")
    command_line = tmp_path / "bin" / "vindr-bench"
    command_line.parent.mkdir()
    command_line.write_text(f'#!/bin/sh\nexec {sys.executable} -m vindr_bench "$@"\n')
    command_line.chmod(0o755)
    with serving() as address:
        environment = os.environ | {
            "SERVER": address,
            "SLUG": "chest",
            "TOKEN": token,
            "HOME": str(tmp_path),
            "PATH": f"{command_line.parent}:{os.path.dirname(sys.executable)}:{os.environ['PATH']}",
            "PYTHONPATH": str(REPOSITORY),
        }
        command = ["bash", "-euo", "pipefail", "-c", script]
        run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr
    by_command_line, submission = Submission.objects.order_by("received_at")
    assert (by_command_line.note, by_command_line.file_name) == ("by the command line", "sample.csv")
    assert (submission.note, submission.file_name, submission.idempotency_key) == ("my first", "mine.csv", "run-17")


def test_the_organizers_yaml_is_a_description(tmp_path):
    description = Description.model_validate(yaml.safe_load(examples("organizers.md", "yaml")))

    assert set(description.tracks) == {"detection", "classification"}
    assert description.phases[0].detail == "composite"


@pytest.mark.parametrize("track", ["detection", "classification"])
def test_the_offline_scoring_commands_of_the_readme_run(track, tmp_path, monkeypatch, capsys):
    (tmp_path / "annotations.csv").write_text(annotations_csv())
    (tmp_path / "image_labels.csv").write_text(image_labels_csv())
    (tmp_path / "mine.csv").write_bytes(detections_csv() if track == "detection" else probabilities_csv())
    monkeypatch.chdir(tmp_path)
    lines = (REPOSITORY / "README.md").read_text().splitlines()
    commands = [line.split() for line in lines if line.startswith(f"python -m scoring score {track}")]

    assert len(commands) == 1
    assert main(commands[0][3:]) == 0
    assert "1.0" in capsys.readouterr().out
