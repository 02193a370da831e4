"""Declarations, prizes, deadlines, embargo and citation on the pages, by forms without JavaScript."""

import pytest

from competition.models import Award, Claim, Competition, Declaration, Decline, Phase, Submission
from competition.operations.reveal import reveal
from competition.operations.settle import settle
from tests.factory import description, detections_csv, hand_in, make_competition, make_member, make_user
from tests.web.conftest import page_client
from tests.web.reading import Page

C = "/competitions/chest/"
BOARD = C + "boards/detection/"
DESK = C + "organize/"
BRACKETS = [
    {"key": "main", "title": "Main <b>", "track": "detection", "prizes": ["1,000"]},
    {"key": "local", "title": "Local", "track": "detection", "eligibility": "From <i>here</i>.", "prizes": ["500"]},
]
FACTS = {
    "brackets": BRACKETS,
    "declarations": {"required": True},
    "citation": "Cite <this>.",
    "bibtex": "@misc{chest, title = {Chest}}",
    "embargo_until": "2100-01-01",
    "merge_until": "2100-01-01",
}


@pytest.fixture
def competition(db, tmp_path):
    until = description()["phases"][0]["closes_at"]
    return make_competition(tmp_path, entry_until=until, external_data_until=until, **FACTS)


def text_of(answer, status=200):
    text = answer.content.decode()
    assert (answer.status_code, Page(text).faults) == (status, [])
    return text


def test_a_team_declares_and_then_chooses_by_forms(browser, member, organizer):
    submission = hand_in(member, detections_csv()).submission
    page = f"/submissions/{submission.pk}/"
    before = text_of(browser.get(page))
    early = browser.post(page + "select/")
    empty = text_of(browser.post(page + "declare/", {}), 400)
    row = {"kind-2": "model", "name-2": "<b>ResNet</b>", "source-2": "arXiv", "licence-2": "BSD", "public-2": "no"}
    more = text_of(browser.post(page + "declare/", {**row, "act": "more"}))
    declared = text_of(browser.post(page + "declare/", row, follow=True))
    again = text_of(browser.get(page + "declare/"))
    to_organizer = text_of(page_client(organizer).get(DESK + "declarations/"))
    browser.post(page + "declare/", {"none": "on"})
    browser.post(page + "select/")

    assert "Declare, then choose" in before
    assert early.status_code == 409
    assert "List what was used" in empty
    assert more.count("&lt;b&gt;ResNet") == again.count("&lt;b&gt;ResNet") == 1
    assert "pretrained model): <bdi>arXiv" in declared
    assert "pretrained model): <bdi>arXiv" in to_organizer
    assert Declaration.objects.count() == 2
    assert Submission.objects.get().selected_at
    assert "Earlier versions" in text_of(browser.get(page))
    stranger = page_client(make_user("eve"))
    assert stranger.get(page + "declare/").status_code == 404


