"""A fault in the last of a million rows is answered within the time and the memory of reading the file."""

import time
import tracemalloc

import pytest

from scoring.errors import FaultyFile
from scoring.manifest import Manifest
from scoring.predictions import SERVER_LIMITS, read_detections
from tests.scoring.faults_of import DETECTION, places

IMAGES = Manifest(tuple(f"{number:032x}" for number in range(4000)))
LAST_ROW = b"249,2,299.5,400\n"


@pytest.fixture(scope="module")
def million_rows() -> bytes:
    rows = "".join(f"{image},Edema,0.{k:03d},{k},2,{k + 50}.5,400\n" for image in IMAGES.image_ids for k in range(250))
    return (DETECTION + rows).encode()


def measured(data: bytes) -> tuple[float, int, FaultyFile | None]:
    """The processor's seconds and the memory at most, in bytes, that reading takes; and what is wrong with the file."""
    fault = None
    tracemalloc.start()
    began = time.process_time()
    try:
        read_detections(data, manifest=IMAGES, labels=["Edema"], limits=SERVER_LIMITS)
    except FaultyFile as found:
        fault = found
    seconds = time.process_time() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return seconds, peak, fault


@pytest.fixture(scope="module")
def good(million_rows: bytes) -> tuple[float, int, FaultyFile | None]:
    return measured(million_rows)


@pytest.mark.parametrize(
    ("last", "fault"),
    [
        pytest.param(b"nan,2,299.5,400\n", ("bad_number", 1_000_001, "x_min"), id="number"),
        pytest.param(b"249,2,1,400\n", ("degenerate_box", 1_000_001, "x_max"), id="box"),
        pytest.param(b"249,2\n", ("short_row", 1_000_001, None), id="short row"),
        pytest.param(b'249,2,299.5,"400\n', ("quote", 1_000_001, None), id="quote"),
    ],
)
def test_a_fault_in_the_last_of_a_million_rows_takes_no_longer_and_no_more_memory_than_a_good_file(
    million_rows: bytes,
    good: tuple[float, int, FaultyFile | None],
    last: bytes,
    fault: tuple[str, int, str | None],
) -> None:
    faulty = million_rows.removesuffix(LAST_ROW) + last

    seconds, peak, refused = measured(faulty)

    assert good[2] is None
    assert refused is not None
    assert places(refused.problems) == [fault]
    assert seconds < 2 * good[0]
    assert peak <= good[1] < 256 * 2**20
