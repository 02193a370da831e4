"""The page that defines the numbers."""

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"


def test_every_number_of_the_page_is_what_the_code_computes():
    failed, attempted = doctest.testfile(str(PAGE), module_relative=False)

    assert failed == 0
    assert attempted > 30
