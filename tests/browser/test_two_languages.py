"""A visitor changes the language, and goes from the first page to a result in it."""

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import assert_usable, browsing
from tests.factory import PASSWORD, detections_csv, make_competition
from tests.running import running


@pytest.fixture
def competition(transactional_db, tmp_path):
    return make_competition(tmp_path)


def csv(content):
    return {"name": "mine.csv", "mimeType": "text/csv", "buffer": content}


def change_to_vietnamese(page):
    page.goto("/competitions/chest/?from=abroad")
    page.get_by_role("button", name="Tiếng Việt").click()
    page.wait_for_url("**/competitions/chest/?from=abroad")
    assert page.locator("html").get_attribute("lang") == "vi"
    assert [cookie["name"] for cookie in page.context.cookies()] == ["language"]


def sign_up_and_enter(page):
    page.get_by_role("button", name="Tham gia cuộc thi").click()
    page.get_by_role("main").get_by_role("link", name="Đăng ký").click()
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.fill("input[name=password1]", PASSWORD)
    page.fill("input[name=password2]", PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Đăng ký").click()
    page.get_by_label("Tên đội").fill("Phòng X-quang")
    page.get_by_label("Tôi đã đọc và chấp nhận").check()
    assert_usable(page)
    page.get_by_role("button", name="Tham gia cuộc thi").click()
    expect(page.get_by_role("heading", name="Nộp dự đoán")).to_be_visible()


def upload(page, content):
    page.get_by_label("Tệp", exact=True).set_input_files(csv(content))
    page.get_by_role("button", name="Tải lên").click()


def see_the_fault_in_both_languages(page):
    expect(page.get_by_role("heading", name="Tệp có 1 lỗi")).to_be_visible()
    expect(page.get_by_text("Số nằm ngoài khoảng cho phép.")).to_be_visible()
    expect(page.locator(".quoted [lang=en]")).to_contain_text("1.9")


def test_the_language_is_changed_without_javascript(server, competition):
    with browsing(server, java_script_enabled=False) as (page, _):
        change_to_vietnamese(page)

        expect(page.get_by_role("link", name="Đăng nhập")).to_be_visible()
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("link", name="Log in")).to_be_visible()


def test_a_visitor_signs_up_uploads_and_reads_the_result_in_vietnamese(server, competition):
    with browsing(server) as (page, watch):
        watch.expected |= {422}
        change_to_vietnamese(page)
        assert_usable(page)
        sign_up_and_enter(page)
        upload(page, detections_csv().replace(b",0.9,", b",1.9,", 1))
        see_the_fault_in_both_languages(page)
        assert_usable(page)

        upload(page, detections_csv())
        page.wait_for_url("**/submissions/*/")
        with running("worker", "sweeper"):
            expect(page.locator(".score strong")).to_have_text("1.000", timeout=60_000)
            expect(page.locator("#announcement")).to_have_text("Đã chấm: 1.000")
        assert_usable(page)
        page.get_by_role("main").get_by_role("button", name="Bảng Phát hiện").click()
        expect(page.get_by_role("row", name="Phòng X-quang")).to_contain_text("1.000")
        for address in ("", "/competitions/chest/data/", "/competitions/chest/rules/", "/"):
            page.goto(address or page.url)
            assert_usable(page)
