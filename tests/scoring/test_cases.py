"""What single images add to a score adds up to it."""

import io

import numpy as np
import pytest

from scoring import (
    LabelTruth,
    Probabilities,
    classification_cases,
    detection_cases,
    parse_metric,
    read_box_truth,
    read_detections,
    read_manifest,
    score_classification,
    score_detection,
)

IMAGES = tuple(f"image-{number:02d}" for number in range(30))
MANIFEST = read_manifest(("image_id,width,height\n" + "".join(f"{name},1000,1000\n" for name in IMAGES)).encode())


def boxes(seed: int, *, scored: bool) -> bytes:
    rng = np.random.default_rng(seed)
    stream = io.StringIO()
    stream.write("image_id,class_name," + ("score," if scored else "") + "x_min,y_min,x_max,y_max\n")
    for name in IMAGES:
        count = int(rng.integers(0, 4))
        for _ in range(count):
            x, y = 100 * rng.integers(0, 3, 2)
            score = f"{rng.integers(1, 20) / 20}," if scored else ""
            stream.write(f"{name},{rng.choice(['a', 'b'])},{score}{x},{y},{x + 90},{y + 90}\n")
        if not count:
            stream.write(f"{name},No finding,{',' if scored else ''},,,\n")
    return stream.getvalue().encode()


@pytest.mark.parametrize("seed", range(5))
def test_the_weighted_mean_over_images_is_the_average_precision(seed: int) -> None:
    truth = read_box_truth(boxes(seed, scored=False), labels=["a", "b"], manifest=MANIFEST)
    predictions = read_detections(boxes(seed + 100, scored=True), labels=["b", "a"], manifest=MANIFEST)
    metric = parse_metric("voc2010@0.4")
    cases = list(detection_cases(truth, predictions, metric=metric))
    scores = score_detection(truth, predictions, metric=metric, resamples=0)

    for score in scores.classes:
        rows = [case for case in cases if case.label == score.label]
        positives = sum(case.positives for case in rows)
        gained = sum(case.value * case.positives for case in rows if case.value is not None)
        assert positives == score.positives
        assert gained / positives == pytest.approx(score.value, abs=1e-12)
        assert sum(case.found + case.wrong for case in rows) == np.sum(
            np.array(predictions.labels)[predictions.label] == score.label
        )


def test_the_mean_over_either_kind_of_images_is_the_auroc() -> None:
    rng = np.random.default_rng(3)
    marks = np.stack([rng.random(30) < 0.4, np.ones(30, dtype=bool)], axis=1)
    values = np.round(rng.random((30, 2)), 1)
    truth = LabelTruth(image_ids=IMAGES, labels=("a", "all"), values=marks)
    predictions = Probabilities(image_ids=IMAGES, labels=("a", "all"), values=values, rows=30)
    cases = list(classification_cases(truth, predictions))
    score = score_classification(truth, predictions, resamples=0).classes[0]

    for kind in (0, 1):
        placed = [case.value for case in cases if case.label == "a" and case.positives == kind]
        assert np.mean(placed) == pytest.approx(score.value, abs=1e-12)
    assert {case.value for case in cases if case.label == "all"} == {None}
