"""A real browser that is watched: whatever goes wrong in it, or can't be used by everybody, fails the test."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

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
LOOKING = (Path(__file__).parent / "looking.js").read_text()
OF_A_LOOK = ["color-contrast", "target-size", "link-in-text-block", "scrollable-region-focusable"]
"""What of axe's depends on colours and widths."""
LOOKS: tuple[tuple[Literal["light", "dark"], Any, list[str]], ...] = (
    ("light", DESK, []),
    ("dark", DESK, OF_A_LOOK),
    ("light", PHONE, OF_A_LOOK),
    ("dark", PHONE, OF_A_LOOK),
)
PAPER = {"width": 695, "height": 1000}
"""A4 without its margins, at 96 pixels per inch."""
NARROW = (640, 320)
"""A window of 1,280 pixels at 200 %, and what WCAG 1.4.10 asks for."""


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
    """For everybody: see `barriers`."""
    found = barriers(page)
    assert not found, "\n".join(found)


def barriers(page: Page) -> list[str]:
    """What somebody could not use, in light and in dark, at a desk, on a phone, and with the page made larger.

    Nothing that axe knows of WCAG 2.2 A and AA, targets of 24 pixels, a focus that is seen and not covered, nothing
    that moves for those who don't want it, no page that scrolls sideways down to 320 pixels, no board whose intervals
    are out of sight, and nothing that is drawn, marked or focused in colours that a reader's own replace.
    """
    page.wait_for_load_state()
    faults: list[str] = []
    page.set_viewport_size(DESK)
    page.keyboard.press("Tab")
    for scheme, size, rules in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        faults += [f"{scheme}, {size['width']}: {fault}" for fault in _violations(page, rules)]
        if scheme == "light":
            faults += [f"{size['width']}: {fault}" for fault in _looked_at(page)]
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 700})
        faults += page.evaluate("looking.sideways()")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, forced_colors="active")
        faults += [f"{scheme}: {fault}" for fault in page.evaluate("looking.forced()")]
    page.set_viewport_size(PAPER)
    page.emulate_media(media="print", forced_colors="none")
    faults += page.evaluate("looking.paper()")
    page.emulate_media(media="screen", color_scheme="light")
    page.set_viewport_size(DESK)
    return [f"{page.url} {fault}" for fault in faults]


def _violations(page: Page, rules: list[str]) -> list[str]:
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
        page.evaluate(LOOKING)
    options = {"runOnly": rules or LEVELS, "resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
    found = page.evaluate("options => axe.run(options)", options)
    return [f"{fault['id']}: {node['html']}" for fault in found["violations"] for node in fault["nodes"]]


def _looked_at(page: Page) -> list[str]:
    return page.evaluate("['sideways', 'columns', 'targets', 'focus', 'motion'].flatMap(what => looking[what]())")


def weight_of(page: Page) -> str:
    """What the page and its parts weigh: "HTML 12.3 kB (3.4 kB sent), CSS …"."""
    page.evaluate(LOOKING)
    sums = {kind: both for kind, both in page.evaluate("looking.weight()").items() if both[0]}
    return ", ".join(f"{kind} {whole / 1000:.1f} kB ({sent / 1000:.1f} sent)" for kind, (whole, sent) in sums.items())


def log_in(page: Page, username: str, password: str) -> None:
    """By the form."""
    page.goto("/accounts/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_selector("text=Log out")
