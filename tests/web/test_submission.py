import re

import pytest

from competition.models import Evaluation, Submission
from competition.operations.disqualify import disqualify
from competition.operations.give_up import fail
from competition.operations.withdraw import withdraw
from tests.factory import detections_csv, hand_in, make_competition, make_member, make_user, probabilities_csv
from tests.web.conftest import page_client

LIST = "/competitions/chest/submissions/"


def page_of(submission, part=""):
    return f"/submissions/{submission.pk}/{part}"


def text_of(answer):
    return answer.content.decode()


@pytest.fixture
def submission(member):
    return hand_in(member, detections_csv(shift=20), file_name="mine.csv", note="first").submission


def test_the_receipt_and_the_place_in_the_queue_are_told_at_once(browser, member, submission):
    hand_in(make_member(member.competition, "bob"), detections_csv())

    page = text_of(browser.get(page_of(submission)))

    assert submission.sha256 in page
    assert f"{submission.received_at:%Y-%m-%d %H:%M:%S} UTC" in page
    assert "mine.csv" in page
    assert "first" in page
    assert "Place 1 in the queue" in page
    assert f'data-follow="/submissions/{submission.pk}/state/"' in page
    assert "<noscript>" in page


def test_a_scored_submission_shows_its_score_its_interval_and_its_classes(browser, submission, score_all):
    score_all()

    answer = browser.get(page_of(submission))

    page = text_of(answer)
    assert "<strong>1.000</strong>" in page
    assert "1.000 to 1.000" in page
    assert [label.row.label for label in answer.context["report"].labels] == ["Cardiomegaly", "Nodule/Mass"]
    assert '<td class="number">12</td>' in page
    assert "data-follow" not in page
    assert 'href="/competitions/chest/boards/detection/?phase=main"' in page


def test_notices_of_the_file_are_on_its_page(browser, member):
    handed = hand_in(member, detections_csv(shift=1900)).submission

    assert handed.notices
    assert handed.notices[0]["detail"].split(";")[0] in text_of(browser.get(page_of(handed))).replace("&#x27;", "'")


def test_the_part_that_changes_is_not_sent_again_while_it_does_not(browser, submission, score_all):
    waiting = browser.get(page_of(submission, "state/"))
    unchanged = browser.get(page_of(submission, "state/"), headers={"If-None-Match": waiting["ETag"]})
    score_all()
    scored = browser.get(page_of(submission, "state/"), headers={"If-None-Match": waiting["ETag"]})

    assert 'data-final="no"' in text_of(waiting)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert scored.status_code == 200
    assert 'data-final="yes"' in text_of(scored)
    assert "<html" not in text_of(scored)


def test_what_could_not_be_scored_did_not_count_and_keeps_the_reason_from_the_team(browser, submission, organizer):
    evaluation = Evaluation.objects.get()
    evaluation.claim("worker", 30)
    fail(evaluation, "crashed", "Signal 9 in the worker.")

    page = text_of(browser.get(page_of(submission)))
    listed = text_of(browser.get(LIST))
    to_organizer = text_of(page_client(organizer).get(page_of(submission)))

    assert "It did not count" in page
    assert "Signal 9" not in page + listed
    assert "did not count" in listed
    assert "Signal 9 in the worker." in to_organizer


HELD = [{"key": "main", "title": "Main", "opens_at": "2020-01-01", "closes_at": "2100-01-01", "daily_limit": 9}]


def test_in_a_phase_of_held_scores_files_that_make_no_step_have_the_same_page(tmp_path, db, score_all):
    parts, pages = [], []
    for slug, shift in (("one", 149), ("two", 190)):
        member = make_member(make_competition(tmp_path / slug, slug=slug, phases=HELD), f"ada-{slug}", team="Same")
        client = page_client(member.user)
        first = hand_in(member, detections_csv()).submission
        score_all()
        second = hand_in(member, detections_csv(shift=shift)).submission
        score_all()
        part = text_of(client.get(page_of(second, "state/"))).replace(str(first.pk), "").replace(f"/{slug}/", "")
        parts.append(re.sub(r"\d{4}-\d\d-\d\d[T ][\d:.+]+", "", part))
        pages.append(text_of(client.get(page_of(second))) + text_of(client.get(f"/competitions/{slug}/submissions/")))

    assert parts[0] == parts[1]
    assert "Scored, no significant improvement." in parts[0]
    assert not any("Label by label" in page or "ositives" in page for page in pages)


def test_an_organizer_sees_the_classes_of_a_held_phase(tmp_path, db, score_all):
    competition = make_competition(tmp_path, phases=HELD)
    handed = hand_in(make_member(competition), detections_csv()).submission
    olga = make_user("olga")
    competition.organizers.add(olga)
    score_all()

    assert "Label by label" in text_of(page_client(olga).get(page_of(handed)))


def test_a_phase_that_shows_nothing_shows_nothing(browser, competition, submission, score_all):
    competition.phases.update(shows="nothing")
    score_all()

    page = text_of(browser.get(page_of(submission)))

    assert "this phase shows no scores while it runs" in page
    assert "1.000" not in page


def test_withdrawing_asks_first_and_then_takes_it_off_the_board(browser, submission):
    asked = browser.get(page_of(submission, "withdraw/"))
    before = Submission.objects.get().withdrawn_at
    answer = browser.post(page_of(submission, "withdraw/"), follow=True)

    assert "the upload stays used" in text_of(asked)
    assert "While the phase is open you can put it back" in text_of(asked)
    assert before is None
    assert Submission.objects.get().withdrawn_at
    assert "Withdrawn" in text_of(answer)
    assert ">withdrawn</span>" in text_of(browser.get(LIST))


