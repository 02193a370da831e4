"""VinDr Lab's export as ground truth, with the odd cases that its form allows."""

import csv
import hashlib
import io
import json
from typing import Any

import pytest

from scoring import SeveralReviews, check_vindr_rules, convert_vindr_lab, read_box_truth, read_label_truth
from scoring.labels import ALL
from tests.scoring.exports import SOP, corners, export, label, mark, object_
from tests.scoring.faults_of import refusal

ONE, TWO = (hashlib.md5(SOP.format(n).encode(), usedforsecurity=False).hexdigest() for n in (1, 2))
BOX = (100.0, 50.0, 200.5, 300.0)


def converted(content: Any, labels: Any = ALL) -> Any:
    return convert_vindr_lab(json.dumps(content).encode(), labels=labels)


def boxes_of(content: Any) -> list[tuple[str, str, tuple[float, ...]]]:
    truth = read_box_truth(converted(content).boxes, labels=ALL)
    rows = zip(truth.image, truth.label, truth.box, strict=True)
    return [(truth.image_ids[i], truth.labels[k], tuple(box.tolist())) for i, k, box in rows]


def labels_of(content: Any) -> dict[str, set[str]]:
    truth = read_label_truth(converted(content).labels, labels=ALL)
    return {
        image: {name for name, bit in zip(truth.labels, row, strict=True) if bit}
        for image, row in zip(truth.image_ids, truth.values, strict=True)
    }


def places_of(content: Any) -> list[tuple[str, str | None]]:
    faulty = refusal(lambda: converted(content))
    assert all(problem.line is None for problem in faulty.problems)
    assert "Somebody" not in json.dumps(faulty.as_json())
    return [(problem.code, problem.column) for problem in faulty.problems]


def test_an_export_becomes_two_files_that_keep_the_rules() -> None:
    found = converted(export())

    assert boxes_of(export()) == [(ONE, "Nodule/Mass", BOX)]
    assert labels_of(export()) == {ONE: {"Nodule/Mass", "Lung tumor"}, TWO: {"No finding"}}
    assert found.images == tuple(sorted((ONE, TWO)))
    assert found.notices == ()
    assert check_vindr_rules(found.boxes, found.labels) == ()
    assert b"Somebody" not in found.boxes + found.labels


@pytest.mark.parametrize(
    "points",
    [corners(100, 50, 200.5, 300), corners(200.5, 50, 100, 300), corners(100, 300, 200.5, 50)],
)
def test_a_box_may_be_drawn_along_any_diagonal(points: Any) -> None:
    assert boxes_of(export(finding=[mark(3, 1, "Nodule/Mass", points=points)])) == [(ONE, "Nodule/Mass", BOX)]


def test_a_box_of_two_labels_is_two_boxes() -> None:
    content = export(finding=[mark(3, 1, "Nodule/Mass", "Lung Opacity", "Nodule/Mass", points=corners(1, 2, 3, 4))])

    assert [name for _, name, _ in boxes_of(content)] == ["Lung Opacity", "Nodule/Mass"]


def test_the_names_of_the_labels_are_matched_through_their_aliases() -> None:
    labels = [label(name) for name in ALL]
    labels[ALL.index("Other diseases")]["name"] = "Other disease"
    labels[ALL.index("COPD")]["name"] = "Chronic obstructive pulmonary disease (COPD)"

    assert labels_of(export(labels=labels, impression=[mark(1, 1, "COPD", "Other diseases")]))[ONE] == {
        "COPD",
        "Other diseases",
        "Nodule/Mass",
    }


def test_labels_of_other_groups_are_left_out_and_counted() -> None:
    labels = [*(label(name) for name in ALL), label("Scoliosis", label_group_id="group-2")]
    odd = mark(4, 1, points=corners(1, 2, 3, 4), label_ids=["Scoliosis"])

    found = converted(export(labels=labels, finding=[*export()["finding"], odd]))

    assert [(notice.code, notice.count) for notice in found.notices] == [("other_label", 1)]
    assert b"Scoliosis" not in found.boxes


def test_deleted_marks_and_archived_objects_are_left_out() -> None:
    deleted = mark(4, 2, "Edema", points=corners(1, 2, 3, 4), event="DELETED")
    content = export(finding=[*export()["finding"], deleted], archives=["image-1"])

    found = converted(content)

    assert found.images == (TWO,)
    assert boxes_of(content) == []
    assert {notice.code for notice in found.notices} == {"archived", "deleted"}


