import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from competition.models import Team
from tests.factory import description, detections_csv, hand_in, make_competition, make_member
from tests.web.conftest import page_client
from tests.web.reading import Page

PAGE = "/competitions/chest/boards/detection/"


@pytest.fixture
def board(competition, member, score_all):
    for name, shift in (("bob", 0), ("eve", 150)):
        hand_in(make_member(competition, name), detections_csv(shift=shift))
    hand_in(member, detections_csv())
    score_all()


def test_a_board_shows_ties_intervals_and_who_can_be_told_apart(board):
    answer = page_client().get(PAGE)

    page = answer.content.decode()
    rows = answer.context["page"].rows
    assert [(row.entry["team"], row.entry["rank"], row.tied) for row in rows] == [
        ("Team bob", 1, True),
        ("Team ada", 1, True),
        ("Team eve", 3, False),
    ]
    assert page.count('<svg class="bar"') == 3
    assert "shared" in page
    assert "published <time" in page
    assert "?phase=main&amp;format=csv" in page


def test_a_reader_sees_the_own_team_marked_and_nobody_else_does(board, member):
    own = page_client(member.user).get(PAGE)
    other = page_client().get(PAGE)

    assert own.content.decode().count('class="own') == 2
    assert re.search('class="own ?".*\n.*\n.*\n?.*\n?.*Team ada', own.content.decode())
    assert "your team" in own.content.decode()
    assert "your team" not in other.content.decode()


def test_a_baseline_has_no_rank_and_says_what_it_is(competition, member, score_all):
    baseline = make_member(competition, "prevalence")
    Team.objects.filter(pk=baseline.team_id).update(baseline=True)
    hand_in(baseline, detections_csv())
    hand_in(member, detections_csv(shift=150))
    score_all()

    answer = page_client().get(PAGE)
    assert [row.entry["rank"] for row in answer.context["page"].rows] == [None, 1]
    assert ">baseline</span>" in answer.content.decode()


def test_readers_without_an_account_share_an_etag(board):
    first = page_client().get(PAGE)
    again = page_client().get(PAGE, headers={"If-None-Match": first["ETag"]})

    assert first["ETag"].startswith('"')
    assert "Cookie" in first["Vary"]
    assert "public" in first["Cache-Control"]
    assert (again.status_code, again.content) == (304, b"")


def test_a_persons_own_page_is_never_shared(board, browser):
    shared = page_client().get(PAGE)
    own = browser.get(PAGE, headers={"If-None-Match": shared["ETag"]})

    assert own.status_code == 200
    assert "ETag" not in own
    assert "private" in own["Cache-Control"]
    assert "Cookie" in own["Vary"]


def test_the_etag_changes_with_the_board(board, competition, score_all):
    before = page_client().get(PAGE)
    hand_in(make_member(competition, "mia"), detections_csv(shift=20))
    score_all()
    after = page_client().get(PAGE, headers={"If-None-Match": before["ETag"]})

    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]


def test_the_number_of_queries_does_not_grow_with_the_teams(competition, member, score_all, django_assert_num_queries):
    hand_in(member, detections_csv())
    score_all()
    with CaptureQueriesContext(connection) as few:
        page_client().get(PAGE)
    for name in ("bob", "eve", "mia"):
        hand_in(make_member(competition, name), detections_csv(shift=10))
    score_all()

    with django_assert_num_queries(len(few)):
        page_client().get(PAGE)
    assert len(few) <= 18
    with django_assert_num_queries(1):  # whoever comes next gets the same page, if it still is
        page_client().get(PAGE)


def test_a_hostile_team_name_stays_text(competition, score_all):
    hand_in(make_member(competition, "mallory", team="<script>alert(1)</script>"), detections_csv())
    score_all()

    for path in (PAGE, "/", "/competitions/chest/"):
        page = page_client().get(path).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


def phase(key, opens, closes, **facts):
    now = datetime.now(UTC)
    first = description()["phases"][0]
    dates = {"opens_at": now + timedelta(days=opens), "closes_at": now + timedelta(days=closes)}
    return {**first, "key": key, "title": key.title(), **dates, **facts}


def test_every_phase_can_be_chosen_and_says_why_it_is_empty(db, tmp_path):
    phases = [
        phase("past", -9, -5),
        phase("quiet", -5, 5, shows="nothing"),
        phase("later", 5, 9),
    ]
    make_competition(tmp_path, phases=phases)
    words = {
        "": "This phase shows no scores while it runs",
        "?phase=past": "No submission of this phase was scored",
        "?phase=later": "This phase has not begun",
    }

    for query, sentence in words.items():
        answer = page_client().get(PAGE + query)
        assert sentence in answer.content.decode()
        assert Page(answer.content.decode()).faults == []
    assert page_client().get(f"{PAGE}?phase=none").status_code == 404


def test_an_open_board_without_rows_invites(competition):
    assert "The first scored submission opens the board" in page_client().get(PAGE).content.decode()


def test_an_unknown_track_or_competition_is_not_found(competition):
    assert page_client().get("/competitions/chest/boards/segmentation/").status_code == 404
    assert page_client().get("/competitions/none/boards/detection/").status_code == 404
