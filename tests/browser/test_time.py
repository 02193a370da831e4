"""A deadline in the reader's own zone, beside UTC and the time that is left."""

import re

from playwright.sync_api import expect

from tests.browser.browsing import browsing
from tests.factory import make_competition


def test_a_reader_sees_a_deadline_in_utc_in_the_own_zone_and_how_long_it_is_until_then(server, tmp_path):
    phase = {"key": "main", "title": "Main", "opens_at": "2020-01-01T00:00Z", "closes_at": "2199-01-01T23:30Z"}
    make_competition(tmp_path, phases=[phase])
    with browsing(server, timezone_id="Asia/Ho_Chi_Minh", locale="en-GB") as (page, _):
        page.goto("/competitions/chest/")
        line = page.locator(".phase-line")

        expect(line).to_contain_text("2199-01-01 23:30 UTC")
        expect(line).to_contain_text("2 Jan 2199, 06:30 your time")
        expect(line).to_contain_text(re.compile(r"in \d+\s+years"))
