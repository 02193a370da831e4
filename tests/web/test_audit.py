from itertools import pairwise

from competition.models import AuditHead
from competition.operations.audit import write_down
from tests.factory import make_user
from tests.web.conftest import page_client
from tests.web.reading import Page

PAGE = "/competitions/chest/organize/audit/"


def test_the_audit_tells_who_did_what_when_and_why(competition, organizer):
    write_down(competition, organizer, "disqualify", "a <b>subject</b>", reason="by <i>hand</i>", version=2)

    answer = page_client(organizer).get(PAGE)

    page = answer.content.decode()
    assert Page(page).faults == []
    assert "the command line" in page
    for words in ("olga", "disqualify", "a &lt;b&gt;subject", "by &lt;i&gt;hand", "version</span>: "):
        assert words in page
    head = AuditHead.objects.get()
    assert f"{head.number}:{head.hash}" in page


def test_the_audit_comes_in_pages_newest_first(competition, organizer):
    for number in range(60):
        write_down(competition, None, "act", f"number {number}")

    desk = page_client(organizer)

    assert "number 59" in desk.get(PAGE).content.decode()
    assert "found" in desk.get(PAGE, {"page": 2}).content.decode()
    assert "number 5<" not in desk.get(PAGE).content.decode()


def test_the_audit_is_filtered_by_act_and_person_on_the_page_and_over_the_api(competition, organizer):
    write_down(competition, organizer, "disqualify", "by olga")
    for number in range(60):
        write_down(competition, organizer, "allow", f"number {number}", reason="why")
    desk = page_client(organizer)

    def subjects(**wanted):
        rows, address = [], "/api/v1/competitions/chest/audit"
        while address:
            body = desk.get(address, wanted).json()
            rows, address, wanted = rows + body["results"], body["next"], {}
        return rows

    page = desk.get(PAGE, {"act": "disqualify"}).content.decode()
    pages = desk.get(PAGE, {"act": "allow", "actor": "olga"}).content.decode()
    everything = subjects()

    assert Page(page).faults == []
    assert "by olga" in page
    assert "number 59" not in page
    assert "?act=allow&amp;actor=olga&amp;page=2" in pages
    assert "No row is of that act" in desk.get(PAGE, {"act": "allow", "actor": "nobody\0"}).content.decode()
    assert [row["number"] for row in everything] == list(range(62, 0, -1))
    assert all(row["previous"] == before["hash"] for row, before in pairwise(everything))
    assert [row["subject"] for row in subjects(act="disqualify")] == ["by olga"]
    assert [row["act"] for row in subjects(actor="the command line")] == ["found"]
    assert len(subjects(act="allow", actor="olga")) == 60
    assert subjects(actor="nobody") == []
    assert desk.get("/api/v1/competitions/chest/audit", {"cursor": "x"}).status_code == 404


def test_to_others_the_page_is_not_there(competition, member):
    assert page_client().get(PAGE).status_code == 302
    assert page_client(member.user).get(PAGE).status_code == 404
    assert page_client(make_user("eve")).get(PAGE).status_code == 404