def test_a_withdrawal_is_undone_until_the_close(browser, competition, submission):
    browser.post(page_of(submission, "withdraw/"))
    offered = browser.get(page_of(submission))
    back = browser.post(page_of(submission, "unwithdraw/"), follow=True)
    undone = Submission.objects.get().withdrawn_at
    browser.post(page_of(submission, "withdraw/"))
    competition.phases.update(opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z")
    closed = browser.post(page_of(submission, "unwithdraw/"))

    assert "Put it back on the board" in text_of(offered)
    assert '<a href="#acts">What you can do</a>' in offered.content.decode()
    assert "Put back." in text_of(back)
    assert undone is None
    assert closed.status_code == 403
    assert "what was withdrawn by then stays withdrawn" in text_of(closed)
    assert "Put it back" not in text_of(browser.get(page_of(submission)))


def test_selecting_needs_an_open_phase_and_a_place_on_the_board(browser, competition, member, submission):
    chosen = browser.post(page_of(submission, "select/"), follow=True)
    other = hand_in(member, detections_csv()).submission
    withdraw(other)
    off_board = browser.post(page_of(other, "select/"))
    late = hand_in(member, detections_csv()).submission
    competition.phases.update(opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z")
    closed = browser.post(page_of(late, "select/"))

    assert "Chosen for the final ranking" in text_of(chosen)
    assert off_board.status_code == 409
    assert "can&#x27;t be chosen" in text_of(off_board)
    assert closed.status_code == 403
    assert Submission.objects.filter(selected_at__isnull=False).get() == submission


def test_a_disqualified_submission_says_why_as_text(browser, submission, organizer):
    disqualify(submission, organizer=organizer, reason="<script>alert(1)</script>")

    page = text_of(browser.get(page_of(submission))) + text_of(browser.get(LIST))

    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2
    assert "<script>alert" not in page


def test_hostile_texts_are_shown_as_text(competition, organizer):
    hostile = '"><script>alert(1)</script>'
    member = make_member(competition, "mallory", team=hostile)
    handed = hand_in(member, detections_csv(), file_name=hostile, note=hostile).submission

    pages = [
        text_of(client.get(address))
        for client in (page_client(member.user), page_client(organizer))
        for address in (page_of(handed), page_of(handed, "state/"))
    ]
    pages.append(text_of(page_client(member.user).get(LIST)))
    pages.append(text_of(page_client(member.user).get(page_of(handed, "withdraw/"))))
    pages.append(text_of(page_client(organizer).get(page_of(handed, "disqualify/"))))
    pages.append(text_of(page_client(organizer).get("/competitions/chest/organize/")))

    assert not any("<script>alert" in page for page in pages)
    assert all("&lt;script&gt;alert(1)" in pages[index] for index in (0, 2, 4, 5, 6, 7))


def test_the_list_is_the_teams_own_newest_first_and_in_pages(browser, competition, member, monkeypatch):
    monkeypatch.setattr("competition.web.submission.PAGE_ROWS", 2)
    hand_in(make_member(competition, "bob"), detections_csv(), note="of bob")
    for note in ("one", "two", "three"):
        hand_in(member, detections_csv(), note=note)

    first, second = text_of(browser.get(LIST)), text_of(browser.get(LIST, {"page": 2}))

    assert first.index("three") < first.index("two")
    assert ">one</bdi>" in second
    assert "of bob" not in first + second
    assert 'href="?page=2"' in first


def test_the_list_costs_the_same_queries_however_long_it_is(
    browser, member, score_all, django_assert_max_num_queries, django_assert_num_queries
):
    hand_in(member, detections_csv())
    hand_in(member, probabilities_csv(), track="classification")
    score_all()
    with django_assert_max_num_queries(25) as counted:
        browser.get(LIST)
    for _ in range(3):
        hand_in(member, detections_csv())
    score_all()

    with django_assert_num_queries(len(counted)):
        browser.get(LIST)


def test_an_organizer_without_a_team_is_led_to_all_submissions(organizer):
    page = text_of(page_client(organizer).get(LIST))

    assert "You have not entered" in page
    assert page.count("/competitions/chest/organize/") == 2


def test_the_teams_page_shows_the_invitation_to_the_team_alone(browser, member, organizer):
    assert member.team.invitation in text_of(browser.get("/competitions/chest/team/"))
    assert member.team.invitation not in text_of(page_client(organizer).get("/competitions/chest/organize/"))


@pytest.mark.parametrize("part", ["withdraw/", "select/"])
def test_without_the_token_of_the_form_nothing_is_changed(member, submission, part):
    client = page_client(member.user, enforce_csrf_checks=True)

    answer = client.post(page_of(submission, part))

    assert answer.status_code == 403
    assert not Submission.objects.get().withdrawn_at
    assert not Submission.objects.get().selected_at


def test_pages_of_a_team_are_kept_by_no_cache(browser, submission):
    for address in (LIST, page_of(submission), page_of(submission, "state/"), "/competitions/chest/submit/"):
        assert "no-store" in browser.get(address)["Cache-Control"]
        assert "private" in browser.get(address)["Cache-Control"]
