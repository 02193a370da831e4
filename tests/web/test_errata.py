"""The pages of errata: a team reports and is answered with its batch, organizers decide, everybody reads the counts."""

from competition.models import ErratumReport
from tests.factory import GLOBAL, IMAGES, make_member
from tests.web.conftest import page_client

C = "/competitions/chest/"


def test_a_report_goes_its_way_from_the_team_to_the_log(competition, browser, member, organizer):
    form = {"image_id": IMAGES[4], "label": GLOBAL[0], "text": "<i>Left</i>, not right."}
    reported = browser.post(C + "errata/report/", form, follow=True).content.decode()
    faulty = browser.post(C + "errata/report/", {**form, "image_id": "unknown"})
    desk, bob = page_client(organizer), page_client(make_member(competition, "bob").user)
    queue = desk.get(C + "organize/errata/").content.decode()
    report = ErratumReport.objects.get()
    desk.post(C + "organize/errata/decide/", {"report": str(report.pk), "outcome": "accepted"})
    before = browser.get(C + "errata/report/").content.decode()
    published = desk.post(C + "organize/errata/answers/", {"version": ""}, follow=True).content.decode()
    desk.post(C + "organize/errata/1/link/", {"version": "1"})

    assert "&lt;i&gt;Left&lt;/i&gt;, not right." in reported
    assert (faulty.status_code, "no such image" in faulty.content.decode()) == (400, True)
    assert f"{IMAGES[4]}</span>, reported by 1 team" in queue
    assert "not answered yet" in before
    assert "Batch 1 is published" in published
    assert "Accepted in batch 1: accepted; it is corrected" in browser.get(C + "errata/report/").content.decode()
    others = [bob.get(C + "errata/report/").content.decode(), page_client().get(C + "errata/").content.decode()]
    assert "Left" not in "".join(others)
    assert IMAGES[4] not in "".join(others)
    assert "version 1, since" in others[1]


def test_what_can_not_be_done_is_said_on_the_page(competition, organizer):
    desk = page_client(organizer)

    for path, form in (("decide", {"outcome": "accepted", "report": "x"}), ("answers", {"version": "x"})):
        answer = desk.post(f"{C}organize/errata/{path}/", form)

        assert answer.status_code in (400, 409)
        assert 'role="alert"' in answer.content.decode()
