"""VinDr Lab's export is the truth of a competition like the CSV files are."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from competition.models import AuditEvent, Competition, GroundTruth
from competition.operations.stage import rescore
from scoring import LOCAL
from tests.factory import make_token, make_user
from tests.management.test_create_competition import create
from tests.management.test_faulty_folders import faults_of
from tests.management.test_released_files import IMAGES, TRACKS, write_released
from tests.scoring.exports import corners, export, mark, object_
from tests.scoring.released import labels_of_images

EXPORTED = {kind: {**track, "truth": "export.json"} for kind, track in TRACKS.items()}


def export_of(labels):
    """The export that has the images, labels and boxes of the released form."""
    objects, impressions, findings, studies = [], [], [], []
    for number, (image, names) in enumerate(labels.items()):
        objects += [object_(number, sop_instance_uid=image), object_(number, "STUDY")]
        studies.append({"object_id": f"study-{number}", "code": str(number), "status": "COMPLETED"})
        x, y = 100.5 + number, 200.25 + number
        for place, name in enumerate(names):
            canonical = "Other diseases" if name == "Other disease" else name
            id_ = 100 * number + place
            if name in LOCAL:
                findings.append(mark(id_, number, canonical, points=corners(x + 300.46, y + 250.5, x, y)))
            else:
                impressions.append(mark(id_, number, canonical))
    return export(objects=objects, impression=impressions, finding=findings, studies=studies)


@pytest.fixture
def folder(db, tmp_path):
    folder = write_released(tmp_path / "f", tracks=EXPORTED)
    (folder / "export.json").write_text(json.dumps(export_of(labels_of_images(IMAGES))))
    return folder


def test_the_same_labels_as_export_and_as_csv_files_are_the_same_truth(folder):
    create(folder)

    _, err = create(write_released(folder), "--dry-run")

    assert Competition.objects.get().manifest.images == IMAGES
    assert "truth:" not in err


def test_what_is_left_out_of_an_export_is_remarked_on(folder):
    content = export_of(labels_of_images(IMAGES))
    content["studies"][0]["status"] = "ASSIGNED"
    (folder / "export.json").write_text(json.dumps(content))

    _, err = create(folder, "--dry-run")

    assert err.count("remark: 1 × study_not_completed") == 1
    assert f"{IMAGES - 1} images" in err


def test_a_faulty_export_is_named_with_the_place_in_the_json(folder):
    content = export_of(labels_of_images(IMAGES))
    content["finding"][2]["type"] = "POLYGON"
    (folder / "export.json").write_text(json.dumps(content))

    answer = faults_of(folder)

    assert answer["file"] == "export.json"
    assert [(p["code"], p["line"], p["column"]) for p in answer["problems"]] == [
        ("unsupported_type", None, "finding[2].type")
    ]


def test_a_broken_rule_in_an_export_names_the_image_and_no_line(folder):
    labels = labels_of_images(IMAGES)
    first = next(iter(labels))
    (folder / "export.json").write_text(json.dumps(export_of(labels | {first: []})))

    (problem,) = faults_of(folder)["problems"]

    assert (problem["code"], problem["line"]) == ("no_label", None)
    assert first in problem["detail"]


def test_an_export_is_uploaded_too(folder):
    create(folder)
    organizer = make_user("olga")
    Competition.objects.get().organizers.add(organizer)
    desk = Client(headers={"Authorization": f"Bearer {make_token(organizer)}"})

    def post(content, query="", **fields):
        files = {kind: SimpleUploadedFile("export.json", json.dumps(content).encode()) for kind in TRACKS}
        return desk.post(f"/api/v1/competitions/chest/truth{query}", files | fields)

    good = export_of(labels_of_images(IMAGES, seed=9))
    shown = post(good, "?dry_run=1")
    made = post(good, confirm="chest", reason="read again")
    faulty = post({**good, "studies": []}, "?dry_run=1")

    assert (shown.status_code, made.status_code, faulty.status_code) == (200, 201, 422)
    assert GroundTruth.objects.active().get().version == 2
    assert faulty.json()["problems"][0]["column"] == "objects[0].study_id"


def twice_reviewed():
    """The first study has the marks of another review too, which says that there is nothing."""
    labels = labels_of_images(IMAGES, seed=9)
    content = export_of(labels | {next(iter(labels)): ["Nodule/Mass", "Pneumonia"]})
    other = {"task_id": "other", "creator_id": "person-8"}
    content["impression"].append(mark(999_999, 0, "No finding", **other))
    return content


def test_of_several_reviews_one_is_chosen_in_the_yaml_or_on_the_command_line(folder):
    (folder / "export.json").write_text(json.dumps(twice_reviewed()))

    undecided = faults_of(folder)
    create(folder, "--review", "person-8")

    assert undecided["problems"][0]["code"] == "several_tasks"
    assert {review["reviewer"] for review in undecided["reviews"]} == {"person-7", "person-8"}
    assert GroundTruth.objects.get().review == "person-8"
    assert AuditEvent.objects.get(act="found").facts["review"] == "person-8"
    write_released(folder, tracks=EXPORTED, review="task-0")
    create(folder, "--confirm", "chest")
    assert GroundTruth.objects.active().get().review == "task-0"
    assert AuditEvent.objects.get(act="amend").facts["review"] == "task-0"


def test_of_several_reviews_one_is_chosen_over_the_api_from_one_file_for_all_tracks(folder):
    create(folder)
    Competition.objects.get().organizers.add(olga := make_user("olga"))
    desk = Client(headers={"Authorization": f"Bearer {make_token(olga)}"})

    def post(**fields):
        file = SimpleUploadedFile("export.json", json.dumps(twice_reviewed()).encode())
        return desk.post(
            "/api/v1/competitions/chest/truth", {"export": file, "confirm": "chest", "reason": "x"} | fields
        )

    undecided, unknown, made = post(), post(review="nobody"), post(review="other")

    assert (undecided.status_code, unknown.status_code, made.status_code) == (422, 422, 201)
    assert {"task": "other", "reviewer": "person-8", "studies": 1, "annotations": 1} in undecided.json()["reviews"]
    assert unknown.json()["problems"][0]["code"] in ("unknown_review", "several_tasks")
    assert desk.get("/api/v1/competitions/chest/truth/2").json()["review"] == "other"
    assert AuditEvent.objects.get(act="replace_truth").facts["review"] == "other"
    rescored = rescore(Competition.objects.get(), reason="new code", by=None)
    assert rescored.review == "other"


def test_a_review_is_chosen_from_an_export_only(folder):
    write_released(folder, review="task-1")

    assert faults_of(folder)["problems"][0]["code"] == "review_without_export"