def test_prizes_are_claimed_decided_declined_proposed_and_announced_on_pages(
    browser, organizer, member, competition, score_all
):
    desk = page_client(organizer)
    ada = hand_in(member, detections_csv()).submission
    bob = make_member(competition, "bob")
    hand_in(bob, detections_csv(shift=150))
    browser.post(f"/submissions/{ada.pk}/declare/", {"none": "on"})
    browser.post(C + "team/brackets/", {"act": "claim", "bracket": "local", "statement": "We <u>are</u>."})
    nothing = text_of(browser.post(C + "team/brackets/", {"act": "claim", "bracket": "main", "statement": "x"}), 409)
    score_all()
    Phase.objects.update(opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z")
    early = text_of(desk.get(DESK + "awards/"))
    phase = reveal(competition.phases.get(), organizer=organizer)
    score_all()
    proposed = text_of(desk.get(DESK + "awards/"))
    desk.post(DESK + f"claims/{Claim.objects.get().pk}/", {"decision": "confirm"})
    picks, results = text_of(desk.get(DESK + "main/picks/")), text_of(desk.get(DESK + "main/results/"))
    missing = text_of(desk.get(DESK + "declarations/"))
    refused = text_of(desk.post(DESK + "main/results/", {"results": "verified", "reason": "x"}), 409)
    desk.post(DESK + "main/results/", {"results": "verified", "reason": "x", "leave_undeclared": "on"})
    announced = text_of(desk.post(DESK + "awards/", {"phase": "main", "track": "detection"}, follow=True))
    board = text_of(page_client().get(BOARD))

    assert "Every team is eligible" in nothing
    assert "publish it first" in early
    assert "no eligible team is left" in proposed
    assert "not declared" in picks
    assert "leave_undeclared" in results
    assert "Not declared (1)" in missing
    assert "by Team bob" in refused
    assert [row.team_name for row in Award.objects.all()] == ["Team ada"]
    assert "Main &lt;b&gt;, 1: 1,000" in announced
    assert "is passed over: has won in" in announced
    for words in (
        "Not verified, since nothing is declared",
        "Team bob",
        "Main &lt;b&gt;",
        "No external data",
        "2100-01-01",
    ):
        assert words in board
    declined = text_of(browser.post(C + "team/brackets/", {"act": "decline", "bracket": "main"}, follow=True))
    changed = text_of(desk.get(DESK + "awards/"))
    again = text_of(desk.post(DESK + "awards/", {"phase": "main", "track": "detection"}), 400)
    answer = desk.post(
        DESK + "declines/", {"team": "Team ada", "bracket": "main", "act": "take back", "reason": "a call"}
    )
    wild = [
        desk.post(DESK + "declines/", {"team": "\0", "bracket": "main", "reason": "x"}),
        desk.post(DESK + "declines/", {"team": "Team ada", "bracket": "\0"}),
        desk.post(DESK + "awards/", {"phase": "\0", "track": "detection"}),
        browser.post(C + "team/brackets/", {"act": "claim", "bracket": "\0"}),
    ]
    assert [answer.status_code for answer in wild] == [302, 404, 404, 404]
    assert "Take that back" in declined
    assert "changed since version 1" in changed
    assert "Say why the awards change" in again
    assert (answer.status_code, Decline.objects.filter(withdrawn_at=None).count()) == (302, 0)
    settle(phase, organizer=organizer, results="final", reason="no appeal")
    assert "Claim that we are" not in text_of(browser.get(C + "team/brackets/"))


def test_deadlines_embargo_and_citation_stand_where_they_are_needed(organizer, member, competition):
    rules, about, data = (text_of(page_client().get(C + page)) for page in ("rules/", "", "data/"))
    team = text_of(page_client(member.user).get(C + "team/"))
    desk = page_client(organizer)
    form = text_of(desk.get(DESK + "deadlines/"))
    bad = text_of(desk.post(DESK + "deadlines/", {"deadline": "entry_until", "until": "2000-01-01T00:00"}), 400)
    moved = {"deadline": "merge_until", "until": "2101-01-01T00:00", "reason": "an <b>outage</b>"}
    desk.post(DESK + "deadlines/", moved)
    Competition.objects.update(entry_until=competition.now())
    stranger = page_client(make_user("eve"))
    closed = text_of(stranger.get(C + "enter/"))
    refused = text_of(stranger.post(C + "enter/", {"team": "New", "accept_terms": "1"}), 403)
    file = page_client().get("/api/v1" + C + "citation.bib".replace("//", "/"))

    for page in (rules, about, data):
        assert "2100-01-01" in page
        assert "Cite &lt;this&gt;." in page
        assert "citation.bib" in page
    assert "From &lt;i&gt;here&lt;/i&gt;." in rules
    assert "only once its team has declared" in rules
    assert "2100-01-01" in team
    assert "Prizes: claim" in team
    assert 'value="entry_until"' in form
    assert "This field is required" in bad
    assert "an &lt;b&gt;outage&lt;/b&gt;" in text_of(page_client().get(C + "rules/"))
    assert "Entering was possible until" in closed
    assert "Entering was possible until" in refused
    assert (file.status_code, file.content.decode()) == (200, "@misc{chest, title = {Chest}}\n")
    assert file["Content-Disposition"] == 'attachment; filename="chest.bib"'
