"""A phase is extended, and a draft checked and opened, on the organizers' pages."""

import pytest

from competition import jobs
from competition.models import LaunchCheck, Phase
from tests.factory import description, detections_csv, make_competition, make_member, make_user
from tests.web.conftest import page_client
from tests.web.reading import Page

EXTEND = "/competitions/chest/organize/main/extend/"
OPEN = "/competitions/chest/organize/main/open/"


def text_of(answer):
    return answer.content.decode()


@pytest.fixture
def desk(organizer):
    return page_client(organizer)


@pytest.fixture
def draft_desk(db, tmp_path):
    competition = make_competition(tmp_path, phases=[{**description()["phases"][0], "title": "Secret", "draft": True}])
    organizer = make_user("olga")
    competition.organizers.add(organizer)
    return page_client(organizer)


def test_everybody_reads_the_new_time_and_the_reason(desk, browser):
    asked = desk.get(EXTEND)
    empty = desk.post(EXTEND, {"closes_at": "2100-01-01T00:00", "reason": " "})
    early = desk.post(EXTEND, {"closes_at": "2020-01-01T00:00", "reason": "x"})
    answer = desk.post(EXTEND, {"closes_at": "2100-01-01T00:00", "reason": "the <b>disk</b> was full"}, follow=True)

    assert Page(text_of(asked)).faults == []
    assert (empty.status_code, early.status_code) == (400, 400)
    assert "must be later" in text_of(early)
    assert "is extended" in text_of(answer)
    for path in ("", "rules/", "submit/"):
        page = text_of(browser.get(f"/competitions/chest/{path}"))
        assert "the &lt;b&gt;disk&lt;/b&gt; was full" in page
        assert "2100-01-01 00:00 UTC" in page


def test_a_draft_is_seen_by_organizers_only(draft_desk):
    pages = ("/", "/competitions/chest/", "/competitions/chest/rules/", "/api/v1/competitions/chest")
    seen = [text_of(page_client().get(page)) for page in pages]

    assert not [page for page in seen if "Secret" in page]
    assert "Secret" in text_of(draft_desk.get("/competitions/chest/organize/"))
    assert page_client().get("/api/v1/competitions/chest/boards/detection?phase=main").status_code == 404
    assert page_client().get("/competitions/chest/boards/detection/?phase=main").status_code == 404


def test_a_draft_is_opened_once_its_checklist_is_passed(draft_desk):
    early = draft_desk.post(OPEN, {"act": "open"})
    draft_desk.post(OPEN, {"act": "check"})
    waiting = text_of(draft_desk.get(OPEN))
    jobs.check_launch(LaunchCheck.objects.get().pk)
    checked = draft_desk.get(OPEN)
    answer = draft_desk.post(OPEN, {"act": "open"}, follow=True)

    assert early.status_code == 409
    assert "being checked" in waiting
    assert 'value="open"' not in waiting
    assert Page(text_of(checked)).faults == []
    assert text_of(checked).count(">passed<") == 12
    assert "is open to its participants" in text_of(answer)
    assert Phase.objects.get().title == "Secret"


def test_a_late_upload_is_offered_marked_and_told(db, tmp_path):
    phase = {**description()["phases"][0], "late": {"daily_limit": 1, "total_limit": 2}}
    member = make_member(make_competition(tmp_path, phases=[phase]))
    Phase.objects.update(opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z")
    browser = page_client(member.user)
    form = text_of(browser.get("/competitions/chest/submit/"))
    detections = tmp_path / "d.csv"
    detections.write_bytes(detections_csv())
    with detections.open("rb") as file:
        answer = browser.post(
            "/competitions/chest/submit/?key=1", {"track": "detection", "phase": "main", "file": file}, follow=True
        )

    assert "Main (late: scored, not ranked)" in form
    assert Page(form).faults == []
    assert ">late</span>" in text_of(answer)
    assert "takes late uploads, 1 a day and 2 in all" in text_of(browser.get("/competitions/chest/rules/"))
