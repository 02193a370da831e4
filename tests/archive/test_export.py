"""The archive: whole, of one instant, without labels, and recognisably broken when it is."""

import csv
import hashlib
import io
import json
import threading
import zipfile

import numpy as np
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connections

from competition import storage, vault
from competition.models import AuditEvent, Board, Evaluation, Score, Submission
from competition.operations.archive_rows import fields_of
from competition.operations.archive_tables import LEFT_OUT, TABLES
from competition.operations.export_archive import archive_of
from tests.archive.conftest import rows_of, unpacked
from tests.factory import annotations_csv, detections_csv, hand_in, true_boxes


def table(members, name):
    return list(csv.DictReader(io.StringIO(members[name].decode())))


def test_the_archive_has_every_result_file_and_act(played):
    members = unpacked(played)

    manifest = json.loads(members["manifest.json"])
    assert [entry["name"] for entry in manifest["members"]] == list(members)[:-1]
    for entry in manifest["members"]:
        assert (len(members[entry["name"]]), hashlib.sha256(members[entry["name"]]).hexdigest()) == (
            entry["size"],
            entry["sha256"],
        )
    assert (manifest["competition"], manifest["people"], manifest["faults"]) == ("chest", False, [])

    of_id = {str(submission.pk): submission for submission in Submission.objects.order_by("received_at")}
    handed_in = table(members, "submissions.csv")
    assert [row["id"] for row in handed_in] == [str(pk) for pk in of_id]
    for row in handed_in:
        assert members[row["file"]] == storage.read(of_id[row["id"]].file)
    assert [row["state"] for row in handed_in] == ["scored", "scored", "scored", "scored", "accepted"]
    assert (handed_in[0]["team"], handed_in[0]["note"], handed_in[0]["disqualification"]) == (
        "'=Team A",
        "'=1+1",
        "by hand",
    )
    assert rows_of(members, "submissions.jsonl")[0]["note"] == "=1+1"
    private = Score.objects.get(evaluation__submission=handed_in[1]["id"], part="private")
    assert float(handed_in[1]["private_score"]) == private.value
    assert (bool(handed_in[1]["selected_at"]), bool(handed_in[2]["withdrawn_at"])) == (True, False)

    scores = table(members, "scores.csv")
    assert len(scores) == Score.objects.count() == 8
    for row in scores:
        replicates = np.load(io.BytesIO(members[row["replicates"]]))[int(row["row"])]
        kept = Score.objects.get(evaluation__submission=row["submission"], part=row["part"])
        assert replicates.tobytes() == bytes(kept.replicates)
        assert int(row["bootstrap_seed"]) == kept.evaluation.ground_truth.bootstrap_seed
    labels = table(members, "labels.csv")
    assert {row["label"] for row in labels} == {"Cardiomegaly", "Nodule/Mass", "Pneumonia", "No finding"}

    boards = rows_of(members, "boards/main-detection.jsonl")
    of_database = Board.objects.filter(track__kind="detection").order_by("version")
    assert [board["entries"] for board in boards] == [board.entries for board in of_database]
    assert len(table(members, "boards/main-detection.csv")) == sum(len(board.entries) for board in of_database)

    audit = rows_of(members, "audit/1.jsonl")
    before = "0" * 64
    for row in audit:
        assert json.loads(row["canonical"])[1] == before
        before = hashlib.sha256(row["canonical"].encode()).hexdigest()
        assert row["hash"] == before
    assert len(audit) == AuditEvent.objects.count()

    assert [one.name for one in TABLES if not members[f"tables/{one.name}.jsonl"]] == []
    assert members["handouts/read-me.txt"] == b"hello\n"
    assert b"slug: chest" in members["description/competition.yaml"]

    long = table(members, "challenger/main-detection-private.csv")
    assert set(long[0]) == {"task", "algorithm", "case", "value"}
    assert len(long) == 1000
    assert {row["algorithm"] for row in long} == {"Team B"}


def test_the_same_state_gives_the_same_bytes_but_for_the_time(played):
    first, second = unpacked(played), unpacked(played)
    times = [json.loads(members.pop("manifest.json")).pop("exported_at") for members in (first, second)]

    assert first == second
    assert list(first) == list(second)
    assert times[0] < times[1]


def test_no_label_no_secret_and_no_address_is_in_it(played):
    team = played.teams.get(name="Team B")
    plain, with_people = (b"\n".join(unpacked(played, people=people).values()) for people in (False, True))
    evaluation = Evaluation.objects.first()
    truth = evaluation.ground_truth

    boxes = [",".join(f"{value}" for value in row[2:]).encode() for row in true_boxes()[24:]]
    secrets = [
        annotations_csv().encode(),
        truth.fingerprint.encode(),
        bytes(truth.sealed.box),
        bytes(played.split.sealed.box),
        played.split.fingerprint.encode(),
        b"77001922",
        team.invitation.encode(),
        team.memberships.get().user.password.encode(),
        *boxes,
    ]
    for words in (plain, with_people):
        assert [secret for secret in secrets if secret in words] == []
    assert b"olga@hospital.example" in with_people
    assert b"ada@uni.example" in with_people
    assert b"ada@uni.example" not in plain
    assert b"olga@hospital.example" not in plain


def test_every_table_is_in_the_archive_or_left_out_with_a_reason():
    """A new model is one entry of TABLES or of LEFT_OUT."""
    models = apps.get_models(include_auto_created=True)
    exported = {table.model for table in TABLES}
    left = {model for model in models if model._meta.label in LEFT_OUT or model._meta.app_label in LEFT_OUT}

    assert [model._meta.label for model in models if (model in exported) == (model in left)] == []
    assert all(LEFT_OUT.values())
    assert all(reason for table in TABLES for reason in table.without.values())


