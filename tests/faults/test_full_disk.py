"""Disks that are really full: small file systems in memory, below the storage and below tables of PostgreSQL."""

import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from competition import queue
from competition.models import Evaluation, Phase, Submission
from tests.factory import detections_csv, make_competition, make_member, make_token
from tests.running import environment_of_tests, running, serving, wait_until
from tests.services import short_temporary_folder

pytestmark = pytest.mark.django_db(transaction=True)
MIB = 1024 * 1024
SOME = detections_csv() + b"\n" * 200_000


@contextmanager
def small_disk(place: Path, size: int):
    """A file system of so many bytes; skips the test where none may be made."""
    place.mkdir(parents=True)
    mount = shutil.which("mount")
    command = [mount, "-t", "tmpfs", "-o", f"size={size}", "vindr-tests", str(place)]
    made = mount and subprocess.run(command, capture_output=True, check=False)
    if not made or made.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path, *, leave: int = 0) -> Path:
    """Write a file until the disk has so many bytes left."""
    filler = place / "filler"
    with open(filler, "wb", buffering=0) as file:
        free = shutil.disk_usage(place).free - leave
        while free > 0 and (written := file.write(b"x" * min(free, 4096))):
            free -= written
    return filler


@pytest.fixture
def token(tmp_path):
    queue.connection().flushall()
    member = make_member(make_competition(tmp_path))
    Phase.objects.update(daily_limit=1000, total_limit=1000)
    return make_token(member.user)


def test_a_storage_that_is_full_takes_nothing_and_loses_nothing(tmp_path, token, record_property):
    with small_disk(tmp_path / "disk", 2 * MIB) as disk, serving(STORAGE_DIR=str(disk)) as address:

        def upload():
            return httpx.post(
                f"{address}/api/v1/competitions/chest/submissions",
                data={"track": "detection"},
                files={"file": SOME},
                headers={"Authorization": f"Bearer {token}"},
                timeout=60,
            )

        filler = fill(disk, leave=MIB)
        before = [upload() for _ in range(8)]
        ready = httpx.get(f"{address}/readyz").json()
        filler.unlink()
        after = upload()
        kept = {path.name for path in (disk / "submissions").iterdir()}
        with running("worker", "sweeper", STORAGE_DIR=str(disk)):
            wait_until(lambda: not Evaluation.objects.exclude(state="done").exists(), seconds=120, what="the scores")

    taken = sum(answer.status_code == 201 for answer in before)
    refused = [answer for answer in before if answer.status_code != 201]
    assert 0 < taken < 8
    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(503, "unavailable")}
    assert ready["database"] is True
    assert after.status_code == 201
    assert after.json()["quota"]["used"] == taken + 1 == Submission.objects.count()
    assert kept == {Path(name).name for name in Submission.objects.values_list("file", flat=True)}
    record_property("storage of 2 MiB", f"{taken} taken, {len(refused)} answered 503, none lost")


@contextmanager
def reachable_disk(size: int):
    """One in a folder that PostgreSQL's user may enter, as it may not those of pytest."""
    with tempfile.TemporaryDirectory(dir=short_temporary_folder()) as folder:
        Path(folder).chmod(0o755)
        with small_disk(Path(folder) / "disk", size) as disk:
            yield disk


@contextmanager
def tables_on(disk: Path, *tables: str):
    """These tables lie on that disk until the block ends."""
    owner = conninfo_to_dict(environment_of_tests()["DATABASE_URL"])
    where = disk / "tables"
    where.mkdir(mode=0o700)
    superuser = make_conninfo("", **{**owner, "user": "postgres", "dbname": "postgres"})
    with psycopg.connect(superuser, autocommit=True) as admin:
        server = Path(admin.execute("SHOW data_directory").fetchone()[0]).stat()
        shutil.chown(where, server.st_uid, server.st_gid)
        admin.execute(f"CREATE TABLESPACE small OWNER {owner['user']} LOCATION '{where}'")
        try:
            for table in tables:
                run(f"ALTER TABLE {table} SET TABLESPACE small")
            yield
        finally:
            for table in tables:
                run(f"ALTER TABLE {table} SET TABLESPACE pg_default")
            admin.execute("DROP TABLESPACE small")


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_database_that_is_full_takes_nothing_and_loses_nothing(tmp_path, token, record_property):
    api = Client(headers={"Authorization": f"Bearer {token}"})

    def upload():
        file = SimpleUploadedFile("boxes.csv", detections_csv())
        return api.post("/api/v1/competitions/chest/submissions", {"track": "detection", "file": file})

    with reachable_disk(2 * MIB) as disk, tables_on(disk, "competition_submission", "competition_evaluation"):
        first = upload()
        filler = fill(disk)
        before = [first, *(upload() for _ in range(60))]
        filler.unlink()
        after = upload()

    taken = sum(answer.status_code == 201 for answer in before)
    refused = [answer for answer in before if answer.status_code != 201]
    assert refused
    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(503, "unavailable")}
    assert after.status_code == 201
    assert after.json()["quota"]["used"] == taken + 1 == Submission.objects.count() == Evaluation.objects.count()
    record_property("tables on a full disk", f"{taken} taken, {len(refused)} answered 503, none lost")