@pytest.mark.parametrize("status", ["ASSIGNED", "UNASSIGNED"])
def test_a_study_that_is_not_completed_has_no_ground_truth(status: str) -> None:
    studies = export()["studies"]
    studies[0]["status"] = status

    found = converted(export(studies=studies))

    assert found.images == (TWO,)
    assert [(notice.code, notice.count) for notice in found.notices] == [("study_not_completed", 1)]


def test_a_diagnosis_of_a_study_is_one_of_its_only_image() -> None:
    content = export(impression=[mark(1, 1, "Lung tumor", object_id="study-1"), mark(2, 2, "No finding")])

    assert labels_of(content)[ONE] == {"Lung tumor", "Nodule/Mass"}


def test_of_a_study_with_several_images_it_must_say_which() -> None:
    objects = [*export()["objects"], object_(9, study="study-1")]
    content = export(objects=objects, impression=[mark(1, 1, "Lung tumor", object_id="study-1")])

    assert places_of(content) == [("several_images", "impression[0].object_id")]


def test_marks_of_two_review_tasks_are_refused() -> None:
    second = mark(4, 1, "Edema", points=corners(1, 2, 3, 4), task_id="task-other")

    assert places_of(export(finding=[*export()["finding"], second])) == [("several_tasks", "finding[1].task_id")]


def twice_reviewed() -> dict[str, Any]:
    """Two reviewers have marked study 1 differently; they agreed on study 2, which has the marks of one."""
    other = {"task_id": "task-other", "creator_id": "person-8"}
    impressions = [*export()["impression"], mark(5, 1, "Pneumonia", **other)]
    second = mark(4, 1, "Edema", points=corners(1, 2, 3, 4), **other)
    return export(impression=impressions, finding=[*export()["finding"], second])


def test_reviews_to_choose_from_are_told_by_task_reviewer_studies_and_annotations() -> None:
    with pytest.raises(SeveralReviews) as raised:
        converted(twice_reviewed())

    assert [tuple(review.as_json().values()) for review in raised.value.reviews] == [
        ("task-1", "person-7", 1, 2),
        ("task-other", "person-8", 1, 2),
    ]
    assert raised.value.total == 2
    assert "Dr. Somebody" not in str(raised.value.as_json())


@pytest.mark.parametrize(
    ("review", "labels"),
    [
        ("task-1", {"Lung tumor", "Nodule/Mass"}),
        ("person-7", {"Lung tumor", "Nodule/Mass"}),
        ("task-other", {"Pneumonia", "Edema"}),
        ("person-8", {"Pneumonia", "Edema"}),
    ],
)
def test_of_a_study_with_marks_of_two_reviews_those_that_are_chosen_count(review: str, labels: set[str]) -> None:
    found = convert_vindr_lab(json.dumps(twice_reviewed()).encode(), labels=ALL, review=review)

    rows = {row["image_id"]: row for row in csv.DictReader(io.StringIO(found.labels.decode()))}
    told = [{name for name, cell in rows[image].items() if cell == "1"} for image in (ONE, TWO)]
    assert told == [labels, {"No finding"}]
    assert [(notice.code, notice.count) for notice in found.notices] == [("other_review", 2)]


@pytest.mark.parametrize("review", ["nobody", "Dr. Somebody"])
def test_a_review_that_is_not_there_is_refused_with_those_that_are(review: str) -> None:
    with pytest.raises(SeveralReviews) as raised:
        convert_vindr_lab(json.dumps(twice_reviewed()).encode(), labels=ALL, review=review)

    assert {problem.code for problem in raised.value.problems} == {"unknown_review", "several_tasks"}
    assert len(raised.value.reviews) == 2


def test_an_image_without_any_mark_has_no_label_which_the_rules_refuse() -> None:
    found = converted(export(impression=export()["impression"][:1]))

    assert [problem.code for problem in check_vindr_rules(found.boxes, found.labels)] == ["no_label"]


