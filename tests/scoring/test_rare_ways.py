"""Ways through the scoring package that its other tests take only by chance, or in a process of their own."""

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import scoring
from scoring import FaultyFile, compiled, convert_vindr_lab
from scoring.box_truth import BoxTruth
from scoring.cases import detection_cases
from scoring.command_line import main
from scoring.errors import Notice
from scoring.label_truth import read_label_truth
from scoring.labels import ALL, LOCAL
from scoring.manifest import Manifest, read_manifest
from scoring.metric import parse_metric
from scoring.pcg64 import state_after_seeding
from scoring.predictions import Limits, read_detections
from scoring.sample import sample_detection
from scoring.truth_remarks import remarks_on_boxes
from tests.scoring.exports import export
from tests.scoring.faults_of import TWO_IMAGES

HEADER = "image_id,class_name,score,x_min,y_min,x_max,y_max\n"


def test_the_package_has_what_it_names_and_nothing_else() -> None:
    assert set(scoring.__all__) <= set(dir(scoring))
    with pytest.raises(AttributeError, match="no attribute 'score_everything'"):
        scoring.score_everything  # noqa: B018 - asking is the test


def test_the_version_says_whether_the_kernel_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])

    way = "compiled kernel" if compiled.is_used() else "numpy alone"
    assert capsys.readouterr().out == f"vindr-bench {scoring.METRIC_VERSION}, {way}\n"


def test_a_name_that_comes_first_after_hundreds_of_rows_is_a_class_too() -> None:
    rows = "".join(f"a,Nodule,0.5,1,1,{place + 2},9\n" for place in range(600)) + "b,Mass,0.5,1,1,2,9\n"

    read = read_detections((HEADER + rows).encode(), manifest=TWO_IMAGES, labels=None)
    assert read.labels == ("Mass", "Nodule")
    assert [read.labels[place] for place in read.label[[0, -1]]] == ["Nodule", "Mass"]


def test_cases_are_those_of_the_truths_labels_and_images() -> None:
    three = Manifest(("a", "b", "c"))
    truth = BoxTruth(("a", "b"), ("Mass",), np.array([0]), np.array([0]), np.array([[1.0, 1.0, 9.0, 9.0]]))
    rows = "a,Mass,0.5,1,1,9,9\nb,Nodule,0.5,1,1,9,9\nc,Mass,0.5,1,1,9,9\n"
    predictions = read_detections((HEADER + rows).encode(), manifest=three, labels=("Nodule", "Mass"))

    cases = list(detection_cases(truth, predictions, metric=parse_metric("voc2010@0.4")))
    assert [(case.label, case.image_id, case.value, case.positives) for case in cases] == [("Mass", "a", 1.0, 1)]
    of_the_label = read_detections((HEADER + rows).encode(), manifest=three, labels=("Mass", "Nodule")).relabelled(
        ("Mass",)
    )
    assert list(detection_cases(truth, of_the_label, metric=parse_metric("voc2010@0.4"))) == cases


def test_the_kernel_can_be_switched_off_and_says_where_memory_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(compiled.SWITCH, "1")
    switched_off = compiled._load()
    monkeypatch.setattr(compiled, "_library", SimpleNamespace(sort=lambda: compiled._NO_MEMORY))

    assert switched_off is None
    with pytest.raises(MemoryError, match="sort found no memory"):
        compiled._call("sort")


def test_a_notice_is_three_fields_in_json() -> None:
    assert Notice("box_outside_image", 3, "Why.").as_json() == {
        "code": "box_outside_image",
        "count": 3,
        "detail": "Why.",
    }


def test_of_a_kaggle_file_with_too_many_rows_no_image_is_missed() -> None:
    file = b"image_id,PredictionString\na,14 1 0 0 1 1\nc,14 1 0 0 1 1\n"
    with pytest.raises(FaultyFile) as refused:
        read_detections(file, manifest=TWO_IMAGES, labels=LOCAL, limits=Limits(None, 1, None))

    assert [problem.code for problem in refused.value.problems] == ["too_many_rows"]


def test_of_one_reader_are_the_rows_of_a_file_of_several_pieces() -> None:
    images = tuple(f"{place:032x}" for place in range(10_000))
    rows = "".join(f"{image},R1,{place % 2}\n" for place, image in enumerate(images))
    file = ("image_id,rad_ID,Edema\n" + rows).encode()
    truth = read_label_truth(file, manifest=Manifest(images), labels=["Edema"])

    assert truth.values.sum() == 5000


@pytest.mark.parametrize("seed", [0, 2**128 - 1, 2**128, 2**200 + 5])
def test_a_seed_of_any_length_is_numpys(seed: int) -> None:
    state = np.random.PCG64(seed).state["state"]

    assert state_after_seeding(seed) == (state["state"], state["inc"])


def test_where_no_size_is_known_boxes_are_drawn_and_none_is_remarked_on() -> None:
    truth = BoxTruth(("a",), ("Mass",), np.array([0]), np.array([0]), np.array([[1.0, 1.0, 9e5, 9e5]]))

    assert sample_detection(TWO_IMAGES).startswith(b"image_id,class_name,score")
    assert remarks_on_boxes(truth, TWO_IMAGES) == ()


def test_boxes_within_their_images_are_not_remarked_on() -> None:
    sized = read_manifest(b"image_id,width,height\na,100,100\nb,100,100\n")
    truth = BoxTruth(("a",), ("Mass",), np.array([0]), np.array([0]), np.array([[1.0, 1.0, 99.0, 99.0]]))

    assert remarks_on_boxes(truth, sized) == ()


def test_a_study_has_one_status() -> None:
    content: Any = export()
    content["studies"].append({**content["studies"][0], "status": "ASSIGNED"})
    with pytest.raises(FaultyFile) as refused:
        convert_vindr_lab(json.dumps(content).encode(), labels=ALL)

    assert ("bad_value", "status") in [
        (problem.code, (problem.column or "").rpartition(".")[2]) for problem in refused.value.problems
    ]


def test_a_quoted_file_of_a_header_alone_has_no_rows() -> None:
    with pytest.raises(FaultyFile) as refused:
        read_detections(HEADER.replace("score", '"score"').encode(), manifest=TWO_IMAGES, labels=LOCAL)

    assert [problem.code for problem in refused.value.problems] == ["no_rows"]


def test_reading_stops_at_the_limit_between_two_pieces() -> None:
    file = (HEADER + 2 * '"a",Mass,0.5,1,1,9,9\n').encode()
    with pytest.raises(FaultyFile) as refused:
        read_detections(file, manifest=TWO_IMAGES, labels=LOCAL, limits=Limits(None, 0, None))

    assert "too_many_rows" in {problem.code for problem in refused.value.problems}
