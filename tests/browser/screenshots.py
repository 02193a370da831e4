"""`make screenshots`: the main pages of a fresh demo as pictures, so that what the documentation shows stays true.

All go to var/screenshots, at a phone's and a desk's width, in light and dark; the few that the documentation shows go
to docs/screenshots as well.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.browsing import ARGUMENTS, CHROMIUM, log_in
from tests.browser.palette import with_palette

REPOSITORY = Path(__file__).resolve().parents[2]
SHOWN = REPOSITORY / "docs" / "screenshots"
EVERYTHING = REPOSITORY / "var" / "screenshots"
SIZES = {"390": {"width": 390, "height": 844}, "1440": {"width": 1440, "height": 900}}
IN_DOCS = {
    ("board", "1440", "light"): "board-light.png",
    ("board", "1440", "dark"): "board-dark.png",
    ("report", "1440", "light"): "report.png",
    ("organize", "1440", "light"): "organize.png",
}
MOST_BYTES = 150_000
ORGANIZERS = (
    "participants",
    "announce",
    "rules",
    "deadlines",
    "allowances",
    "truth",
    "errata",
    "declarations",
    "awards",
    "hints",
    "audit",
    "copies",
)


class Shot(NamedTuple):
    """A page that is looked at: its name, who looks (none: a visitor), the address, and the language."""

    name: str
    who: str
    address: str
    language: str = "en"


def main() -> int:
    """Take them all; the exit status is 1 when one for the documentation became too heavy."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots", description=__doc__)
    parser.add_argument("--demo", type=Path, help="demo.json of a demo that runs already")
    parser.add_argument("--only", nargs="*", default=[], help="names of pages, such as board")
    parser.add_argument("--size", nargs="*", default=list(SIZES), choices=SIZES)
    parser.add_argument("--theme", nargs="*", default=["light", "dark"], choices=["light", "dark"])
    asked = parser.parse_args()
    if asked.demo:
        return take(json.loads(asked.demo.read_text()), asked)
    with fresh_demo() as demo:
        return take(demo, asked)


