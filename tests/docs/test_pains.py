"""The table of the fifteen pains names tests that there are."""

import re

from competition.environment import REPOSITORY

ROW = re.compile(r"^\| (\d+) \|", re.MULTILINE)
NAMED = re.compile(r"`(test_\w+)`")
DEFINED = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)


def test_every_pain_has_tests_and_every_test_that_is_named_exists():
    page = (REPOSITORY / "docs" / "pains.md").read_text()
    defined = {name for file in (REPOSITORY / "tests").rglob("test_*.py") for name in DEFINED.findall(file.read_text())}
    rows = [line for line in page.splitlines() if ROW.match(line)]

    assert [int(ROW.match(line)[1]) for line in rows] == list(range(1, 16))
    assert [line for line in rows if len(NAMED.findall(line)) < 1] == []
    assert sorted(set(NAMED.findall(page)) - defined) == []
