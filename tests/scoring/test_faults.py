import numpy as np
import pytest

from scoring.errors import FaultyFile, Problem
from scoring.faults import Cells, Faults, shortened, shown
from tests.scoring.faults_of import places, refusal


def test_the_first_hundred_in_file_order_are_kept_and_all_are_counted() -> None:
    faults = Faults()
    for line in reversed(range(2, 1002)):
        faults.add("late", line, None, None, "")

    fault = refusal(faults.raise_any)
    assert fault.total == 1000
    assert [problem.line for problem in fault.problems] == list(range(2, 102))


def test_faults_of_one_line_are_in_the_order_of_the_columns() -> None:
    faults = Faults()
    faults.name_columns(["image_id", "score", "x_min"])
    for column in ("x_min", "image_id", None, "score"):
        faults.add("fault", 2, column, None, "")

    assert [column for _, _, column in places(refusal(faults.raise_any).problems)] == [
        None,
        "image_id",
        "score",
        "x_min",
    ]


def test_faults_without_a_line_come_last() -> None:
    faults = Faults()
    faults.add("missing_image", None, "image_id", "a", "")
    faults.add("short_row", 9, None, None, "")

    assert [problem.code for problem in refusal(faults.raise_any).problems] == ["short_row", "missing_image"]


def test_many_cells_at_once_are_counted_and_their_first_hundred_kept() -> None:
    faults = Faults()
    cells = Cells("x", range(2, 1002), ["?"] * 1000)
    faults.add_each("bad_number", cells, np.arange(1000), lambda value: value)

    fault = refusal(faults.raise_any)
    assert (fault.total, len(fault.problems), fault.problems[-1].line) == (1000, 100, 101)


def test_no_fault_raises_nothing() -> None:
    Faults().raise_any()


def test_a_long_value_is_shortened_and_an_odd_one_escaped_in_sentences() -> None:
    assert shortened("x" * 101) == "x" * 100 + "…"
    assert shown("im\u0430ge_id\x1b[31m") == r"'im\u0430ge_id\x1b[31m'"


def test_a_faulty_file_is_json_of_problems_and_total() -> None:
    problem = Problem("unknown_image", 17, "image_id", "z", "The image 'z' is not among the test images.")

    assert FaultyFile([problem], 412).as_json() == {
        "problems": [
            {
                "code": "unknown_image",
                "line": 17,
                "column": "image_id",
                "value": "z",
                "detail": "The image 'z' is not among the test images.",
            }
        ],
        "total": 412,
    }
    with pytest.raises(FaultyFile, match=r"line 17: The image 'z' .* \(412 in all\)"):
        raise FaultyFile([problem], 412)
