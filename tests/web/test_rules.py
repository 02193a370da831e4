"""The pages of the rules: what changes and when, accepting it, publishing the next version."""

from competition.operations.publish_rules import publish_rules
from tests.factory import make_user
from tests.web.conftest import page_client

C = "/competitions/chest/"


def test_a_member_sees_what_changes_and_accepts_it_before_it_is_in_force(competition, browser, member):
    publish_rules(
        competition, organizer=None, version="1", text="Old rule.\n\nStays.", in_force_at=competition.now(),
        short_notice="first",
    )  # fmt: skip
    blocked = browser.get(C + "submit/").content.decode()
    browser.post(C + "enter/", {"accept_rules": "1"})
    publish_rules(competition, organizer=None, version="2", text="<b>New</b> rule.\n\nStays.")

    rules = browser.get(C + "rules/").content.decode()
    version = browser.get(C + "rules/2/").content.decode()
    accepted = browser.post(C + "rules/2/accept/", follow=True).content.decode()

    assert "Read the new rules" in blocked
    assert "Version <bdi>2</bdi> is in force from" in rules
    assert "Old rule." in rules
    assert "<del>Old rule.</del>" in version
    assert "<ins>&lt;b&gt;New&lt;/b&gt; rule.</ins>" in version
    assert "I have read and accept version 2" in version
    assert "You accepted this version" in accepted
    assert {one.rules.version for one in member.user.rules_acceptances.all()} == {"1", "2"}


def test_who_enters_ticks_the_rules_too_and_is_told_where_it_did_not(competition):
    publish_rules(competition, organizer=None, version="1", text="# Be fair")
    bob = page_client(make_user("bob"))
    form = {"way": "found", "team": "Bob's", "accept_terms": "1"}

    missed = bob.post(C + "enter/", form)
    entered = bob.post(C + "enter/", {**form, "accept_rules": "1"})

    assert missed.status_code == 400
    assert "Read the rules and tick the box" in missed.content.decode()
    assert entered["Location"] == C + "submit/"


def test_an_organizer_publishes_a_version_and_is_told_of_faults_beside_their_fields(competition, organizer, member):
    desk = page_client(organizer)
    first = desk.post(C + "organize/rules/", {"version": "1", "text": "Be fair.", "notice_days": "7"})
    form = {"version": "2", "text": "Be kind.", "in_force_at": "2020-01-01T00:00"}
    early = desk.post(C + "organize/rules/", form)
    empty = desk.post(C + "organize/rules/", {"version": "", "text": ""})

    assert first["Location"] == C + "rules/1/"
    assert early.status_code == 400
    assert "New rules need notice" in early.content.decode()
    assert empty.status_code == 400
    assert "promised 7 days of notice" in desk.get(C + "organize/rules/").content.decode()
    assert competition.rules_versions.count() == 1