@pytest.mark.parametrize(
    ("meta", "image_id"),
    [
        ({"sop_instance_uid": "0123456789abcdef" * 2}, "0123456789abcdef" * 2),
        ({"sop_instance_uid": "", "masked_sop_instance_uid": SOP.format(1)}, ONE),
        ({"sop_instance_uid": f"masked.{SOP.format(1)}"}, ONE),
        ({"sop_instance_uid": None, "masked_sop_instance_uid": f"masked_{SOP.format(1)}"}, ONE),
    ],
)
def test_an_image_is_known_by_the_hash_of_its_uid(meta: dict[str, Any], image_id: str) -> None:
    objects = [object_(1, **meta), *export()["objects"][1:]]

    assert image_id in converted(export(objects=objects)).images


def test_null_is_an_empty_list_as_go_writes_it() -> None:
    assert converted(export(comments=None, archives=None)).images


def changed(part: str, position: int, **changes: Any) -> dict[str, Any]:
    content = export()
    content[part][position] |= changes
    return content


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (changed("finding", 0, type="POLYGON"), ("unsupported_type", "finding[0].type")),
        (changed("finding", 0, type="MASK"), ("unsupported_type", "finding[0].type")),
        (changed("finding", 0, type="BOUNDING_BOX_3D"), ("unsupported_type", "finding[0].type")),
        (changed("finding", 0, type="TAG"), ("unsupported_type", "finding[0].type")),
        (changed("finding", 0, type="CIRCLE"), ("bad_value", "finding[0].type")),
        (changed("impression", 0, type="BOUNDING_BOX"), ("unsupported_type", "impression[0].type")),
        (changed("impression", 0, data=corners(1, 2, 3, 4)), ("bad_value", "impression[0].data")),
        (changed("finding", 0, data=None), ("bad_box", "finding[0].data")),
        (changed("finding", 0, data=corners(1, 2, 3, 4)[:1]), ("bad_box", "finding[0].data")),
        (changed("finding", 0, data=corners(1, 2, "3", 4)), ("bad_box", "finding[0].data")),
        (changed("finding", 0, data=corners(1, 2, True, 4)), ("bad_box", "finding[0].data")),
        (changed("finding", 0, data=corners(1, 2, 1e9, 4)), ("bad_box", "finding[0].data")),
        (changed("finding", 0, data=corners(1, 2, 1, 4)), ("degenerate_box", "finding[0].data")),
        (changed("finding", 0, label_ids=[]), ("missing_label", "finding[0].label_ids")),
        (changed("finding", 0, label_ids=["x"]), ("unknown_label", "finding[0].label_ids")),
        (changed("finding", 0, label_ids=[7]), ("bad_value", "finding[0].label_ids[0]")),
        (changed("finding", 0, object_id="x"), ("unknown_object", "finding[0].object_id")),
        (changed("finding", 0, id="mark-1"), ("duplicate_id", "finding[0].id")),
        (changed("finding", 0, study_id="study-2"), ("bad_value", "finding[0].study_id")),
        (changed("labels", 0, id="label-1"), ("duplicate_id", "labels[1].id")),
        (changed("labels", 0, name="Something"), ("missing_label", "labels")),
        (changed("objects", 1, id="image-1"), ("duplicate_id", "objects[1].id")),
        (changed("objects", 0, meta=None), ("missing_key", "objects[0].meta")),
        (changed("objects", 0, study_id="\ud800"), ("bad_value", "objects[0].study_id")),
        (changed("objects", 0, type="VIDEO"), ("bad_value", "objects[0].type")),
        (changed("objects", 2, meta=object_(1)["meta"]), ("duplicate_image", "objects[2].meta")),
        (changed("studies", 0, status="DONE"), ("bad_value", "studies[0].status")),
        (changed("studies", 0, object_id="x"), ("unknown_object", "studies[0].object_id")),
        (export(studies=[]), ("unknown_study", "objects[0].study_id")),
        (export(labels="x"), ("bad_value", "labels")),
        (export(finding=[7]), ("bad_value", "finding[0]")),
        ({key: value for key, value in export().items() if key != "studies"}, ("missing_key", "studies")),
    ],
)
def test_a_fault_is_named_by_its_place_in_the_json(content: Any, place: tuple[str, str]) -> None:
    assert place in places_of(content)


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"7", b"{", b'{"labels": NaN}', b'{"a": 1, "a": 2}', b"\xff{}", b"[" * 200_000, b"PK\x03\x04"],
)
def test_what_is_no_export_is_refused_as_a_whole(data: bytes) -> None:
    assert refusal(lambda: convert_vindr_lab(data, labels=ALL)).total == 1
