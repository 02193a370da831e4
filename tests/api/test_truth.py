"""New labels by the API: previewed, held, compared, confirmed or dropped."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from competition.models import AuditEvent, GroundTruth, SealedTruth
from competition.operations.sweep import sweep
from tests.factory import annotations_csv, detections_csv, hand_in, image_labels_csv, make_token, make_user
from tests.operations.test_held_truth import corrected

TRUTH = "/api/v1/competitions/chest/truth"


@pytest.fixture
def desk(competition):
    organizer = make_user("olga")
    competition.organizers.add(organizer)
    return Client(headers={"Authorization": f"Bearer {make_token(organizer)}"})


def form(files=None, **fields):
    files = files or {"detection": annotations_csv().encode(), "classification": image_labels_csv().encode()}
    return {name: SimpleUploadedFile(f"{name}.csv", content) for name, content in files.items()} | fields


def test_a_dry_run_answers_with_counts_and_stores_nothing(desk):
    answer = desk.post(f"{TRUTH}?dry_run=1", form())

    body = answer.json()
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert body["images"] == 40
    assert body["tracks"]["detection"][0] == {
        "label": "Cardiomegaly",
        "images": 12,
        "boxes": 12,
        "public": None,
        "private": None,
        "public_boxes": None,
        "private_boxes": None,
        "counts": True,
        "why": "",
        "warnings": [],
    }
    assert (GroundTruth.objects.count(), SealedTruth.objects.count()) == (1, 1)
    assert not AuditEvent.objects.filter(act="replace_truth").exists()


def test_a_dry_run_tells_what_is_faulty_and_in_which_file(desk):
    files = {"detection": annotations_csv().encode(), "classification": b"image_id,Pneumonia,No finding\nx,2,0\n"}

    answer = desk.post(f"{TRUTH}?dry_run=1", form(files))

    assert answer.status_code == 422
    assert answer.json()["file"] == "classification"


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("?dry_run=maybe", {}),
        ("", {"hold": "perhaps", "confirm": "chest", "reason": "x"}),
        ("?dry_run=1", {"overrides": "G1"}),
        ("?dry_run=1", {"overrides": '{"G1": 1}'}),
        ("?dry_run=1", {"overrides": '{"G2": "why"}'}),
        ("?dry_run=1", {"overrides": "[" * 100_000}),
        ("?dry_run=1", {"overrides": '{"G1": "\\u0000"}'}),
        ("?dry_run=1", {"overrides": '{"G1": "\\ud800"}'}),
        ("", {"confirm": "chest", "reason": "a\0b"}),
    ],
)
def test_what_can_not_be_understood_is_refused(desk, query, fields):
    answer = desk.post(f"{TRUTH}{query}", form(**fields))

    assert answer.status_code == 400
    assert GroundTruth.objects.count() == 1


def test_a_held_version_is_followed_compared_and_confirmed(desk, member, score_all):
    hand_in(member, detections_csv())
    score_all()
    made = desk.post(TRUTH, form(corrected(), confirm="chest", reason="boxes were shifted", hold="true"))
    before = desk.get(f"{TRUTH}/2").json()
    early = desk.post(f"{TRUTH}/2/confirm", {"confirm": "chest"}, "application/json")
    score_all()
    after = desk.get(f"{TRUTH}/2").json()

    unsure = desk.post(f"{TRUTH}/2/confirm", {"confirm": "chests"}, "application/json")
    confirmed = desk.post(f"{TRUTH}/2/confirm", {"confirm": "chest"}, "application/json")
    sweep()
    versions = desk.get(TRUTH).json()

    assert made.status_code == 201
    assert (before["held"], before["scored"], before["failed"], before["total"]) == (True, 0, 0, 1)
    assert (early.status_code, early.json()["code"]) == (409, "still_scoring")
    assert (after["scored"], after["total"]) == (1, 1)
    assert after["rank_changes"] == [
        {
            "phase": "main",
            "track": "detection",
            "part": "public",
            "team": "Team ada",
            "rank_before": 1,
            "rank_after": 1,
            "score_before": 1.0,
            "score_after": 0.0,
        }
    ]
    assert (unsure.status_code, confirmed.status_code) == (409, 200)
    assert [(version["version"], version["state"]) for version in versions] == [(2, "active"), (1, "retired")]
    assert versions[0]["activated_at"] is not None


def test_a_held_rescore_is_dropped(desk, member, score_all):
    hand_in(member, detections_csv())
    score_all()
    body = {"confirm": "chest", "reason": "new metric", "hold": True}
    desk.post("/api/v1/competitions/chest/rescore", body, "application/json")

    answer = desk.post(f"{TRUTH}/2/drop", {"confirm": "chest"}, "application/json")
    again = desk.post(f"{TRUTH}/2/drop", {"confirm": "chest"}, "application/json")

    assert (answer.status_code, answer.json()["state"]) == (200, "retired")
    assert (again.status_code, again.json()["code"]) == (409, "not_held")
    assert GroundTruth.objects.active().get().version == 1


@pytest.mark.parametrize("version", ["7", "99999999999999999999"])
def test_a_version_that_is_not_there_is_not_found(desk, version):
    assert desk.get(f"{TRUTH}/{version}").status_code == 404
