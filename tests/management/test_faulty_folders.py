"""Whatever is wrong in a competition's folder is told with its place, and nothing is written."""

import io
import json
import os

import pytest
import yaml
from django.core.management import call_command

from competition.models import Competition
from tests.factory import IMAGES, annotations_csv, description, image_labels_csv, write_folder

PHASE = description()["phases"][0]
DETECTION = {"labels": ["Cardiomegaly"], "truth": "annotations.csv", "metric": "voc2010@0.4"}


def faults_of(folder):
    """The answer of `create_competition`, which ends with exit code 3."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("create_competition", str(folder), stdout=out, stderr=err)
    assert end.value.code == 3
    assert not Competition.objects.exists()
    answer = json.loads(out.getvalue())
    assert answer["total"] >= len(answer["problems"]) > 0
    assert all(problem["detail"].endswith(".") for problem in answer["problems"])
    assert answer["file"] in err.getvalue()
    return answer


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"colour": "red"}, "colour"),
        ({"slug": "Not A Slug"}, "slug"),
        ({"slug": 7}, "slug"),
        ({"slug": "chest\n"}, "slug"),
        ({"title": ""}, "title"),
        ({"title": "a\0b"}, "title"),
        ({"about": ["about.md"]}, "about"),
        ({"terms": "terms.md"}, "terms"),
        ({"terms": {"version": "1"}}, "terms.text"),
        ({"rules": "others"}, "rules"),
        ({"tracks": {}}, "tracks"),
        ({"tracks": ["detection"]}, "tracks"),
        ({"tracks": {"segmentation": DETECTION}}, "tracks.segmentation.[key]"),
        ({"tracks": {"detection": DETECTION | {"metric": "map"}}}, "tracks.detection.metric"),
        ({"tracks": {"detection": DETECTION | {"metric": "voc2010@x"}}}, "tracks.detection.metric"),
        ({"tracks": {"detection": DETECTION | {"metric": "coco@0.5"}}}, "tracks.detection.metric"),
        ({"tracks": {"detection": DETECTION | {"metric": "auroc"}}}, "tracks"),
        ({"tracks": {"classification": DETECTION}}, "tracks"),
        ({"tracks": {"detection": DETECTION | {"labels": []}}}, "tracks.detection.labels"),
        ({"tracks": {"detection": DETECTION | {"labels": "some"}}}, "tracks.detection.labels"),
        ({"tracks": {"detection": DETECTION | {"labels": [True, "a"]}}}, "tracks.detection.labels.0"),
        ({"tracks": {"detection": DETECTION | {"labels": ["a", "a"]}}}, "tracks.detection.labels"),
        ({"tracks": {"detection": DETECTION | {"labels": [" a"]}}}, "tracks.detection.labels"),
        ({"tracks": {"detection": DETECTION | {"labels": ["a\nb"]}}}, "tracks.detection.labels"),
        (
            {"tracks": {"detection": DETECTION | {"labels": ["COPD", "chronic obstructive pulmonary disease"]}}},
            "tracks.detection.labels",
        ),
        ({"min_positives": 0}, "min_positives"),
        ({"min_positives": 10**12}, "min_positives"),
        ({"min_positives": "many"}, "min_positives"),
        ({"not_in_score": ["Edema"]}, "not_in_score"),
        ({"split": {"public": 1.5, "seed": 1}}, "split.public"),
        ({"split": {"public": float("nan"), "seed": 1}}, "split.public"),
        ({"split": {"public": 0.5, "seed": -1}}, "split.seed"),
        ({"split": {"public": 0.5, "seed": 2**70}}, "split.seed"),
        ({"split": {"public": 0.5}}, "split.seed"),
        ({"phases": []}, "phases"),
        ({"phases": [PHASE, PHASE]}, "phases"),
        ({"phases": [PHASE | {"key": "a b"}]}, "phases.0.key"),
        ({"phases": [PHASE | {"opens_at": "2026-13-01"}]}, "phases.0.opens_at"),
        ({"phases": [PHASE | {"opens_at": "soon"}]}, "phases.0.opens_at"),
        ({"phases": [PHASE | {"opens_at": 7}]}, "phases.0.opens_at"),
        ({"phases": [PHASE | {"opens_at": "0001-01-01T00:00:00+14:00"}]}, "phases.0.opens_at"),
        ({"phases": [PHASE | {"opens_at": "2100-01-01", "closes_at": "2000-01-01"}]}, "phases.0"),
        ({"phases": [PHASE | {"shows": "everything"}]}, "phases.0.shows"),
        ({"phases": [PHASE | {"detail": "all"}]}, "phases.0.detail"),
        ({"phases": [PHASE | {"daily_limit": 0}]}, "phases.0.daily_limit"),
        ({"phases": [PHASE | {"total_limit": 10**30}]}, "phases.0.total_limit"),
    ],
)
def test_a_wrong_value_in_the_yaml_is_named_by_its_place(db, tmp_path, changes, place):
    answer = faults_of(write_folder(tmp_path / "f", **changes))

    assert answer["file"] == "competition.yaml"
    assert place in {problem["column"] for problem in answer["problems"]}


def test_a_value_that_is_left_out_is_named(db, tmp_path):
    folder = write_folder(tmp_path / "f")
    (folder / "competition.yaml").write_text("slug: chest\n")

    places = {problem["column"] for problem in faults_of(folder)["problems"]}

    assert places == {"title", "tracks", "phases"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"", None),
        (b"text", None),
        (b"- a\n- b\n", None),
        (b"slug: chest\ntitle: [\n", 3),
        (b"slug: chest\n\tx: 1\n", 2),
        (b"slug: \xff\xfe\n", None),
        (b"slug: a\0b\n", None),
        (b"slug: chest\nslug: other\n", 2),
        (b"slug: chest\ntracks:\n  detection: {}\n  detection: {}\n", 4),
        (b"slug: !!python/object/apply:os.getcwd []\n", 1),
        (b"slug: *nobody\n", 1),
        (b"[" * 1500, None),
    ],
)
def test_what_is_no_yaml_of_ours_is_named_by_its_line(db, tmp_path, text, line):
    folder = write_folder(tmp_path / "f")
    (folder / "competition.yaml").write_bytes(text)

    answer = faults_of(folder)

    assert (answer["file"], answer["problems"][0]["line"]) == ("competition.yaml", line)


@pytest.mark.parametrize("name", ["none.csv", "../secret.csv", "/etc/passwd", "a/../../b.csv", "", ".", "n" * 300])
@pytest.mark.parametrize("key", ["manifest", "groups", "about", "truth"])
def test_a_file_that_is_not_there_or_lies_outside_the_folder_is_named(db, tmp_path, key, name):
    changes = {"tracks": {"detection": DETECTION | {"truth": name}}} if key == "truth" else {key: name}
    (tmp_path / "secret.csv").write_text("image_id\na\n")

    answer = faults_of(write_folder(tmp_path / "f", **changes))

    assert answer["file"] in (name, "competition.yaml")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("manifest.csv", "image_id,width\na,1\n", None),
        ("manifest.csv", "image_id\na\na\n", None),
        ("manifest.csv", b"\x1f\x8b\x08", None),
        ("annotations.csv", annotations_csv() + "x,Cardiomegaly,1,2,3,4\n", "unknown_image"),
        ("annotations.csv", annotations_csv() + f"{IMAGES[0]},Cardiomegaly,5,2,3,4\n", "degenerate_box"),
        ("annotations.csv", "image_id\n", None),
        ("image_labels.csv", image_labels_csv().replace(",0", ",2", 1), None),
        ("image_labels.csv", image_labels_csv() + image_labels_csv().splitlines()[1], None),
        ("image_labels.csv", "\n".join(image_labels_csv().splitlines()[:-1]), None),
        ("groups.csv", "image_id,group\nx,1\n", None),
        ("groups.csv", "image_id\n", None),
        ("terms.md", b"\xff", "encoding"),
        ("terms.md", b"a\0b", "nul_byte"),
    ],
)
def test_a_faulty_file_is_named_with_its_lines(db, tmp_path, name, content, code):
    folder = write_folder(tmp_path / "f", groups="groups.csv")
    (folder / "groups.csv").write_text("image_id,group\n" + "".join(f"{image},g\n" for image in IMAGES))
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    answer = faults_of(folder)

    assert answer["file"] == name
    assert code in (None, answer["problems"][0]["code"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_named(db, tmp_path):
    folder = write_folder(tmp_path / "f")
    (folder / "annotations.csv").chmod(0)

    assert faults_of(folder)["file"] == "annotations.csv"


def test_a_folder_that_is_not_there_is_named(db, tmp_path):
    assert faults_of(tmp_path / "none")["file"] == "competition.yaml"


@pytest.fixture
def vindr(tmp_path):
    """A folder that keeps the labelling rules, with 28 columns; and its two files to break them in."""
    from scoring import ALL

    folder = write_folder(
        tmp_path / "f",
        rules="vindr-cxr",
        tracks={
            "detection": {"labels": "local", "truth": "annotations.csv", "metric": "voc2010@0.4"},
            "classification": {"labels": "global", "truth": "image_labels.csv", "metric": "auroc"},
        },
    )
    (folder / "image_labels.csv").write_text(
        "image_id," + ",".join(ALL) + "\n" + "".join(f"{line}\n" for line in _rows_of_28(ALL))
    )
    return folder


def _rows_of_28(labels):
    for index, image in enumerate(IMAGES):
        present = {("Cardiomegaly", "Nodule/Mass")[index % 2], "Pneumonia"} if index < 24 else {"No finding"}
        yield ",".join([image, *(str(int(label in present)) for label in labels)])


def test_a_folder_that_keeps_the_labelling_rules_is_taken(db, vindr):
    call_command("create_competition", str(vindr), stdout=io.StringIO(), stderr=io.StringIO())

    assert Competition.objects.get().tracks.get(kind="detection").labels[0] == "Aortic enlargement"


def change(path, line, **cells):
    """Other cells in one line of a CSV file."""
    lines = path.read_text().splitlines()
    names, row = lines[0].split(","), lines[line - 1].split(",")
    lines[line - 1] = ",".join(
        str(cells.get(name.replace(" ", "_"), cell)) for name, cell in zip(names, row, strict=True)
    )
    path.write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize(
    ("rule", "file", "line", "cells"),
    [
        ("G1: no global label", "image_labels.csv", 2, {"Pneumonia": 0}),
        ("G2: No finding and a finding", "image_labels.csv", 26, {"Pneumonia": 1}),
        ("G3: No finding and a box", "annotations.csv", 26, dict.fromkeys(("x_min", "y_min"), 1)
         | dict.fromkeys(("x_max", "y_max"), 9) | {"class_name": "Edema"}),
        ("G4: neither No finding nor a label", "image_labels.csv", 26, {"No_finding": 0}),
        ("G5: a label without its box", "image_labels.csv", 2, {"Edema": 1}),
        ("G5: a box without its label", "annotations.csv", 2, {"class_name": "Edema"}),
        ("G6: a global name with a box", "annotations.csv", 2, {"class_name": "Pneumonia"}),
        ("an id that is not 32 hex digits", "image_labels.csv", 2, {"image_id": "short"}),
    ],
)  # fmt: skip
def test_a_broken_labelling_rule_is_named_by_file_and_line(db, vindr, rule, file, line, cells):
    change(vindr / file, line, **cells)

    answer = faults_of(vindr)

    assert rule
    if rule.startswith(("G3", "G5: a box", "G6")):  # the other file contradicts it too, and is read first
        assert answer["file"] in ("annotations.csv", "image_labels.csv")
    else:
        assert (answer["file"], answer["problems"][0]["line"]) == (file, line)


def test_without_one_of_the_28_columns_the_rules_are_broken(db, vindr):
    path = vindr / "image_labels.csv"
    path.write_text(path.read_text().replace("Edema", "Oedema", 1))

    assert {problem["code"] for problem in faults_of(vindr)["problems"]} >= {"missing_column"}


def test_yaml_without_quotes_is_read_as_the_interface_has_it(db, tmp_path):
    folder = write_folder(tmp_path / "f")
    text = """
