"""The two released VinDr-CXR test files become a competition as they are; the preview says what they hold."""

import io
import json
import re

import pytest
import yaml
from django.core.management import call_command

from competition.models import AuditEvent, Competition, GroundTruth
from tests.factory import description
from tests.management.test_create_competition import create
from tests.management.test_faulty_folders import faults_of
from tests.scoring.released import image_ids, labels_of_images, released_boxes, released_labels

IMAGES = 300
TRACKS = {
    "detection": {"labels": "local", "truth": "annotations_test.csv", "metric": "voc2010@0.4"},
    "classification": {"labels": "global", "truth": "image_labels_test.csv", "metric": "auroc"},
}


def write_released(folder, *, labels=None, **changes):
    folder.mkdir(exist_ok=True)
    facts = description(rules="vindr-cxr", tracks=TRACKS, min_positives=10, manifest=None, terms=None)
    labels = labels or labels_of_images(IMAGES)
    (folder / "competition.yaml").write_text(yaml.safe_dump({**facts, **changes}))
    (folder / "annotations_test.csv").write_bytes(released_boxes(labels))
    (folder / "image_labels_test.csv").write_bytes(released_labels(labels))
    return folder


@pytest.fixture
def without_global_label():
    """A finding, and no diagnosis: two images on which the radiologists forgot it."""
    labels = labels_of_images(IMAGES)
    return labels | {image: ["Cardiomegaly"] for image in image_ids(IMAGES)[:2]}


def test_the_released_files_are_taken_as_they_are(db, tmp_path):
    create(write_released(tmp_path / "f"))

    competition = Competition.objects.get()
    truth = GroundTruth.objects.get()
    assert competition.manifest.images == IMAGES
    assert competition.tracks.get(kind="classification").labels[3] == "Other diseases"
    assert {"Cardiomegaly", "Lung Opacity"} <= set(truth.tracks.get(track__kind="detection").scored_labels)
    assert "Other diseases" in truth.tracks.get(track__kind="classification").scored_labels
    assert truth.overrides == {}


def test_an_image_without_a_global_label_is_refused_unless_a_reason_is_recorded(db, tmp_path, without_global_label):
    folder = write_released(tmp_path / "f", labels=without_global_label)
    faults = faults_of(folder)
    _, err = create(write_released(folder, labels=without_global_label, overrides={"G1": " read before the rule "}))

    assert [problem["code"] for problem in faults["problems"]] == ["no_global_label"] * 2
    assert GroundTruth.objects.get().overrides == {"G1": "read before the rule"}
    assert AuditEvent.objects.get(act="found").facts["overrides"] == {"G1": "read before the rule"}
    assert "remark: 2 × overridden: Faults of G1 that are let pass: read before the rule" in err


def test_an_override_that_nothing_needed_is_not_recorded(db, tmp_path):
    create(write_released(tmp_path / "f", overrides={"G1": "to be sure"}))

    assert GroundTruth.objects.get().overrides == {}


@pytest.mark.parametrize("overrides", [{"G2": "why not"}, {"G1": " "}, {"G16": "x"}, {"G1": "x" * 1001}, ["G1"]])
def test_other_checks_are_not_overridden_and_not_without_a_reason(db, tmp_path, overrides):
    answer = faults_of(write_released(tmp_path / "f", overrides=overrides))

    assert answer["file"] == "competition.yaml"
    assert answer["problems"][0]["column"] == "overrides"


def test_an_override_lets_no_other_fault_pass(db, tmp_path, without_global_label):
    labels = without_global_label | {image_ids(IMAGES)[3]: ["No finding", "Pneumonia"]}

    answer = faults_of(write_released(tmp_path / "f", labels=labels, overrides={"G1": "known"}))

    assert [problem["code"] for problem in answer["problems"]] == ["finding_with_no_finding"]