@contextmanager
def fresh_demo() -> Iterator[dict[str, Any]]:
    """Run the demo in a folder of its own; yields what its demo.json says."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as free:
        # As root, the demo's other users pass through it.
        os.chmod(folder, 0o755)
        environment = {**os.environ, "DATA_DIR": folder, "PORT": str(free.getsockname()[1])}
        free.close()
        command = [sys.executable, "manage.py", "demo"]
        demo = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            while not (line := demo.stdout.readline() if demo.stdout else "").startswith("ready "):
                if not line:
                    raise SystemExit("The demo did not start; what it said stands above.")
            yield json.loads((Path(folder) / "demo.json").read_text())
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.communicate(timeout=60)


def take(demo: dict[str, Any], asked: argparse.Namespace) -> int:
    """Take the pictures of a running demo, and name those that are too heavy to be kept with the documentation."""
    EVERYTHING.mkdir(parents=True, exist_ok=True)
    SHOWN.mkdir(parents=True, exist_ok=True)
    shots = [shot for shot in shots_of(demo) if not asked.only or shot.name in asked.only]
    heavy = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for who in dict.fromkeys(shot.who for shot in shots):
            page = page_of(browser, demo, who)
            for shot in (shot for shot in shots if shot.who == who):
                heavy += take_one(page, demo, shot, asked)
        browser.close()
    for name in heavy:
        sys.stderr.write(f"{name} is heavier than {MOST_BYTES:,} bytes\n")
    return 1 if heavy else 0


def shots_of(demo: dict[str, Any]) -> list[Shot]:
    """The main pages. The participant's are those of the first team, whose submissions are asked of the API."""
    slug, somebody = demo["competition"], demo["participants"][0]
    here = f"/competitions/{slug}/"
    with httpx.Client(base_url=demo["base_url"], headers={"Authorization": f"Bearer {somebody['token']}"}) as api:
        handed_in = api.get(f"/api/v1/competitions/{slug}/submissions").json()["results"]
    own = [submission["id"] for submission in handed_in if submission["track"] == "detection"]
    last, first = own[0], own[-1]
    member, organizer = somebody["username"], demo["organizer"]["username"]
    return [
        Shot("home", "", "/"),
        Shot("overview", "", here),
        Shot("data", "", f"{here}data/"),
        Shot("labels", "", f"{here}labels/"),
        Shot("rules", "", f"{here}rules/"),
        Shot("scores", "", f"{here}scores/"),
        Shot("terms", "", f"{here}terms/"),
        Shot("cite", "", f"{here}cite/"),
        Shot("board", "", f"{here}boards/detection/"),
        Shot("board-vi", "", f"{here}boards/detection/", "vi"),
        Shot("board-embed", "", f"{here}boards/detection/embed/"),
        Shot("login", "", "/accounts/login/"),
        Shot("signup", "", "/accounts/signup/"),
        Shot("board-own", member, f"{here}boards/classification/"),
        Shot("submit", member, f"{here}submit/"),
        Shot("submit-faults", member, f"{here}submit/"),
        Shot("submissions", member, f"{here}submissions/"),
        Shot("report", member, f"/submissions/{last}/"),
        Shot("report-vi", member, f"/submissions/{last}/", "vi"),
        Shot("report-label", member, f"/submissions/{last}/labels/1/"),
        Shot("compare", member, f"/submissions/{last}/compare/{first}/"),
        Shot("withdraw", member, f"/submissions/{last}/withdraw/"),
        Shot("team", member, f"{here}team/"),
        Shot("account", member, "/account/"),
        Shot("own-data", member, "/account/data/"),
        Shot("organize", organizer, f"{here}organize/"),
        *(Shot(f"organize-{name}", organizer, f"{here}organize/{name}/") for name in ORGANIZERS),
    ]


def page_of(browser: Browser, demo: dict[str, Any], who: str) -> Page:
    """A page of somebody who is logged in, or of a visitor."""
    context = browser.new_context(base_url=demo["base_url"], reduced_motion="reduce", timezone_id="Asia/Ho_Chi_Minh")
    page = context.new_page()
    people = {person["username"]: person["password"] for person in (demo["organizer"], *demo["participants"])}
    if who:
        log_in(page, who, people[who])
    return page


def take_one(page: Page, demo: dict[str, Any], shot: Shot, asked: argparse.Namespace) -> list[str]:
    """Take a page in every size and theme; returns the files of the documentation that became too heavy."""
    page.context.add_cookies([{"name": "language", "value": shot.language, "url": demo["base_url"]}])
    page.goto(shot.address)
    if shot.name == "submit-faults":
        upload_a_faulty_file(page, Path(demo["files"]["detection"]))
    heavy = []
    for size in asked.size:
        page.set_viewport_size(SIZES[size])
        for theme in asked.theme:
            page.emulate_media(color_scheme=theme)
            page.screenshot(path=EVERYTHING / f"{shot.name}-{size}-{theme}.png", full_page=True)
            name = IN_DOCS.get((shot.name, size, theme))
            if name:
                content = with_palette(page.screenshot())
                (SHOWN / name).write_bytes(content)
                heavy += [name] if len(content) > MOST_BYTES else []
    return heavy


def upload_a_faulty_file(page: Page, file: Path) -> None:
    """The demo's own file with faults in some lines."""
    lines = file.read_text().splitlines()
    lines[3] = lines[3].replace("0.", "7.", 1)
    lines[9] = lines[9].rsplit(",", 2)[0]
    lines[14] = lines[14] + "0" * 6 + "x"
    page.set_input_files(
        "input[type=file]", {"name": "mine.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
    )
    page.locator("form.upload button").last.click()
    page.locator(".quoted, .faults, [role=alert]").first.wait_for()


if __name__ == "__main__":
    sys.exit(main())