slug: nih-chestxray14
title: NIH ChestX-ray14, test split
tracks:
  classification:
    labels: [Pneumonia, "No finding"]
    truth: image_labels.csv
    metric: auroc
min_positives: 10
not_in_score: []
split: {public: 0.5, seed: 20260101}
phases:
  - {key: main, title: Main, opens_at: 2026-01-01T00:00:00Z, closes_at: 2027-01-01,
     shows: private part}
  - {key: late, title: Late, opens_at: 2027-01-01 00:00:00, closes_at: 2028-01-01T02:00:00+02:00, shows: nothing}
"""
    (folder / "competition.yaml").write_text(text.replace("min_positives: 10", "min_positives: 3"))
    assert yaml.safe_load(text)
    out = io.StringIO()

    call_command("create_competition", str(folder), stdout=out, stderr=io.StringIO())

    competition = Competition.objects.get()
    main, late = competition.phases.order_by("opens_at")
    assert out.getvalue() == "nih-chestxray14\n"
    assert (main.daily_limit, main.total_limit, main.shows, main.detail) == (3, 40, "private", "composite")
    assert main.closes_at == late.opens_at
    assert late.closes_at.isoformat() == "2028-01-01T00:00:00+00:00"
    assert competition.terms.count() == 0
    assert competition.manifest.images == 40
