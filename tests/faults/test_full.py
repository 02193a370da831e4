"""What is full refuses cleanly, and what was taken is scored as soon as there is room again."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models.functions import Now
from django.test import Client

from competition import queue
from competition.jobs import evaluate
from competition.models import Board, Evaluation, Submission
from competition.operations.sweep import PATIENCE, publish_ready, ring_for_lost
from tests.factory import detections_csv, make_competition, make_member, make_token

FULL = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON competition_evaluation EXECUTE FUNCTION no_room();
"""


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def upload(api, shift):
    file = SimpleUploadedFile("boxes.csv", detections_csv(shift=shift))
    return api.post("/api/v1/competitions/chest/submissions", {"track": "detection", "file": file})


@pytest.fixture
def room():
    """However the test ends, Valkey has its memory again."""
    bell = queue.connection()
    bell.flushall()
    had = bell.config_get("maxmemory")["maxmemory"]
    yield bell
    bell.config_set("maxmemory", had)


@pytest.mark.django_db(transaction=True)
def test_a_full_valkey_loses_no_submission_and_a_full_database_takes_none(tmp_path, room, settings, monkeypatch):
    monkeypatch.setattr("competition.operations.publish.SHORTEST_GAP", timedelta(0))
    member = make_member(make_competition(tmp_path))
    api = Client(headers={"Authorization": f"Bearer {make_token(member.user)}"})

    room.config_set("maxmemory", 1)
    while_bell_is_full = [upload(api, shift).status_code for shift in (1, 2)]
    rung = room.config_set("maxmemory", "256mb") and queue.bell().get_job_ids()
    run(FULL)
    try:
        refused = upload(api, 3)
    finally:
        run("DROP TRIGGER full_disk ON competition_evaluation; DROP FUNCTION no_room")
    after = upload(api, 3)
    Evaluation.objects.update(waiting_since=Now() - 2 * PATIENCE)
    ring_for_lost()
    ringing = set(queue.bell().get_job_ids())
    for evaluation in Evaluation.objects.all():
        evaluate(evaluation.pk, evaluation.attempt)
    publish_ready()

    assert while_bell_is_full == [201, 201]
    assert rung == []
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert int(refused["Retry-After"]) > 0
    assert after.status_code == 201
    assert after.json()["quota"]["used"] == 3
    assert ringing == {queue.job_id(pk, 1) for pk in Evaluation.objects.values_list("pk", flat=True)}
    kept = {path.name for path in (settings.ENVIRONMENT.storage_dir / "submissions").iterdir()}
    assert {file.partition("/")[2] for file in Submission.objects.values_list("file", flat=True)} <= kept
    assert Submission.objects.count() == 3
    assert Board.objects.latest("version").entries[0]["submissions"] == 3
