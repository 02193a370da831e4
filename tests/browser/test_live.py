"""Pages that are left open: how often they ask, when they don't, and a countdown that needs no network."""

import re
from datetime import timedelta

from playwright.sync_api import expect

from competition.clock import database_now
from competition.models import Phase
from competition.web.pace import CLOSED_BOARD, OPEN_BOARD
from tests.browser.browsing import assert_usable, browsing
from tests.factory import make_competition

BOARD = "/competitions/chest/boards/detection/"
HIDDEN = "Object.defineProperty(document, 'hidden', {value: %s, configurable: true});" + (
    "document.dispatchEvent(new Event('visibilitychange'))"
)


class Asked:
    """The questions of a page, by the clock that the test moves."""

    def __init__(self, page):
        self.page = page
        self.seconds = 0
        self.times = []
        page.on("request", lambda request: "/news/" in request.url and self.times.append(self.seconds))

    def pass_by(self, seconds, step=5):
        """Let the page's clock go on; returns how often it has asked meanwhile."""
        before = len(self.times)
        for _ in range(seconds // step):
            self.page.clock.run_for(1000 * step)
            self.seconds += step
            self.page.wait_for_timeout(40)
        return len(self.times) - before


def test_an_open_board_asks_less_and_less_waits_as_long_as_it_is_told_and_rests_when_hidden(server, tmp_path):
    make_competition(tmp_path)
    with browsing(server) as (page, watch):
        watch.expected |= {503}
        page.clock.install()
        page.goto(BOARD)
        asked = Asked(page)

        first = asked.pass_by(120)
        at_rest = asked.pass_by(300)
        page.evaluate(HIDDEN % "true")
        hidden = asked.pass_by(300)
        page.evaluate(HIDDEN % "false")
        seen_again = asked.pass_by(5)
        page.route("**/news/**", lambda route: route.fulfill(status=503, headers={"Retry-After": "200"}))
        asked.pass_by(90)
        refused = asked.times[-1]
        page.unroute("**/news/**")
        asked.pass_by(450)
        watch.faults = [fault for fault in watch.faults if not fault.startswith("503")]

    assert 2 <= first <= 120 / OPEN_BOARD.first
    assert 3 <= at_rest <= 300 / (0.75 * OPEN_BOARD.longest) + 1
    assert hidden == 0
    assert seen_again == 1
    assert asked.times[asked.times.index(refused) + 1] - refused >= 195


def test_a_newer_board_is_told_and_nothing_moves_by_itself_without_the_reader(server, tmp_path):
    make_competition(tmp_path)
    with browsing(server) as (page, _):
        page.goto(BOARD)
        expect(page.locator(".live")).to_contain_text("No board has been published yet")
        assert page.locator("[data-follow]").get_attribute("data-longest") == f"{OPEN_BOARD.longest}"
    Phase.objects.update(closes_at=database_now())
    with browsing(server) as (page, _):
        page.goto(BOARD)
        assert page.locator("[data-follow]").get_attribute("data-longest") == f"{CLOSED_BOARD.longest}"


def test_the_time_that_is_left_goes_on_by_the_servers_clock_and_without_a_question(server, tmp_path):
    competition = make_competition(tmp_path)
    competition.phases.update(closes_at=database_now() + timedelta(minutes=61, seconds=30))
    with browsing(server) as (page, _):
        page.clock.install(time="2020-01-01T00:00:00Z")
        page.goto("/competitions/chest/")
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        countdown = page.locator(".lead .countdown")

        expect(countdown).to_have_text(re.compile(r"^in 1 hour, 1 minute$"))
        page.clock.run_for(120_000)
        expect(countdown).to_have_text(re.compile(r"^in 5\d minutes, \d+ seconds?$"))
        page.clock.run_for(3_600_000)
        expect(countdown).to_have_text("the time is over")

        # A browser may come for the icon late.
        assert [url for url in asked if "/static/" not in url] == []
        assert countdown.get_attribute("role") == "timer"
        assert countdown.get_attribute("aria-live") is None


def test_the_pages_of_a_competition_are_usable_by_everybody_and_the_citation_is_copied(server, tmp_path):
    make_competition(tmp_path, rules_page={"version": "1", "text": "terms.md"}, bibtex="@misc{a, title = {A}}")
    with browsing(server, permissions=["clipboard-read", "clipboard-write"]) as (page, _):
        for path in ("labels", "terms", "scores", "cite", "data"):
            page.goto(f"/competitions/chest/{path}/")
            assert_usable(page)
        page.goto("/competitions/chest/cite/")
        page.get_by_role("button", name="Copy").first.click()

        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()").startswith("@misc{chest,")
