"""What open pages ask for again and again: small, the same bytes until something changes, and few questions."""

import re

from competition.environment import REPOSITORY
from competition.models import Competition, Phase
from competition.web.pace import GROWTH, WAITING, again_at
from tests.factory import detections_csv, hand_in, make_user
from tests.web.conftest import page_client

NEWS = "/competitions/chest/boards/detection/news/?phase=main&seen="


def test_news_of_a_board_are_one_question_for_everybody_and_304_until_there_are_any(
    competition, member, score_all, django_assert_num_queries
):
    reader = page_client()
    before = reader.get(NEWS)
    hand_in(member, detections_csv(shift=20))
    score_all()
    first = reader.get(NEWS)
    with django_assert_num_queries(1):
        same = reader.get(NEWS, headers={"If-None-Match": first["ETag"]})
    seen = reader.get(f"{NEWS}1")

    assert "No board has been published yet" in before.content.decode()
    assert "There is a newer board" in first.content.decode()
    assert (same.status_code, same.content) == (304, b"")
    assert "This is the newest board, version 1" in seen.content.decode()
    assert len(first.content) < 700
    assert "public" in first["Cache-Control"]
    assert first.content == page_client(member.user).get(NEWS).content
    assert "data-public" in reader.get("/competitions/chest/boards/detection/").content.decode()


def test_news_of_a_board_are_final_with_its_results_and_hidden_with_its_competition(competition, organizer):
    Phase.objects.update(closes_at="2021-01-01T00:00Z", opens_at="2020-01-01T00:00Z", revealed_at="2021-01-02T00:00Z")
    Phase.objects.update(results="final")
    final = page_client().get(NEWS).content.decode()
    Competition.objects.update(hidden=True)
    own = page_client(organizer).get(NEWS)

    assert 'data-final="yes"' in final
    assert [page_client(person).get(NEWS).status_code for person in (None, make_user("eve"))] == [404, 404]
    assert (own.status_code, "no-store" in own["Cache-Control"]) == (200, True)
    assert page_client().get(NEWS.replace("main", "none")).status_code == 404
    assert page_client().get(NEWS.replace("detection", "none")).status_code == 404
    assert page_client().get(NEWS.replace("phase=main", "phase=%00")).status_code == 404


def test_the_state_of_a_submission_asks_few_questions_and_names_its_pace(
    competition, member, browser, django_assert_max_num_queries
):
    submission = hand_in(member, detections_csv()).submission
    address = f"/submissions/{submission.pk}/state/"
    whole = browser.get(f"/submissions/{submission.pk}/").content.decode()
    state = browser.get(address)
    with django_assert_max_num_queries(9):
        same = browser.get(address, headers={"If-None-Match": state["ETag"]})

    assert same.status_code == 304
    assert 'data-again="0.7"' in state.content.decode()
    assert f'data-first="{WAITING.first}" data-longest="{WAITING.longest}"' in whole
    assert ">Refresh</a>" in whole


def test_what_waits_far_back_in_the_queue_is_asked_for_seldom_and_the_script_keeps_the_same_pace():
    script = (REPOSITORY / "competition" / "static" / "follow.js").read_text()

    assert [again_at(place) for place in (None, 1, 50, 2000)] == [None, 0.7, 15.0, 60]
    assert float(re.search(r"const GROWTH = ([\d.]+);", script)[1]) == GROWTH
