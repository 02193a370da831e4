"""The drill: a host is lost, and another one goes on from the backup of the first."""

import json
import os
import shutil
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import psycopg
import pytest
from django.core.management import CommandError, call_command
from psycopg.conninfo import make_conninfo

from competition import queue, storage
from competition.errors import Conflict
from competition.jobs import evaluate
from competition.models import Submission
from competition.operations.restore_backup import refuse_used_host
from competition.operations.sweep import publish_ready
from tests.factory import description, detections_csv, hand_in, make_competition, make_member, make_token
from tests.running import REPOSITORY, environment_of_tests, running, serving, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
OTHER = "drill"


def manage(*words, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=REPOSITORY,
        env=environment_of_tests() | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def empty_host(tmp_path):
    """The settings of a host of its own: a database without tables and a folder without files."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
        owner.execute(f"DROP DATABASE IF EXISTS {OTHER}")
        owner.execute(f"CREATE DATABASE {OTHER}")
    storage = tmp_path / "storage"
    storage.mkdir()
    yield {"DATABASE_URL": make_conninfo(os.environ["DATABASE_URL"], dbname=OTHER), "STORAGE_DIR": str(storage)}
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
        owner.execute(f"DROP DATABASE {OTHER} WITH (FORCE)")


def rows(host, statement):
    with psycopg.connect(host["DATABASE_URL"]) as database:
        return database.execute(statement).fetchall()


def board_at(address):
    answer = httpx.get(f"{address}/api/v1/competitions/chest/boards/detection")
    return answer.json(), answer.headers["ETag"], answer.headers["X-Board-Version"]


def keep_uploading(address, token, over, receipts):
    shift = 1
    while not over.is_set():
        shift += 1
        answer = httpx.post(
            f"{address}/api/v1/competitions/chest/submissions",
            headers={"Authorization": f"Bearer {token}"},
            data={"track": "detection"},
            files={"file": ("boxes.csv", detections_csv(shift=shift % 40))},
            timeout=30,
        )
        assert answer.status_code == 201, answer.text
        receipts.append(answer.json())


def test_another_host_goes_on_from_the_backup(tmp_path, empty_host, record_property):
    queue.connection().flushall()
    phase = {"daily_limit": 5000, "total_limit": 5000}
    competition = make_competition(tmp_path, phases=[{**description()["phases"][0], **phase}])
    ada, bob = make_member(competition, "ada"), make_member(competition, "bob")
    for member in (ada, bob):
        evaluate(hand_in(member, detections_csv(shift=member.pk % 7)).submission.evaluations.get().pk, 1)
    publish_ready()
    token, backup, receipts, over = make_token(ada.user), tmp_path / "backup", [], threading.Event()
    with serving() as address:
        told = board_at(address)
        uploads = threading.Thread(target=keep_uploading, args=(address, token, over, receipts))
        uploads.start()
        wait_until(lambda: len(receipts) >= 3, what="an upload before the backup")
        began = time.monotonic()
        taken = manage("backup", str(backup))
        took, during = time.monotonic() - began, len(receipts)
        wait_until(lambda: len(receipts) > during, what="an upload after the backup")
        over.set()
        uploads.join()
    assert taken.returncode == 0, taken.stderr
    manifest = json.loads((backup / "manifest.json").read_text())
    private_key = Path(os.environ["LABELS_PRIVATE_KEY_FILE"]).read_text().strip()
    files = [path for path in backup.rglob("*") if path.is_file()]
    assert not any(private_key.encode() in path.read_bytes() for path in files)
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    queue.connection().flushall()

    restored = manage("restore", str(backup), **empty_host)

    assert restored.returncode == 0, restored.stderr
    seconds = float(restored.stdout.split(" files in ")[1].split(" s")[0])
    assert f"boards {manifest['board_checksum']}" in taken.stdout
    assert f"boards {manifest['board_checksum']}" in restored.stdout
    kept = {name for (name,) in rows(empty_host, "SELECT file FROM competition_submission")}
    assert {file["name"] for file in manifest["files"]} == kept
    assert 5 <= len(kept) < Submission.objects.count()
    for name in kept:
        here, there = (Path(place) / name for place in (os.environ["STORAGE_DIR"], empty_host["STORAGE_DIR"]))
        assert here.read_bytes() == there.read_bytes()
    with serving(**empty_host) as address:
        assert board_at(address) == told
        with running("worker", "sweeper", **empty_host):
            waiting = "SELECT FROM competition_evaluation WHERE state <> 'done' OR counted_at IS NULL"
            after = wait_until(lambda: not rows(empty_host, waiting), seconds=120, what="the scores")
            assert httpx.get(f"{address}/readyz").status_code == 200
            own = httpx.get(
                f"{address}/api/v1/submissions/{receipts[0]['id']}", headers={"Authorization": f"Bearer {token}"}
            )
            assert own.json()["state"] == "scored"
    assert manage("verify_audit", **empty_host).returncode == 0
    assert manage("restore", str(backup), **empty_host).returncode == 1
    record_property("backup", f"{took:.1f} s with uploads going on, {len(kept)} submissions")
    record_property("restore", f"{seconds:.1f} s; what waited was scored {after:.1f} s after the start")


def test_what_is_damaged_or_would_overwrite_is_refused_before_anything_is_written(tmp_path):
    hand_in(make_member(make_competition(tmp_path)), detections_csv())
    backup, damaged = tmp_path / "backup", tmp_path / "damaged"
    call_command("backup", str(backup))
    shutil.copytree(backup, damaged)
    stored = next((damaged / "files" / "submissions").iterdir())
    stored.write_bytes(stored.read_bytes()[:-1] + b"x")

    with pytest.raises(CommandError, match="exists"):
        call_command("backup", str(backup))
    with pytest.raises(CommandError, match="SHA-256 differs"):
        call_command("restore", str(damaged))
    with pytest.raises(CommandError, match="holds rows"):
        call_command("restore", str(backup))
    with pytest.raises(Conflict, match="newer server"):
        refuse_used_host({"migrations": [["competition", "9999_to_come"]]})
    for file in (tmp_path / "backup" / "files" / "submissions").iterdir():
        storage.drop(f"submissions/{file.name}")
    with pytest.raises(CommandError, match="is missing"):
        call_command("backup", str(tmp_path / "third"))
    assert not (tmp_path / "third").exists()
    assert list(tmp_path.glob("*.part")) == []
