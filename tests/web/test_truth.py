"""The organizer's page of a version of the ground truth, and what participants are told of it."""

import pytest

from competition.models import GroundTruth
from competition.operations.give_up import fail
from competition.operations.stage import rescore
from competition.operations.sweep import sweep
from tests.factory import detections_csv, hand_in
from tests.web.conftest import page_client

PAGE = "/competitions/chest/organize/truth/2/"


@pytest.fixture
def desk(organizer):
    return page_client(organizer)


@pytest.fixture
def held(competition, member, organizer, score_all):
    hand_in(member, detections_csv())
    score_all()
    return rescore(competition, reason="errata <b>", by=organizer, hold=True)


def text_of(answer):
    return answer.content.decode()


def test_while_it_is_scored_the_page_says_how_far_and_offers_no_switch(desk, held):
    page = text_of(desk.get(PAGE))

    assert "0 of 1" in page
    assert "once everything is scored" in page
    assert "Switch the boards" not in page
    assert "Drop this version" in page


def test_the_rank_changes_are_shown_and_the_slug_is_typed(desk, held, score_all):
    score_all()
    page = text_of(desk.get(PAGE))
    unsure = desk.post(PAGE, {"act": "confirm", "confirm": "yes"})
    answer = desk.post(PAGE, {"act": "confirm", "confirm": "chest"}, follow=True)
    sweep()

    assert "Team ada" in page
    assert "Rank then" in page
    assert "errata &lt;b&gt;" in page
    assert unsure.status_code == 409
    assert "Type chest to confirm." in text_of(unsure)
    assert "All boards switch" in text_of(answer)
    assert GroundTruth.objects.active().get().version == 2


def test_what_failed_is_told_before_the_word_is_given(desk, held):
    evaluation = held.evaluations.get()
    evaluation.claim("worker", 30)
    fail(evaluation, "lease_expired", "The worker went away.")

    assert "1 of 1 (1 failed)" in text_of(desk.get(PAGE))
    assert "1 of 1 (1 failed)" in text_of(desk.get("/competitions/chest/organize/"))


def test_it_is_dropped(desk, held):
    answer = desk.post(PAGE, {"act": "drop", "confirm": "chest"}, follow=True)
    page = text_of(desk.get(PAGE))

    assert "The boards stay as they are" in text_of(answer)
    assert "dropped" in page
    assert "Drop this version" not in page


def test_the_organizers_overview_leads_there(desk, held):
    assert f'href="{PAGE}"' in text_of(desk.get("/competitions/chest/organize/"))


@pytest.mark.parametrize("version", ["7", "99999999999999999999"])
def test_there_is_no_page_of_a_version_that_is_not_there(desk, competition, version):
    assert desk.get(f"/competitions/chest/organize/truth/{version}/").status_code == 404


def test_it_is_for_organizers_only(held, member, browser):
    assert browser.get(PAGE).status_code == 404
    assert browser.post(PAGE, {"act": "drop", "confirm": "chest"}).status_code == 404
    assert page_client().get(PAGE).status_code == 302


def test_participants_are_told_when_and_why_everything_was_scored_again(desk, competition, member, held, score_all):
    reader = page_client()
    before = text_of(reader.get("/competitions/chest/"))
    score_all()
    desk.post(PAGE, {"act": "confirm", "confirm": "chest"})
    sweep()

    pages = [text_of(reader.get(f"/competitions/chest/{path}")) for path in ("", "rules/", "boards/detection/")]

    assert "scored again" not in before
    for page in pages:
        assert "Everything was scored again" in page
        assert "errata &lt;b&gt;" in page


def test_a_dropped_version_is_no_news_and_old_news_stays_on_the_rules_page(desk, competition, held, score_all):
    desk.post(PAGE, {"act": "drop", "confirm": "chest"})
    rescore(competition, reason="second thoughts", by=None)
    score_all()
    sweep()
    GroundTruth.objects.filter(version=3).update(activated_at="2026-01-01T00:00:00Z")

    about, rules = (text_of(page_client().get(f"/competitions/chest/{path}")) for path in ("", "rules/"))

    assert "second thoughts" not in about
    assert "second thoughts" in rules
    assert "errata" not in rules
