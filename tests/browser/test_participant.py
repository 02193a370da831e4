"""A newcomer's way from the first page to the board, in a real browser against real processes."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import assert_usable, browsing
from tests.factory import PASSWORD, detections_csv, make_competition, make_user
from tests.running import running


@pytest.fixture
def competition(transactional_db, tmp_path):
    return make_competition(tmp_path)


def csv(content, name="mine.csv"):
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def faulty():
    return detections_csv().replace(b",0.9,", b",1.9,", 3)


def sign_up(page):
    page.goto("/")
    page.get_by_role("link", name="Chest", exact=True).first.click()
    page.get_by_role("button", name="Enter the competition").click()
    page.get_by_role("main").get_by_role("link", name="Sign up").click()
    page.fill("input[name=username]", "ada")
    page.fill("input[name=password1]", PASSWORD)
    page.fill("input[name=password2]", PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    page.wait_for_url("**/competitions/chest/enter/")


def enter(page):
    page.get_by_label("Name of the team").fill("Ada's team")
    page.get_by_role("button", name="Enter the competition").click()
    page.get_by_label("I have read and accept").check()
    page.get_by_role("button", name="Enter the competition").click()
    expect(page.get_by_role("heading", name="Submit predictions")).to_be_visible()


def upload(page, content):
    page.get_by_label("File", exact=True).set_input_files(csv(content))
    page.get_by_role("button", name="Upload").click()


def see_the_faults(page):
    expect(page.get_by_role("heading", name="The file has 3 faults")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Line 2")).to_contain_text("'1.9' is not between 0 and 1.")
    expect(page.get_by_label("Note")).to_have_value("my model")


def find_oneself_on_the_board(page):
    page.get_by_role("main").get_by_role("button", name="Detection board").click()
    expect(page.get_by_role("row", name=re.compile("Ada's team"))).to_contain_text("1.000")


def test_a_newcomer_gets_from_the_first_page_to_the_board(server, competition):
    with browsing(server) as (page, watch):
        watch.expected |= {400, 422}
        sign_up(page)
        assert_usable(page)
        enter(page)
        assert_usable(page)
        page.get_by_label("Note").fill("my model")
        upload(page, faulty())
        see_the_faults(page)
        assert_usable(page)

        upload(page, detections_csv())
        page.wait_for_url("**/submissions/*/")
        assert_usable(page)
        page.evaluate("window.stayed = true")
        with running("worker", "sweeper"):
            expect(page.locator(".score strong")).to_have_text("1.000")
            expect(page.locator("#announcement")).to_have_text("Scored 1.000")
            assert page.evaluate("window.stayed")
        assert_usable(page)
        find_oneself_on_the_board(page)
        assert_usable(page)


def test_the_same_way_without_javascript(server, competition):
    with browsing(server, java_script_enabled=False) as (page, watch):
        watch.expected |= {400, 422}
        sign_up(page)
        enter(page)
        page.get_by_label("Note").fill("my model")
        upload(page, faulty())
        see_the_faults(page)

        upload(page, detections_csv())
        page.wait_for_url("**/submissions/*/")
        again = page.get_by_role("link", name="Refresh")
        expect(again).to_be_visible()
        with running("worker", "sweeper"):
            for _ in range(1000):
                if page.locator(".score strong").count():
                    break
                with page.expect_navigation():
                    again.click()
        find_oneself_on_the_board(page)


def test_one_can_log_in_with_the_keyboard_alone_and_sees_where_one_is(server, competition):
    make_user("ada")
    with browsing(server) as (page, _):
        page.goto("/competitions/chest/submit/")
        _tab_to(page, "Log in")
        page.keyboard.press("Enter")
        page.wait_for_url("**/accounts/login/**")
        _tab_to(page, "login")
        page.keyboard.type("ada")
        _tab_to(page, "password")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")

        expect(page).to_have_url(f"{server}/competitions/chest/submit/")
        expect(page.get_by_role("button", name="Log out")).to_be_visible()


FOCUS = """() => {
    const here = document.activeElement, style = getComputedStyle(here);
    const seen = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
    return {name: here.name || here.textContent.trim(), seen};
}"""


def _tab_to(page, name):
    for _ in range(30):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus["seen"], f"the focus can't be seen on {focus['name']}"
        if focus["name"] == name:
            return
    raise AssertionError(f"no way to {name} with the keyboard")
