"""The page on the architecture draws the floors that the linter of imports keeps."""

import re
import tomllib

from competition.environment import REPOSITORY


def test_every_room_is_drawn_in_the_order_of_the_floors():
    contracts = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    floors = [re.findall(r"\w+", layer) for layer in contracts[0]["layers"]]
    page = (REPOSITORY / "docs" / "ARCHITECTURE.md").read_text()
    drawn = re.search(r"```\n(urls.*?)\n---", page, re.DOTALL)[1].splitlines()

    assert [re.findall(r"\w+", re.split(r"\s{2,}", line)[0].replace("/commands", "")) for line in drawn] == floors
