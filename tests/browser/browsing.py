"""A real browser that is watched: whatever goes wrong in it, or can't be used by everybody, fails the test."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Response, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE = (Path(__file__).parent / "vendor" / "axe" / "axe.min.js").read_text()
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


class Watch:
    """What went wrong in a browser's pages. `expected` are statuses that a document (or the upload) may have."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.expected = {200, 302, 303, 304}
        self.faults: list[str] = []
        context.on("console", lambda message: self._hear(message.type, message.text))
        context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        context.on("response", self._see)

    def _hear(self, kind: str, text: str) -> None:
        # A refused request is said here too, and judged by its status.
        if kind == "error" and not text.startswith("Failed to load resource"):
            self.faults.append(f"console: {text}")

    def _see(self, response: Response) -> None:
        if not response.url.startswith((self.address, "data:")):
            self.faults.append(f"another host: {response.url}")
        page_or_upload = response.request.resource_type in ("document", "xhr")
        if response.status >= 400 and not (page_or_upload and response.status in self.expected):
            self.faults.append(f"{response.status}: {response.url}")


@contextmanager
def browsing(address: str, **words: Any) -> Iterator[tuple[Page, Watch]]:
    """A page of a browser of its own. Addresses may leave out the server's part; the end asks for no faults.

    No use of the database inside: Playwright runs an event loop in this thread.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(base_url=address, viewport=DESK, reduced_motion="reduce", **words)
        context.set_default_timeout(20_000)
        watch = Watch(context, address)
        try:
            yield context.new_page(), watch
        finally:
            browser.close()
        assert not watch.faults, "\n".join(watch.faults)


def assert_usable(page: Page) -> None:
    """No serious fault of accessibility in light and in dark, and nothing to scroll sideways on a phone."""
    page.wait_for_load_state()
    for scheme, size in (("light", DESK), ("dark", PHONE)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} scrolls sideways"
        violations = _violations(page)
        assert not violations, f"{page.url} in {scheme}: {violations}"
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESK)


def _violations(page: Page) -> list[str]:
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    found = page.evaluate("levels => axe.run({runOnly: levels, resultTypes: ['violations']})", LEVELS)
    return [
        f"{fault['id']}: {node['html']}"
        for fault in found["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


def log_in(page: Page, username: str, password: str) -> None:
    """By the form."""
    page.goto("/accounts/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_selector("text=Log out")
