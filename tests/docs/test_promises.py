"""The pages that promise name tests and files that there are."""

import re

import pytest

from competition.environment import REPOSITORY

DEFINED = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)
PATH = re.compile(r"`((?:tests|competition|benchmarks|docs)/[\w/.-]+)`")


@pytest.fixture(scope="module")
def defined():
    tests = (REPOSITORY / "tests").rglob("test_*.py")
    return {name for file in tests for name in DEFINED.findall(file.read_text())}


@pytest.mark.parametrize(
    "page", ["reliability.md", "probing.md", "corpus.md", "guides/organizers.md", "guides/hosts.md"]
)
def test_every_test_and_file_that_a_page_names_is_there(page, defined):
    text = (REPOSITORY / "docs" / page).read_text()

    assert sorted(set(re.findall(r"`(test_\w+)`", text)) - defined) == []
    assert [path for path in PATH.findall(text) if not (REPOSITORY / path).exists()] == []


def test_what_is_kept_says_by_what_it_is_shown():
    text = (REPOSITORY / "docs" / "reliability.md").read_text()
    rows = [row.split(" | ") for row in re.findall(r"^\| [A-Z–]\d* \|.*$", text, re.MULTILINE)]
    shown = [row for row in rows if row[2].startswith(("kept", "partly"))]

    assert len(shown) > 40
    assert [row[0] for row in shown if "`" not in row[3]] == ["| A31"]
