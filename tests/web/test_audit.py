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
    for words in ("olga", "disqualify", "a &lt;b&gt;subject", "by &lt;i&gt;hand", "version: "):
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


def test_to_others_the_page_is_not_there(competition, member):
    assert page_client().get(PAGE).status_code == 302
    assert page_client(member.user).get(PAGE).status_code == 404
    assert page_client(make_user("eve")).get(PAGE).status_code == 404
