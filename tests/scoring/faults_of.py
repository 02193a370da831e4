"""Short ways to say which faults a file has."""

from collections.abc import Callable, Sequence

import pytest

from scoring.errors import FaultyFile, Problem
from scoring.manifest import Manifest
from scoring.predictions import SERVER_LIMITS, read_detections, read_probabilities

DETECTION = "image_id,class_name,score,x_min,y_min,x_max,y_max\n"
BOX = "a,Edema,0.5,1,2,3,4\n"
TWO_IMAGES = Manifest(("a", "b"))
LABELS = ("Edema", "Nodule/Mass", "My finding")


def refusal(read: Callable[[], object]) -> FaultyFile:
    """What reading raises."""
    with pytest.raises(FaultyFile) as caught:
        read()
    return caught.value


def places(problems: Sequence[Problem]) -> list[tuple[str, int | None, str | None]]:
    """Code, line and column of each problem."""
    return [(problem.code, problem.line, problem.column) for problem in problems]


def faults_of(read: Callable[[], object]) -> list[tuple[str, int | None, str | None]]:
    """Code, line and column of each fault."""
    return places(refusal(read).problems)


def detection_faults(file: str | bytes, manifest: Manifest = TWO_IMAGES) -> list[tuple[str, int | None, str | None]]:
    """The faults of a detection file under the server's limits."""
    data = file.encode() if isinstance(file, str) else file
    return faults_of(lambda: read_detections(data, manifest=manifest, labels=LABELS, limits=SERVER_LIMITS))


def classification_faults(file: str, labels: Sequence[str] | None = LABELS) -> list[tuple[str, int | None, str | None]]:
    """The faults of a classification file under the server's limits."""
    read = read_probabilities
    return faults_of(lambda: read(file.encode(), manifest=TWO_IMAGES, labels=labels, limits=SERVER_LIMITS))


def kept_and_total(read: Callable[[], object]) -> tuple[int, int]:
    """How many faults are shown and how many there are; none where the file is in order."""
    try:
        read()
    except FaultyFile as fault:
        return len(fault.problems), fault.total
    return 0, 0
