import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scoring.labels import ALL, GLOBAL, LOCAL
from scoring.manifest import Manifest
from scoring.predictions import SERVER_LIMITS, read_detections, read_probabilities
from scoring.sample import sample_classification, sample_detection

IMAGES = Manifest(tuple(f"i{i:02}" for i in range(50)), np.linspace(1, 3000, 50), np.full(50, np.nan))


def test_a_sample_of_detections_is_in_order_with_boxes_inside_the_images() -> None:
    read = read_detections(sample_detection(IMAGES), manifest=IMAGES, labels=LOCAL, limits=SERVER_LIMITS)

    assert IMAGES.widths is not None
    assert 20 < len(read.score) < 150
    assert (read.box[:, 2] <= IMAGES.widths[read.image]).all()
    assert (read.box >= 0).all()


def test_a_sample_of_probabilities_is_in_order() -> None:
    read = read_probabilities(sample_classification(IMAGES), manifest=IMAGES, labels=GLOBAL, limits=SERVER_LIMITS)

    assert read.notices == ()


def test_the_same_seed_gives_the_same_file_and_another_seed_another() -> None:
    for sample in (sample_detection, sample_classification):
        assert sample(IMAGES) == sample(IMAGES, seed=0) != sample(IMAGES, seed=1)


def test_a_detection_sample_has_no_boxes_of_no_finding() -> None:
    read = read_detections(sample_detection(IMAGES, ALL), manifest=IMAGES, labels=ALL)
    nothing = read_detections(sample_detection(IMAGES, ["No finding"]), manifest=IMAGES, labels=ALL)

    assert len(read.score) > 0
    assert len(nothing.score) == 0


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=5), st.integers(0, 99))
def test_a_sample_is_in_order_for_images_of_any_size(sides: list[float], seed: int) -> None:
    images = Manifest(tuple(str(i) for i in range(len(sides))), np.array(sides), np.array(sides[::-1]))
    labels = ["one, two", 'three "four"']

    read = read_detections(sample_detection(images, labels, seed), manifest=images, labels=labels)
    assert [notice.code for notice in read.notices if notice.code == "boxes_outside_image"] == []
