import pytest

from competition.models import Membership, Merger, Team
from competition.operations.enter import enter
from competition.operations.merge import propose_merger
from tests.factory import detections_csv, hand_in, make_member, make_user
from tests.web.conftest import page_client
from tests.web.reading import Page

PAGE = "/competitions/chest/team/"


@pytest.fixture
def bob(competition):
    return make_member(competition, "bob", team="Bob's <b>team</b>")


def text_of(answer):
    return answer.content.decode()


def test_the_page_shows_members_the_invitation_and_the_address_that_fills_it_in(browser, competition, member):
    enter(user=make_user("eve"), competition=competition, invitation=member.team.invitation, accept_terms="1")

    page = text_of(browser.get(PAGE))

    assert Page(page).faults == []
    assert "ada" in page
    assert "eve" in page
    assert f"http://testserver/competitions/chest/enter/?invitation={member.team.invitation}" in page


def test_who_is_in_no_team_is_led_to_enter(competition, organizer):
    outsider = page_client(make_user("eve"))

    for client, path in ((outsider, PAGE), (outsider, PAGE + "leave/"), (page_client(organizer), PAGE)):
        assert client.get(path)["Location"] == "/competitions/chest/enter/"
    for path in ("invitation/", "mergers/", "leave/"):
        assert outsider.post(PAGE + path)["Location"] == "/competitions/chest/enter/"


def test_leaving_is_asked_for_and_then_done(browser, competition, member):
    eve = enter(user=make_user("eve"), competition=competition, invitation=member.team.invitation, accept_terms="1")
    desk = page_client(eve.user)

    asked = desk.get(PAGE + "leave/")
    answer = desk.post(PAGE + "leave/", follow=True)

    assert Page(text_of(asked)).faults == []
    assert "You have left Team ada" in text_of(answer)
    assert not Membership.objects.filter(user=eve.user).exists()


def test_the_last_member_is_told_why_not(browser, member):
    hand_in(member, detections_csv())

    answer = browser.post(PAGE + "leave/")

    assert answer.status_code == 409
    assert "last member" in text_of(answer)
    assert Page(text_of(answer)).faults == []


def test_a_new_invitation_replaces_the_old_one(browser, member):
    old = member.team.invitation

    page = text_of(browser.post(PAGE + "invitation/", follow=True))

    assert old not in page
    assert Team.objects.get().invitation in page


def test_two_teams_merge_page_by_page(browser, member, bob):
    other = page_client(bob.user)
    browser.post(PAGE + "mergers/", {"team": bob.team.name})
    merger = Merger.objects.get()
    address = f"{PAGE}mergers/{merger.pk}/accept/"

    waiting, offered, asked = (text_of(answer) for answer in (browser.get(PAGE), other.get(PAGE), other.get(address)))
    merged = text_of(other.post(address, follow=True))

    assert "has not answered yet" in waiting
    assert address in offered
    assert all(Page(page).faults == [] for page in (waiting, offered, asked, merged))
    assert "<b>team" not in waiting + offered + asked + merged
    assert "You are in Team ada now" in merged
    assert "Has taken in" in merged


@pytest.mark.parametrize(("who", "word"), [("ada", "Taken back."), ("bob", "Declined.")])
def test_a_proposal_is_taken_back_or_declined(competition, member, bob, who, word):
    merger = propose_merger(user=member.user, competition=competition, team=bob.team.name)
    person = page_client(member.user if who == "ada" else bob.user)

    page = text_of(person.post(f"{PAGE}mergers/{merger.pk}/decline/", follow=True))

    assert word in page
    assert Merger.objects.get().state in ("withdrawn", "declined")


def test_a_refusal_stands_beside_the_field_and_what_was_typed_is_kept(browser, member):
    answer = browser.post(PAGE + "mergers/", {"team": "Nobody <i>"})

    page = text_of(answer)
    assert answer.status_code == 400
    assert 'id="team-fault"' in page
    assert 'value="Nobody &lt;i&gt;"' in page
    assert Page(page).faults == []


def test_a_proposal_of_others_is_not_there(competition, member, bob):
    merger = propose_merger(user=member.user, competition=competition, team=bob.team.name)
    stranger = page_client(make_member(competition, "carol").user)

    assert stranger.get(f"{PAGE}mergers/{merger.pk}/accept/").status_code == 404
    assert stranger.post(f"{PAGE}mergers/{merger.pk}/decline/").status_code == 404
    assert browser_of(member).post(f"{PAGE}mergers/{merger.pk}/accept/").status_code == 403


def browser_of(membership):
    return page_client(membership.user)
