"""Planted coordinates, ids and groups are looked for wherever a label could have leaked to; they are nowhere."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest
from django.core.management import call_command

from competition.models import Competition
from tests.factory import (
    IMAGES,
    annotations_csv,
    detections_csv,
    image_labels_csv,
    make_token,
    make_user,
    write_folder,
)
from tests.running import REPOSITORY, environment_of_tests, running, serving, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

COORDINATE = f"1731.{secrets.randbelow(9 * 10**11) + 10**11}"
PATIENT = f"patient-{secrets.token_hex(8)}"
NEW_COORDINATE = f"1732.{secrets.randbelow(9 * 10**11) + 10**11}"
"""Of this run alone: what another run has written into the folders that all share is not found here."""
CANARIES = [word.encode() for word in (COORDINATE, PATIENT, NEW_COORDINATE)]


def with_canary(coordinate):
    lines = annotations_csv().splitlines()
    cells = lines[1].split(",")
    return "\n".join([lines[0], ",".join([*cells[:4], coordinate, cells[5]]), *lines[2:]]) + "\n"


def groups():
    return "image_id,group\n" + "".join(f"{image},{PATIENT}-{index}\n" for index, image in enumerate(IMAGES))


def files_below(folder):
    paths = (Path(place, name) for place, _, names in os.walk(folder) for name in names)
    return [path for path in paths if path.is_file() and os.access(path, os.R_OK)]


def has_canary(path):
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return False
    return any(canary in content for canary in CANARIES)


def test_labels_are_nowhere_in_the_clear(tmp_path, settings, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(temporary := tmp_path / "temporary"))
    temporary.mkdir()
    folder = write_folder(tmp_path / "folder", groups="groups.csv", split={"public": 0.5, "seed": 1}, min_positives=2)
    (folder / "annotations.csv").write_text(with_canary(COORDINATE))
    (folder / "groups.csv").write_text(groups())
    log = tmp_path / "log.txt"
    with log.open("wb") as stream:
        made = subprocess.run(
            [sys.executable, "manage.py", "create_competition", str(folder)],
            cwd=REPOSITORY,
            env=environment_of_tests(),
            stderr=stream,
            check=True,
            stdout=subprocess.PIPE,
        )
    for path in folder.iterdir():
        path.unlink()
    Competition.objects.get().organizers.add(organizer := make_user("olga"))
    token, member_token = make_token(organizer), make_token(make_user("ada"))

    with (
        serving() as address,
        running("worker", "sweeper"),
        httpx.Client(base_url=f"{address}/api/v1", timeout=120) as api,
    ):
        mine = {"Authorization": f"Bearer {member_token}"}
        api.post("/competitions/chest/entry", json={"team": "A", "accept_terms": "1"}, headers=mine)
        form = {"data": {"track": "detection"}, "files": {"file": detections_csv()}, "headers": mine}
        place = api.post("/competitions/chest/submissions", **form).headers["Location"].removeprefix("/api/v1")
        wait_until(lambda: api.get(place, headers=mine).json()["state"] == "scored", seconds=120, what="the score")
        truth = api.post(
            "/competitions/chest/truth",
            data={"confirm": "chest", "reason": "errata"},
            files={
                "detection": with_canary(NEW_COORDINATE),
                "classification": image_labels_csv(),
                "groups": groups(),
            },
            headers={"Authorization": f"Bearer {token}"},
        )
        assert truth.status_code == 201, truth.text
        started = psutil.Process().children(recursive=True)
        webs = [process for process in started if "competition.wsgi" in " ".join(process.cmdline())]
        environments = [Path(f"/proc/{web.pid}/environ").read_bytes() for web in webs]
        answers = b"".join(
            api.get(address_, headers=mine).content
            for address_ in (place, "/competitions/chest", "/competitions/chest/boards/detection")
        )

    dump = tmp_path / "dump.json"
    call_command("dumpdata", output=str(dump), verbosity=0)
    of_the_servers = settings.ENVIRONMENT.storage_dir.parent
    searched = [dump, log, *files_below(temporary), *files_below(of_the_servers)]
    leaks = [path for path in searched if has_canary(path)]

    assert made.stdout.decode().strip() == "chest"
    assert webs
    assert settings.ENVIRONMENT.storage_dir in {path.parent.parent for path in searched}
    assert not any(b"PRIVATE_KEY" in environment for environment in environments)
    assert not any(canary in answers for canary in CANARIES)
    assert leaks == []
