"""The benchmark of speed: that it compares like with like, not how fast anything is."""

from pathlib import Path

import pytest

from benchmarks.speed import runs, tables
from scoring import SERVER_LIMITS, Manifest, read_box_truth, read_detections


@pytest.fixture(autouse=True)
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "REPEATS", 1)


def test_all_programs_get_the_same_boxes_and_the_same_score(tmp_path: Path) -> None:
    lines = list(tables.boxes_table(tmp_path, 600, ("pycocotools", "hotcoco", "faster-coco-eval")))

    values = [line.split()[-1] for line in lines if line.startswith(("scoring: coco", "pyco", "hot", "faster"))]
    assert len(values) == 4
    assert len(set(values)) == 1


def test_a_program_that_is_not_installed_is_left_out_with_a_line(tmp_path: Path) -> None:
    lines = list(tables.boxes_table(tmp_path, 100, ("no-such-program",)))

    assert "no-such-program is not installed, and left out" in lines
    assert any(line.startswith("scoring: coco") for line in lines)


def test_a_command_that_fails_is_told(tmp_path: Path) -> None:
    (outcome,) = runs.measure({"broken": ["scoring", "score"]}).values()

    assert isinstance(outcome, runs.Failed)
    assert str(outcome).startswith("exit 2: ")


def test_the_files_are_in_order_and_the_same_each_time(tmp_path: Path) -> None:
    pair = tables.write_boxes(tmp_path, 500)
    first = pair.predictions.read_bytes()
    truth = read_box_truth(pair.truth.read_bytes())

    found = read_detections(first, manifest=Manifest(truth.image_ids), labels=truth.labels, limits=SERVER_LIMITS)

    assert len(found.score) == 500
    assert tables.write_boxes(tmp_path, 500).predictions.read_bytes() == first
