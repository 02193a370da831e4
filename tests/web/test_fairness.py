"""What everybody sees beside a board, and what organizers do about it on their pages."""

import pytest

from competition.models import Announcement, Evaluation, Phase, RetryRequest, Submission
from competition.operations.disqualify import disqualify
from competition.operations.give_up import fail
from competition.operations.reveal import reveal
from tests.factory import detections_csv, hand_in, make_competition, make_member, make_user
from tests.web.conftest import page_client
from tests.web.reading import Page

BOARD = "/competitions/chest/boards/detection/"
DESK = "/competitions/chest/organize/"


def text_of(answer):
    text = answer.content.decode()
    assert Page(text).faults == []
    return text


@pytest.fixture
def desk(organizer):
    return page_client(organizer)


def test_a_disqualification_is_public_until_it_is_taken_back(desk, organizer, member):
    submission = hand_in(member, detections_csv()).submission
    disqualify(submission, organizer=organizer, reason="labels <b>seen</b>")
    seen = text_of(page_client().get(BOARD))
    form = text_of(desk.get(f"/submissions/{submission.pk}/restore/"))
    empty = desk.post(f"/submissions/{submission.pk}/restore/", {"reason": " "})
    desk.post(f"/submissions/{submission.pk}/restore/", {"reason": "they were not"})

    assert "labels &lt;b&gt;seen&lt;/b&gt;" in seen
    assert "labels &lt;b&gt;seen&lt;/b&gt;" in form
    assert empty.status_code == 400
    assert Submission.objects.get().disqualified_at is None
    assert "Disqualified" not in text_of(page_client().get(BOARD))


def test_reported_scores_stand_beside_the_board_of_their_track(tmp_path, db):
    row = {"track": "detection", "name": "A <i>paper</i>", "score": 0.31, "labels": "14 findings", "source": "arXiv"}
    make_competition(tmp_path, reference_rows=[row], citation="Cite <this>.", embargo_until="2030-01-01")

    board, about = text_of(page_client().get(BOARD)), text_of(page_client().get("/competitions/chest/"))
    assert "Reported, not verified" in board
    assert "A &lt;i&gt;paper&lt;/i&gt;" in board
    assert "Reported, not verified" not in text_of(page_client().get("/competitions/chest/boards/classification/"))
    assert "Cite &lt;this&gt;." in about
    assert "2030-01-01" in about


def test_a_published_board_says_how_far_its_results_are(desk, organizer, competition, member, score_all):
    hand_in(member, detections_csv())
    score_all()
    Phase.objects.update(opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z")
    reveal(competition.phases.get(), organizer=organizer)
    provisional = text_of(page_client().get(BOARD))
    text_of(desk.get(DESK + "main/results/"))
    bad = desk.post(DESK + "main/results/", {"days": "x"})
    desk.post(DESK + "main/results/", {"days": "14"})
    desk.post(DESK + "main/results/", {"results": "verified", "reason": "run again"})
    early = desk.post(DESK + "main/results/", {"results": "final", "reason": "x"})

    assert "results provisional" in provisional
    assert (bad.status_code, early.status_code) == (400, 409)
    assert "results verified" in text_of(page_client().get(BOARD))
    assert "Teams may object until" in text_of(page_client().get(BOARD))


def test_a_failure_is_retried_from_the_desk(desk, member):
    submission = hand_in(member, detections_csv()).submission
    evaluation = Evaluation.objects.get()
    evaluation.claim("worker", 30)
    fail(evaluation, "lease_expired", "x")
    before = text_of(desk.get(DESK))
    answer = desk.post(f"/submissions/{submission.pk}/retry/", follow=True)

    assert ">Retry</button>" in before
    assert "tried again" in text_of(answer)
    assert "asked for" in text_of(answer)
    assert RetryRequest.objects.count() == 1


def test_the_same_file_from_different_teams_is_shown_to_organizers(desk, competition, member):
    hand_in(member, detections_csv())
    hand_in(member, detections_csv())
    alone = text_of(desk.get(DESK))
    hand_in(make_member(competition, "bob"), detections_csv())
    page = text_of(desk.get(DESK))

    assert "The same file from different teams" not in alone
    assert "The same file from different teams" in page
    assert "Team bob" in page


def test_an_announcement_is_on_the_first_page_and_runs_nothing(desk, competition):
    text_of(desk.get(DESK + "announce/"))
    empty = desk.post(DESK + "announce/", {"title": "x", "text": ""})
    answer = desk.post(DESK + "announce/", {"title": "<b>News</b>", "text": "*More* <script>x</script>"}, follow=True)

    assert empty.status_code == 400
    assert Announcement.objects.count() == 1
    page = text_of(page_client().get("/competitions/chest/"))
    assert "&lt;b&gt;News&lt;/b&gt;" in page
    assert "<em>More</em>" in page
    assert "<script>x" not in page + answer.content.decode()
    assert "News of" in text_of(page_client().get(BOARD))


def test_a_final_board_tells_the_public_rank_and_the_desk_what_choices_have_cost(tmp_path, db, score_all):
    competition = make_competition(tmp_path, split={"public": 0.5, "seed": 1}, min_positives=2)
    olga = make_user("olga")
    competition.organizers.add(olga)
    for name, shift in (("ada", 0), ("bob", 150)):
        hand_in(make_member(competition, name), detections_csv(shift=shift))
    score_all()
    public = text_of(page_client().get(BOARD))
    early = text_of(page_client(olga).get(DESK + "main/picks/"))
    Phase.objects.update(opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z")
    reveal(competition.phases.get(), organizer=olga)
    score_all()

    assert ">Public</abbr>" not in public
    assert "written down after the close" in early
    assert ">Public</abbr>" in text_of(page_client().get(BOARD))
    picks = text_of(page_client(olga).get(DESK + "main/picks/"))
    assert picks.count("best as shown") == 2
    assert "Regret" in picks
