"""A few large files are checked at once; the others wait, and a small one never does."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from competition import storage
from competition.errors import Unavailable
from competition.operations import submit as submitting
from competition.slots import slot
from tests.factory import detections_csv, hand_in, make_competition, make_member, make_token

HOLD = "import sys, pathlib, time\nfrom competition.slots import slot\n"
HOLD += "with slot(pathlib.Path(sys.argv[1]), most=1, patience=0):\n    print('held', flush=True)\n    time.sleep(60)\n"


def test_no_more_than_so_many_go_on_at_once_and_all_come_to_their_turn(tmp_path):
    inside, most_inside, done = [0], [0], []
    lock = threading.Lock()

    def work():
        with slot(tmp_path, most=2, patience=20):
            with lock:
                inside[0] += 1
                most_inside[0] = max(most_inside[0], inside[0])
            time.sleep(0.1)
            with lock:
                inside[0] -= 1
                done.append(1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most_inside[0] == 2
    assert len(done) == 8


def test_a_process_that_is_killed_gives_its_slot_back(tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE)
    try:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Unavailable), slot(tmp_path, most=1, patience=0.1):
            pass
    finally:
        os.kill(holder.pid, signal.SIGKILL)
        holder.communicate()

    with slot(tmp_path, most=1, patience=5):
        pass


def test_a_large_upload_waits_for_room_and_is_told_when_to_come_back_and_a_small_one_is_taken(
    db, tmp_path, settings, monkeypatch
):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(
        update={"large_checks": 1, "storage_dir": tmp_path / "storage"}
    )
    member = make_member(make_competition(tmp_path))
    monkeypatch.setattr(submitting, "PATIENCE_SECONDS", 0.2)
    large = detections_csv()
    monkeypatch.setattr(submitting, "SMALL_BYTES", len(large) - 1)
    api = Client(headers={"Authorization": f"Bearer {make_token(member.user)}"})

    def upload(content):
        form = {"track": "detection", "file": SimpleUploadedFile("f.csv", content)}
        return api.post("/api/v1/competitions/chest/submissions", form)

    with slot(storage.slots_folder(), most=1, patience=0):
        refused = upload(large)
        monkeypatch.setattr(submitting, "SMALL_BYTES", len(large))
        taken = upload(large)
    monkeypatch.setattr(submitting, "SMALL_BYTES", len(large) - 1)

    assert (refused.status_code, refused.json()["code"], refused["Retry-After"]) == (503, "busy", "5")
    assert taken.status_code == 201
    assert hand_in(member, large).quota.used == 2
    assert [path.name for path in (tmp_path / "storage" / "submissions").glob("*.part")] == []
