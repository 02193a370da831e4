import numpy as np
import pytest

from scoring.detections import Detections
from scoring.labels import LOCAL
from scoring.manifest import Manifest
from scoring.predictions import read_detections
from tests.scoring.faults_of import DETECTION

ROWS = "a,Edema,.5,1,2,3,4\nb,Edema,.9,1,2,3,4\nb,ILD,.5,1,2,3,4\nc,No finding,,,,,\n"


@pytest.fixture
def detections() -> Detections:
    return read_detections((DETECTION + ROWS).encode(), manifest=Manifest(("a", "b", "c")), labels=["Edema", "ILD"])


def test_restricted_to_some_images_the_rest_is_gone(detections: Detections) -> None:
    few = detections.restricted_to(["c", "b"])

    assert few.image_ids == ("b", "c")
    assert few.image.tolist() == [0, 0]
    assert few.score.tolist() == [0.9, 0.5]
    assert few.image.dtype == np.int32


def test_restricted_to_an_unknown_image_is_an_error(detections: Detections) -> None:
    with pytest.raises(KeyError, match="z"):
        detections.restricted_to(["a", "z"])


def test_relabelled_only_the_labels_asked_for_are_left(detections: Detections) -> None:
    one = detections.relabelled(["COPD", "ILD"])

    assert one.labels == ("COPD", "ILD")
    assert (one.label.tolist(), one.image.tolist(), one.score.tolist()) == ([1], [1], [0.5])


def test_relabelled_in_another_order_the_detections_keep_theirs(detections: Detections) -> None:
    swapped = detections.relabelled(["ILD", "Edema"])

    assert [swapped.labels[i] for i in swapped.label] == [detections.labels[i] for i in detections.label]
    assert swapped.box.tobytes() == detections.box.tobytes()


def test_the_order_goes_by_the_labels_names_not_their_numbers() -> None:
    rows = "a,Edema,.5,1,2,3,4\na,Aortic enlargement,.5,1,2,3,4\n"
    reading = (DETECTION + rows).encode()
    manifest = Manifest(("a",))

    one = read_detections(reading, manifest=manifest, labels=LOCAL)
    other = read_detections(reading, manifest=manifest, labels=LOCAL[::-1])
    assert [one.labels[i] for i in one.label] == ["Aortic enlargement", "Edema"]
    assert [other.labels[i] for i in other.label] == ["Aortic enlargement", "Edema"]
