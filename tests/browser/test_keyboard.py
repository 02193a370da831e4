"""The main path with Tab, Enter and Space alone, from the first page to one's own row of the board."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsing import LOOKING, browsing
from tests.factory import PASSWORD, detections_csv, make_competition
from tests.running import running

LONGEST_WAY = 60
HERE = """() => {
    const here = document.activeElement;
    const label = here.labels?.[0]?.textContent || here.getAttribute('aria-label') || here.textContent;
    const before = window.lastFocus;
    window.lastFocus = here;
    return {
        name: (label || here.value || '').trim().replace(/\\s+/g, ' '),
        field: here.name || '',
        kind: here.localName + (here.type ? ' ' + here.type : ''),
        faults: here === document.body ? [] : looking.one(here),
        back: !!before?.isConnected && !(before.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING),
    };
}"""


@pytest.fixture
def competition(transactional_db, tmp_path):
    return make_competition(tmp_path)


def press_tab(page: Page) -> dict:
    page.keyboard.press("Tab")
    if not page.evaluate("'looking' in window"):
        page.evaluate(LOOKING)
    here = page.evaluate(HERE)
    assert here["faults"] == [], page.url
    return here


def tab_to(page: Page, name: str, kind: str = "") -> None:
    """Press Tab until the focus is on what has this name; each stop on the way must be seen and lie further on."""
    way = []
    for _ in range(LONGEST_WAY):
        here = press_tab(page)
        way.append(here["name"])
        if (re.match(name, here["name"]) or name == here["field"]) and kind in here["kind"]:
            return
        assert not here["back"], f"{page.url}: the focus goes back to {here['name']}"
    raise AssertionError(f"{page.url}: no way to {name} by {way}")


def follow(page: Page, name: str, key: str = "Enter") -> None:
    """Tab to a link or a button, and use it."""
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press(key)


def write(page: Page, name: str, text: str) -> None:
    tab_to(page, name, "input")
    page.keyboard.type(text)


def skip_to_the_content(page: Page) -> None:
    tab_to(page, "Skip to the content")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def sign_up_and_enter(page: Page) -> None:
    follow(page, "Chest")
    skip_to_the_content(page)
    follow(page, "Sign up")
    write(page, "username", "ada")
    write(page, "password1", PASSWORD)
    write(page, "password2", PASSWORD)
    follow(page, "Sign up", "Space")
    if not page.url.endswith("/enter/"):
        follow(page, "Enter the competition")
    tab_to(page, "I have read", "checkbox")
    page.keyboard.press("Space")
    write(page, "Name of the team", "Ada's team")
    follow(page, "Enter the competition")
    expect(page.get_by_role("heading", name="Submit predictions")).to_be_visible()


def upload(page: Page) -> None:
    # Nobody waits until the browser has heard that it hands over its file chooser: the way to the field is that time.
    with page.expect_file_chooser() as chosen:
        tab_to(page, "File", "file")
        page.keyboard.press("Enter")
    chosen.value.set_files({"name": "mine.csv", "mimeType": "text/csv", "buffer": detections_csv()})
    tab_to(page, "Upload")
    page.keyboard.press("Enter")
    page.wait_for_url("**/submissions/*/")


def walk_through(page: Page) -> None:
    """From the first stop to the last, and out of the page again: nothing holds the focus."""
    page.evaluate("() => { document.activeElement.blur(); window.lastFocus = undefined; }")
    page.reload()
    tab_to(page, "OpenAPI schema")


def test_the_main_path_needs_no_mouse(server, competition):
    with browsing(server) as (page, _):
        page.goto("/")
        skip_to_the_content(page)
        sign_up_and_enter(page)
        upload(page)
        with running("worker", "sweeper"):
            expect(page.locator(".score strong")).to_have_text("1.000", timeout=60_000)
        page.reload()
        walk_through(page)
        page.reload()
        skip_to_the_content(page)
        follow(page, "Detection board")
        walk_through(page)
        page.reload()
        tab_to(page, "Go to its row")
        page.keyboard.press("Enter")

        own = page.get_by_role("row", name=re.compile("Ada's team"))
        expect(own).to_be_in_viewport()
        assert page.evaluate("document.querySelector('tr:target')?.classList.contains('own')")
