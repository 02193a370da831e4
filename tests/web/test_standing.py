"""What a submission's page tells of its team's row on the board."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from competition.models import Team
from competition.operations.withdraw import withdraw
from tests.factory import detections_csv, hand_in, make_competition, make_member
from tests.web.conftest import page_client
from tests.web.reading import Page
from tests.web.test_submission import HELD, page_of, text_of


def standing_on(client, submission):
    """The words of the section; empty where there is none."""
    found = re.search('<section class="standing".*?</section>', text_of(client.get(page_of(submission))), re.DOTALL)
    return " ".join(re.sub("<[^>]*>", " ", found[0]).split()) if found else ""


@pytest.fixture
def crowd(competition, score_all):
    for name, shift in (("bob", 0), ("eve", 150)):
        hand_in(make_member(competition, name), detections_csv(shift=shift))
    baseline = make_member(competition, "guess")
    Team.objects.filter(pk=baseline.team_id).update(baseline=True)
    hand_in(baseline, detections_csv(shift=60))
    score_all()


def test_the_submission_that_stands_tells_its_rank_and_leads_to_its_row(crowd, browser, member, score_all, monkeypatch):
    worse = hand_in(member, detections_csv(shift=100)).submission
    best = hand_in(member, detections_csv()).submission
    score_all()
    monkeypatch.setattr("competition.web.board_choice.PAGE_ROWS", 1)
    monkeypatch.setattr("competition.web.board_choice.FEW_MORE", 0)

    page = text_of(browser.get(page_of(best)))
    row = re.search(r'href="(/competitions/chest/boards/detection/[^"]*)#(team-\w+)"', page)

    assert "Rank 1 of 3 teams shared" in standing_on(browser, best)
    assert "The team stands there with this submission." in standing_on(browser, best)
    assert "another submission" in standing_on(browser, worse)
    assert f'href="{page_of(best)}"' in text_of(browser.get(page_of(worse, "state/")))
    assert row[1].endswith("?phase=main&amp;page=3")
    assert f'id="{row[2]}" class="own"' in text_of(browser.get(row[1].replace("&amp;", "&")))
    assert Page(page).faults == []


def test_a_baseline_stands_without_a_rank_and_who_is_alone_is_one_of_one(competition, member, browser, score_all):
    alone = hand_in(member, detections_csv()).submission
    score_all()
    first = standing_on(browser, alone)
    Team.objects.filter(pk=member.team_id).update(baseline=True)
    hand_in(member, detections_csv(shift=9))
    score_all()

    assert "Rank 1 of 1 team The test images allow no other rank." in first
    assert "A baseline: it stands on the board without a rank." in standing_on(browser, alone)


def test_what_stands_nowhere_says_nothing_of_a_row(competition, member, browser, score_all):
    waiting = hand_in(member, detections_csv()).submission
    while_waiting = standing_on(browser, waiting)
    score_all()
    scored = standing_on(browser, waiting)
    withdraw(waiting)
    taken_off = standing_on(browser, waiting)
    score_all()

    assert (while_waiting, taken_off, standing_on(browser, waiting)) == ("", "", "")
    assert "Rank 1" in scored
    competition.phases.update(shows="nothing")
    hand_in(make_member(competition, "bob"), detections_csv())
    hidden = hand_in(member, detections_csv()).submission
    score_all()
    assert standing_on(browser, hidden) == ""


def test_a_row_costs_two_questions_and_another_submission_a_third(
    crowd, browser, member, score_all, django_assert_num_queries
):
    best, worse = (hand_in(member, detections_csv(shift=shift)).submission for shift in (0, 100))
    score_all()
    browser.get(page_of(best, "state/"))
    with CaptureQueriesContext(connection) as asked:
        browser.get(page_of(best, "state/"))
    of_boards = [query["sql"] for query in asked if '"competition_board"' in query["sql"]]

    assert len(of_boards) == 1
    with django_assert_num_queries(len(asked) + 1):
        browser.get(page_of(worse, "state/"))


def test_in_a_phase_of_held_scores_it_follows_from_the_board_alone(tmp_path, db, score_all):
    competition = make_competition(tmp_path, phases=HELD)
    told = []
    for name, shift in (("ada", 149), ("bob", 190)):
        member = make_member(competition, name)
        first = hand_in(member, detections_csv()).submission
        score_all()
        second = hand_in(member, detections_csv(shift=shift)).submission
        score_all()
        told.append((page_client(member.user), first, second))

    words = [standing_on(client, second) for client, _, second in told]
    for (client, first, _), said in zip(told, words, strict=True):
        assert f"another submission: the one of {first.received_at:%Y-%m-%d %H:%M}" in said
        assert "this submission" in standing_on(client, first)
    assert len({re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "", said) for said in words}) == 1
    assert "Rank 1 of 2 teams shared" in words[0]
