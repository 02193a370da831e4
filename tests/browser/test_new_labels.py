"""Checking new labels where scripts run: the outcome comes into the page, and the chosen files stay chosen."""

import pytest

from competition.models import GroundTruth
from tests.browser.browsing import assert_usable, browsing, log_in
from tests.factory import PASSWORD, image_labels_csv, make_competition, make_user


@pytest.fixture
def folder(transactional_db, tmp_path):
    make_competition(tmp_path).organizers.add(make_user("olga"))
    (tmp_path / "faulty.csv").write_text(image_labels_csv().replace(",1,0\n", ",2,0\n", 1))
    return tmp_path


def test_files_are_checked_mended_checked_again_and_sealed_in_one_sitting(server, folder):
    with browsing(server) as (page, watch):
        # 422 for the faulty file, which the script fetches.
        watch.expected |= {422, 201}
        log_in(page, "olga", PASSWORD)
        page.goto("/competitions/chest/organize/truth/")
        page.set_input_files("#detection", folder / "folder" / "annotations.csv")
        page.set_input_files("#classification", folder / "faulty.csv")
        page.click("button[value=check]")
        page.wait_for_selector("#faults")
        assert_usable(page)
        page.set_input_files("#classification", folder / "folder" / "image_labels.csv")
        page.click("button[value=check]")
        page.wait_for_selector("#preview")
        assert_usable(page)
        page.fill("#reason", "read again")
        page.click("button[value=hold]")
        page.wait_for_selector("text=Let it take over, or drop it")
        assert_usable(page)
        watch.faults = [fault for fault in watch.faults if not fault.startswith("422: ")]

    assert GroundTruth.objects.get(version=2).held
