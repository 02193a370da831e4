"""Every link between the pages of the repository leads somewhere."""

import re
import subprocess
from pathlib import Path

import pytest

from competition.environment import REPOSITORY

LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"\s]+)\"")
"""A link or picture of Markdown, or of HTML within it."""
STANDING = re.compile(r"Date: \d{4}-\d\d-\d\d · (accepted|replaced by \[.+\]\(.+\))")
DOCS = REPOSITORY / "docs"
CODE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`[^`\n]+`")
ELSEWHERE = ("http://", "https://", "mailto:")


def pages() -> list[Path]:
    """The Markdown files that are kept in the repository, and those about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return [REPOSITORY / name for name in listed.stdout.splitlines() if (REPOSITORY / name).exists()]


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as a forge makes them."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_links_lead_to_files_and_headings_that_are_there(page):
    broken = []
    for link in map("".join, LINK.findall(INLINE.sub("", CODE.sub("", page.read_text())))):
        if link.startswith(ELSEWHERE):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or not target.is_relative_to(REPOSITORY) or (anchor and anchor not in anchors(target)):
            broken.append(link)

    assert broken == []


def test_there_are_pages_to_look_at():
    assert REPOSITORY / "README.md" in pages()


def test_the_map_leads_to_every_page():
    there = {page for page in pages() if page.is_relative_to(DOCS) and page.parent.name != "adr"}
    led_to = {(DOCS / link.partition("#")[0]).resolve() for link, _ in LINK.findall((DOCS / "README.md").read_text())}

    assert there - led_to == {DOCS / "README.md"}


def test_decisions_are_numbered_without_a_gap_and_say_how_they_stand():
    decisions = sorted((DOCS / "adr").glob("*.md"))
    heads = [page.read_text().splitlines()[:3] for page in decisions]

    assert [int(page.name[:4]) for page in decisions] == list(range(1, len(decisions) + 1))
    assert [head[0].startswith(f"# {number}. ") for number, head in enumerate(heads, 1)] == [True] * len(heads)
    assert [head[2] for head in heads if not STANDING.fullmatch(head[2])] == []
