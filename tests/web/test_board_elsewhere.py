"""A board on other sites: snapshots and citations, the badge, and the page that may be framed."""

import re
from datetime import timedelta
from pathlib import Path
from xml.dom import minidom

import pytest

import scoring
from competition.clock import database_now
from competition.environment import REPOSITORY
from competition.models import Announcement, Board, Competition, Phase
from competition.models import track as tracks
from competition.operations import cite_board
from competition.operations.cite_board import escaped
from competition.operations.disqualify import disqualify
from competition.operations.stage import rescore
from competition.web import sparkline
from competition.web.board_tag import PAGE_IS_MADE_BY
from tests.factory import description, detections_csv, hand_in, make_competition, make_member
from tests.web.conftest import page_client
from tests.web.reading import Page

PAGE = "/competitions/chest/boards/detection/"
API = "/api/v1/competitions/chest/boards/detection"
HOSTILE = '"><svg/onload=alert(1)>&\\}%$#_~^{'
ADDRESSES = (
    PAGE + "?version=1",
    PAGE + "?as_of=2100-01-01",
    PAGE + "embed/",
    PAGE + "badge.svg?team=Team+ada",
    API + "?version=1",
    API + "?version=1&format=csv",
    API + "?format=bibtex",
)


@pytest.fixture
def board(competition, member, score_all):
    hand_in(member, detections_csv())
    score_all()
    return Board.objects.latest_of(competition.phases.get(), competition.tracks.get(kind="detection"))


def past_version(board, *, hours, entries=None):
    """Make the board the second of two, of which the first was published so many hours ago."""
    facts = {name: getattr(board, name) for name in ("phase", "track", "ground_truth", "metric", "metric_version")}
    facts |= {"detail": board.detail, "shows": board.shows, "etag": "before", "version": board.version + 1}
    entries = board.entries if entries is None else entries
    return Board.objects.create(**facts, entries=entries, published_at=database_now() - timedelta(hours=hours))


def test_a_snapshot_stays_as_it_was_says_so_and_leads_to_the_board_of_now(board, competition, member, score_all):
    hand_in(make_member(competition, "bob"), detections_csv())
    second = hand_in(make_member(competition, "eve"), detections_csv()).submission
    score_all()
    then = page_client().get(PAGE + "?version=1")
    data = page_client().get(API + "?version=1")
    disqualify(second, organizer=None, reason="by hand")
    score_all()
    now = page_client().get(PAGE)
    again = page_client().get(PAGE + "?phase=main&version=1")

    text = again.content.decode()
    assert [row.entry["team"] for row in again.context["page"].rows] == ["Team ada"]
    assert "Version 1 of this board" in text
    assert "It stays as it is" in text
    assert 'href="?phase=main"' in text
    assert 'rel="next"' in text
    assert "data-follow" not in text
    assert Page(text).faults == Page(now.content.decode()).faults == []
    assert now.context["page"].found == 2
    assert page_client().get(PAGE + "?version=1", headers={"If-None-Match": then["ETag"]}).status_code in (200, 304)
    after = page_client().get(API + "?version=1")
    assert (after.content, after["ETag"]) == (data.content, data["ETag"])
    assert after["Content-Location"] == f"{API}?phase=main&version=1"
    assert page_client().get(API).json()["version"] == now.context["board"].version
    for wrong in ("version=99", "version=x", "as_of=soon", "as_of=2020-01-01", "version=1&as_of=2100-01-01"):
        assert page_client().get(f"{PAGE}?{wrong}").status_code == 404
        assert page_client().get(f"{API}?{wrong}").status_code in (400, 404)


def test_what_is_hidden_is_hidden_at_each_of_these_addresses(board):
    assert [page_client().get(place).status_code for place in ADDRESSES] == [200] * len(ADDRESSES)
    past_version(board, hours=1)
    Phase.objects.update(shows="nothing")
    hidden_scores = [page_client().get(place).status_code for place in (PAGE + "?version=1", API + "?version=1")]
    Phase.objects.update(shows="public", draft=True)
    drafts = [page_client().get(f"{place}{'&' if '?' in place else '?'}phase=main").status_code for place in ADDRESSES]
    Phase.objects.update(draft=False)
    Competition.objects.update(hidden=True)
    hidden = [page_client().get(place).status_code for place in ADDRESSES]

    assert hidden_scores == [404, 404]
    assert drafts == hidden == [404] * len(ADDRESSES)


def test_no_organizer_sees_a_hidden_competition_where_everybody_might(board, organizer):
    Competition.objects.update(hidden=True)
    desk = page_client(organizer)

    assert desk.get(PAGE).status_code == 200
    assert {desk.get(place).status_code for place in (PAGE + "embed/", PAGE + "badge.svg?team=Team+ada")} == {404}