def test_without_the_rules_the_files_may_break_them(db, tmp_path, without_global_label):
    create(write_released(tmp_path / "f", labels=without_global_label, rules=None))

    assert Competition.objects.exists()


def test_a_preview_counts_images_and_boxes_on_each_part_and_says_what_counts(db, tmp_path):
    folder = write_released(tmp_path / "f", split={"public": 0.3, "seed": 5}, not_in_score=["Nodule/Mass"])

    _, err = create(folder, "--dry-run")

    lines = [line.strip() for line in err.splitlines()]
    assert not Competition.objects.exists()
    assert re.fullmatch(r"300 images: (8[5-9]|9[0-5]) public, \d+ private", lines[0])
    cardiomegaly = next(line for line in lines if line.startswith("Cardiomegaly: "))
    in_all, public, private = map(int, re.findall(r"\d+", cardiomegaly)[:3])
    assert in_all == public + private
    assert cardiomegaly.endswith("private); counts")
    assert "Nodule/Mass" in err
    assert "does not count: listed in not_in_score" in err
    assert "Edema: 0 positive images (0 public, 0 private), 0 boxes (0 public, 0 private); does not count: " in err
    assert "warning: no positive image on the private part: its score there is not defined" in lines


def test_a_preview_warns_of_labels_with_fewer_than_ten_positives_on_a_side(db, tmp_path):
    _, err = create(write_released(tmp_path / "f", split={"public": 0.1, "seed": 5}), "--dry-run")

    lines = [line.strip() for line in err.splitlines()]
    tumor = next(place for place, line in enumerate(lines) if line.startswith("Lung tumor: "))
    assert lines[tumor + 1].startswith("warning: fewer than 10 positive images on the public part (")


def test_a_preview_of_changed_labels_comes_before_anything_is_stored(db, tmp_path):
    folder = write_released(tmp_path / "f")
    create(folder)
    (folder / "annotations_test.csv").write_bytes(
        released_boxes(labels_of_images(IMAGES)) + f"{image_ids(IMAGES)[0]},Edema,,,,\n".encode()
    )
    faults = faults_of_changed(folder)
    labels = labels_of_images(IMAGES, seed=4)

    _, err = create(write_released(folder, labels=labels), "--dry-run")

    assert faults == "annotations_test.csv"
    assert "300 images" in err
    assert "truth: the labels that are loaded → other labels" in err
    assert GroundTruth.objects.count() == 1


def faults_of_changed(folder):
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("create_competition", str(folder), stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())["file"]


def test_boxes_that_stand_twice_or_leave_their_image_are_taken_and_told(db, tmp_path):
    folder = write_released(tmp_path / "f", manifest="manifest.csv")
    path = folder / "annotations_test.csv"
    box = next(line for line in path.read_text().splitlines() if "Cardiomegaly" in line)
    path.write_text(path.read_text() + f"{box}\n")
    ids = image_ids(IMAGES)
    (folder / "manifest.csv").write_text("image_id,width,height\n" + "".join(f"{image},300,5000\n" for image in ids))

    _, err = create(folder)

    assert "remark: 1 × repeated_box" in err
    assert "× box_outside_image" in err


def test_images_without_a_row_in_the_boxes_file_are_told(db, tmp_path):
    folder = write_released(tmp_path / "f", manifest="manifest.csv")
    (folder / "manifest.csv").write_text("image_id\n" + "".join(f"{image}\n" for image in image_ids(IMAGES)))
    path = folder / "annotations_test.csv"
    whole = create(folder, "--dry-run")[1]
    lines = path.read_text().splitlines(keepends=True)
    wells = [line for line in lines if "No finding" in line]
    path.write_text("".join(line for line in lines if line not in wells[:2]))

    _, err = create(folder, "--dry-run")

    without = int(re.search(r"(\d+) × image_without_row", whole)[1]) if "image_without_row" in whole else 0
    assert f"remark: {without + 2} × image_without_row" in err