def test_no_field_that_sounds_like_a_secret_is_in_the_archive():
    sounds = (
        "password",
        "token",
        "secret",
        "invitation",
        "fingerprint",
        "box",
        "sealed",
        "email",
        "session",
        "idempotency",
    )
    fields = [f"{table.name}.{field.name}" for table in TABLES for field in fields_of(table)]

    assert [name for name in fields if any(sound in name for sound in sounds)] == []


def test_it_is_of_one_instant_and_starts_before_it_is_made(played):
    pieces = archive_of(played)
    first = next(pieces)
    ada = played.teams.get(name="=Team A").memberships.get()
    later = _in_another_connection(lambda: hand_in(ada, detections_csv(shift=11.0)).submission.pk)
    rest = b"".join(pieces)

    with zipfile.ZipFile(io.BytesIO(first + rest)) as archive:
        names = archive.namelist()
    assert Submission.objects.filter(pk=later).exists()
    assert f"files/{later}.csv" not in names
    assert "files/" in names[-2]


def _in_another_connection(act):
    found = []

    def run():
        try:
            found.append(act())
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


def test_an_archive_that_breaks_off_is_none(played):
    whole = b"".join(archive_of(played))

    for share in (0.2, 0.9, 0.999):
        with pytest.raises(zipfile.BadZipFile):
            zipfile.ZipFile(io.BytesIO(whole[: int(len(whole) * share)]))


def test_a_file_that_is_gone_or_changed_is_told(played):
    first, second = Submission.objects.order_by("received_at")[:2]
    storage.drop(first.file)
    (storage._root() / second.file).write_bytes(b"other")

    members = unpacked(played)

    told = json.loads(members["manifest.json"])["faults"]
    assert [fault["submission"] for fault in told] == [str(first.pk), str(second.pk)]
    assert members[f"files/{second.pk}.csv"] == b"other"


def test_an_organizer_fetches_it_and_each_way_is_an_act_of_its_own(played, client):
    client.force_login(played.organizers.get())
    address = "/api/v1/competitions/chest/export"
    answers = [client.get(address + words) for words in ("?format=zip", "?format=zip&people=1")]
    archives = [zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) for answer in answers]
    refused = [client.get(address + words).status_code for words in ("?format=tar", "?format=zip&people=yes")]
    client.force_login(played.teams.first().memberships.get().user)
    acts = AuditEvent.objects.order_by("number").values_list("act", "actor__username")

    assert [answer["Content-Type"] for answer in answers] == ["application/zip"] * 2
    assert answers[0]["Content-Disposition"] == 'attachment; filename="chest.zip"'
    assert [archive.read("people.csv").count(b"\n") for archive in archives] == [4, 4]
    assert [b"olga@hospital.example" in archive.read("people.csv") for archive in archives] == [False, True]
    assert list(acts)[-2:] == [("export_archive", "olga"), ("export_archive_with_people", "olga")]
    assert refused == [400, 400]
    assert client.get(address + "?format=zip").status_code == 404


def test_the_command_writes_the_same_archive_and_leaves_no_half_one(played, tmp_path, capsys, monkeypatch):
    call_command("export_archive", "chest", str(tmp_path / "chest.zip"))
    told = capsys.readouterr().err
    with pytest.raises(CommandError, match="exists"):
        call_command("export_archive", "chest", str(tmp_path / "chest.zip"))
    with pytest.raises(CommandError, match="no competition"):
        call_command("export_archive", "other", str(tmp_path / "other.zip"))
    monkeypatch.setattr("competition.operations.archive_replicates.ITEM", 3)
    with pytest.raises(ValueError, match="replicates"):
        call_command("export_archive", "chest", str(tmp_path / "broken.zip"))

    content = (tmp_path / "chest.zip").read_bytes()
    assert told == f"sha256 {hashlib.sha256(content).hexdigest()}\n"
    assert "manifest.json" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert [path.name for path in tmp_path.glob("*.zip")] == ["chest.zip"]


def test_a_table_by_image_is_made_only_where_the_private_key_is(played, capsys, settings):
    call_command("export_cases", "chest")
    told = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(told.out)))
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"labels_private_key_file": None})
    vault._private_key.cache_clear()
    with pytest.raises(CommandError, match="no private key"):
        call_command("export_cases", "chest")
    vault._private_key.cache_clear()
    report = Score.objects.get(evaluation__submission__selected_at__isnull=False, part="private").report

    assert list(rows[0]) == ["task", "algorithm", "case", "value", "positives", "found", "wrong"]
    for of_label in report["classes"]:
        task = f"main, detection, private part, {of_label['label']}"
        cases = [row for row in rows if row["task"] == task and row["positives"] != "0"]
        positives = sum(int(row["positives"]) for row in cases)
        gained = sum(float(row["value"]) * int(row["positives"]) for row in cases)
        assert {row["algorithm"] for row in cases} == {"Team B"}
        assert positives == of_label["positives"]
        assert gained / positives == pytest.approx(of_label["value"])
    assert {row["task"].split(",")[1] for row in rows} == {" detection", " classification"}
    assert "tells labels" in told.err
    assert AuditEvent.objects.filter(act="export_cases", actor=None).count() == 1


def test_the_web_process_may_read_all_that_it_exports(played):
    call_command("grant_roles", verbosity=0)
    before = unpacked(played)
    facts = connections["default"].settings_dict
    owner = facts["USER"]
    connections["default"].close()
    facts["USER"] = "vindr_web"
    try:
        as_web = unpacked(played)
    finally:
        connections["default"].close()
        facts["USER"] = owner

    assert list(as_web) == list(before)
    assert {name for name in before if before[name] != as_web[name]} == {"manifest.json"}