def test_a_hostile_name_stays_text_in_every_form(competition, score_all):
    hand_in(make_member(competition, "mallory", team=HOSTILE), detections_csv())
    score_all()
    reader = page_client()
    badge = reader.get(PAGE + "badge.svg", {"team": HOSTILE})
    svg = minidom.parseString(badge.content.decode())
    pages = [reader.get(place).content.decode() for place in (PAGE, PAGE + "embed/", f"{PAGE}?q=%3Csvg%2F")]
    cited = reader.get(API, {"format": "bibtex", "team": HOSTILE}).content.decode()

    assert badge["Content-Type"] == "image/svg+xml"
    assert svg.getElementsByTagName("title")[0].firstChild.data.startswith(HOSTILE)
    assert not svg.getElementsByTagName("svg")[0].getElementsByTagName("svg")
    assert all("<svg/onload" not in page for page in pages)
    assert r"\textbackslash{}\}\%\$\#\_\textasciitilde{}\textasciicircum{}\{" in cited
    assert cited.startswith("@misc{chest-main-detection-1,")
    bare = re.sub(r"\\[{}]", "", cited)
    assert bare.count("{") == bare.count("}")
    assert escaped("a_b") == r"a\_b"


def test_a_badge_tells_rank_and_score_and_a_baseline_has_none(board, competition, score_all):
    baseline = make_member(competition, "prevalence")
    baseline.team.baseline = True
    baseline.team.save()
    hand_in(baseline, detections_csv())
    hand_in(make_member(competition, "bob"), detections_csv())
    score_all()

    told = {team: page_client().get(PAGE + "badge.svg", {"team": team}) for team in ("Team ada", "Team prevalence")}
    assert "rank 1= of 2, 1.000" in told["Team ada"].content.decode()
    assert "baseline, 1.000" in told["Team prevalence"].content.decode()
    assert told["Team ada"]["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert page_client().get(PAGE + "badge.svg", {"team": "nobody"}).status_code == 404


def test_what_other_sites_show_knows_no_reader(board, member):
    for place in ("embed/", "badge.svg?team=Team+ada"):
        own, other = page_client(member.user).get(PAGE + place), page_client().get(PAGE + place)
        assert own.content == other.content
        assert not own.cookies
        assert "public" in own["Cache-Control"]
    framed = page_client().get(PAGE + "embed/?top=1&phase=main")
    assert "frame-ancestors *" in framed["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    assert Page(framed.content.decode()).faults == []
    assert "X-Frame-Options" in page_client().get(PAGE + "embed/?phase=none")


def test_what_moved_within_a_day_is_told_with_the_days_own_names(board, competition, score_all):
    entries = [{**board.entries[0], "team": "Team bob"}, {**board.entries[0], "rank": 2, "team": "Team ada"}]
    past_version(board, hours=25, entries=entries)
    hand_in(make_member(competition, "eve"), detections_csv())
    score_all()

    answer = page_client().get(PAGE)
    moved = [(row.entry["team"], row.won, row.new) for row in answer.context["page"].rows]
    assert moved == [("Team ada", 1, False), ("Team eve", 0, True)]
    assert ">new</span>" in answer.content.decode()


def test_the_tag_of_the_shared_page_changes_with_all_that_it_tells(board, competition, member, score_all):
    tags = [page_client().get(PAGE)["ETag"]]

    def note():
        tags.append(page_client().get(PAGE)["ETag"])

    note()
    for address, headers in ((PAGE + "?sort=team", {}), (PAGE, {"Accept-Language": "vi"})):
        tags.append(page_client().get(address, headers=headers)["ETag"])
    Announcement.objects.create(competition=competition, title="News", text="The server was down.")
    note()
    Competition.objects.update(notice="Made up.")
    note()
    Phase.objects.update(closes_at=database_now() - timedelta(seconds=1))
    note()
    past_version(board, hours=30)
    note()
    disqualify(board.phase.submissions.get(), organizer=None, reason="by hand")
    note()

    assert tags[0] == tags[1]
    assert len(set(tags[1:])) == len(tags) - 1


def test_the_tag_of_the_shared_page_tells_nobody_that_a_version_of_the_labels_is_held(board, competition):
    before = page_client().get(PAGE)
    rescore(competition, reason="corrected", by=None, hold=True)
    after = page_client().get(PAGE)

    assert (after.content, after["ETag"]) == (before.content, before["ETag"])


def test_the_tag_of_the_shared_page_is_another_one_when_any_code_is_that_makes_it():
    made_by = [REPOSITORY / name for name in PAGE_IS_MADE_BY]
    makers = [REPOSITORY / "templates", *(Path(module.__file__) for module in (cite_board, sparkline, scoring, tracks))]

    assert all(place.exists() for place in made_by)
    assert all(any(maker.is_relative_to(place) for place in made_by) for maker in makers)


def test_a_phase_with_held_scores_tells_nothing_of_the_labels(db, tmp_path, score_all):
    phase = {**description()["phases"][0], "detail": "composite"}
    competition = make_competition(tmp_path, phases=[phase], split={"public": 0.5, "seed": 1}, min_positives=2)
    member = make_member(competition, "ada")
    seen = []
    for shift in (0, 120, 190):
        hand_in(member, detections_csv(shift=shift))
        score_all()
        page = page_client().get(PAGE)
        table = re.sub(r"<time.*?</time>", "", page.content.decode().partition("<tbody>")[2].partition("</tbody>")[0])
        course = re.search(r'aria-label="(.*?)"', table)[1]
        seen.append((re.sub(r'points=".*?"', "", table).replace(f">{len(seen) + 1}</td>", ">n</td>"), course))

    assert seen[0] == seen[1] == seen[2]
    assert "1.000 since" in seen[0][1]
    assert page.context["scored"] is None
    assert not page.context["of"].tells_pairs
    assert "label" not in page.content.decode().partition('class="board-facts"')[2].partition("</p>")[0]
