"""Each fault that `make faults` plants still has its place in the code, and its test is there."""

import pytest

from competition.embedded.runtime import REPOSITORY
from tests.faults.planted.plants import PLANTS


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.says)
def test_the_fault_can_be_planted(plant):
    file, _, name = plant.found_by.partition("::")

    assert f"| {plant.says} | `{name or file}` |" in (REPOSITORY / "docs" / "reliability.md").read_text()
    assert (REPOSITORY / plant.file).read_text().count(plant.before) == 1
    assert f"def {name or 'test_'}" in (REPOSITORY / file).read_text()
