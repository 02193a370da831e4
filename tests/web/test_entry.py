import pytest

from competition.models import Acceptance, Membership, Team
from tests.factory import make_competition, make_member, make_user
from tests.web.conftest import page_client

PAGE = "/competitions/chest/enter/"
SUBMIT = "/competitions/chest/submit/"


@pytest.fixture
def newcomer(competition):
    return page_client(make_user("eve"))


def test_who_has_not_logged_in_is_sent_to_do_so_and_back(competition):
    answer = page_client().get(PAGE)

    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={PAGE}")


def test_who_has_no_account_yet_is_led_on_through_every_page_of_the_way_in(competition):
    browser = page_client()
    login = browser.get(PAGE, follow=True).content.decode()
    signup = browser.get(f"/accounts/signup/?next={PAGE}").content.decode()
    refused = browser.post("/accounts/login/", {"login": "eve", "password": "x", "next": PAGE}).content.decode()
    invited = browser.get(f"{PAGE}?invitation=a&b=c", follow=True).content.decode()

    ways = "?next=%2Fcompetitions%2Fchest%2Fenter%2F"
    assert f'<li><a href="/accounts/signup/{ways}%3Finvitation%3Da%26b%3Dc">' in invited
    for page in (login, signup, refused):
        assert f'<li><a href="/accounts/signup/{ways}">' in page
        assert f'<li><a href="/accounts/login/{ways}">' in page


def test_the_terms_are_shown_with_their_version(newcomer):
    page = newcomer.get(PAGE).content.decode()

    assert "<h2>Terms</h2>" in page
    assert "version 1" in page
    assert 'value="1" required' in page


def test_a_team_is_founded_once_the_terms_are_accepted(newcomer):
    answer = newcomer.post(PAGE, {"way": "found", "team": "Eve's", "accept_terms": "1"})
    told = newcomer.get(SUBMIT).content.decode()

    assert "You are in the team “Eve&#x27;s”. Others join it with the invitation" in told
    assert answer["Location"] == SUBMIT
    assert Membership.objects.get().team.name == "Eve's"
    assert Acceptance.objects.get().terms.version == "1"


def test_a_team_is_joined_with_its_invitation(newcomer, member):
    answer = newcomer.post(
        PAGE, {"way": "join", "invitation": f" {member.team.invitation} ", "team": "x", "accept_terms": "1"}
    )

    assert answer["Location"] == SUBMIT
    assert member.team.memberships.count() == 2
    assert Team.objects.count() == 1


def test_an_invitation_in_the_address_is_filled_in(newcomer, member):
    page = newcomer.get(PAGE, {"invitation": member.team.invitation}).content.decode()

    assert f'value="{member.team.invitation}"' in page
    assert 'value="join" checked' in page


@pytest.mark.parametrize(
    ("form", "status", "field", "words"),
    [
        ({"way": "found", "team": "Eve's"}, 400, "accept_terms", "tick the box"),
        ({"way": "found", "team": "Eve's", "accept_terms": "0"}, 400, "accept_terms", "have changed"),
        ({"way": "found", "team": " ", "accept_terms": "1"}, 400, "team", "Give the team a name"),
        ({"way": "found", "team": "a\u202eb", "accept_terms": "1"}, 400, "team", "direction-changing"),
        ({"way": "found", "team": "a\0b", "accept_terms": "1"}, 400, "team", "control"),
        ({"way": "found", "team": "TEAM ADA", "accept_terms": "1"}, 409, "team", "looks the same"),
        ({"way": "join", "invitation": "", "accept_terms": "1"}, 400, "invitation", "that a member"),
        ({"way": "join", "invitation": "no\0pe", "accept_terms": "1"}, 400, "invitation", "has this invitation"),
        ({}, 400, "accept_terms", "tick the box"),
    ],
)
def test_a_fault_stands_beside_its_field_and_what_was_typed_is_kept(newcomer, member, form, status, field, words):
    answer = newcomer.post(PAGE, form)

    page = answer.content.decode()
    box = {"accept_terms": "accept"}.get(field, field)
    assert answer.status_code == status
    assert words in answer.context["faults"][field]
    assert f'id="{box}-fault"' in page
    assert 'aria-invalid="true"' in page
    assert Membership.objects.count() == 1
    assert answer.context["values"]["team"] == form.get("team", "")


def test_a_hostile_name_is_shown_as_text(newcomer):
    name = '"><script>alert(1)</script>'

    refused = newcomer.post(PAGE, {"way": "found", "team": name}).content.decode()
    newcomer.post(PAGE, {"way": "found", "team": name, "accept_terms": "1"})
    entered = newcomer.get(SUBMIT).content.decode()

    assert "<script>alert" not in refused + entered
    assert "&quot;&gt;&lt;script&gt;alert(1)" in refused
    assert "&quot;&gt;&lt;script&gt;alert(1)" in entered


def test_who_has_entered_goes_on_to_the_upload(browser):
    assert browser.get(PAGE)["Location"] == SUBMIT
    assert browser.post(PAGE, {"team": "other", "accept_terms": "1"})["Location"] == SUBMIT
    assert Membership.objects.count() == 1


def test_a_new_version_of_the_terms_is_accepted_on_the_same_page(browser, competition):
    competition.terms.create(version="2", text="# New\n\n<script>alert(1)</script>", sha256="0" * 64)

    page = browser.get(PAGE).content.decode()
    unticked = browser.post(PAGE, {})
    stale = browser.post(PAGE, {"accept_terms": "1"})
    answer = browser.post(PAGE, {"accept_terms": "2"})

    assert "version 2" in page
    assert "<script>alert" not in page
    assert 'name="team"' not in page
    assert (unticked.status_code, stale.status_code) == (400, 400)
    assert answer["Location"] == SUBMIT
    assert Acceptance.objects.filter(terms__version="2").count() == 1


def test_a_competition_without_terms_asks_for_none(newcomer, competition):
    competition.terms.all().delete()

    page = newcomer.get(PAGE).content.decode()
    newcomer.post(PAGE, {"way": "found", "team": "Eve's"})

    assert "accept_terms" not in page
    assert Membership.objects.count() == 1


def test_without_the_token_of_the_form_nobody_enters(competition):
    client = page_client(make_user("eve"), enforce_csrf_checks=True)

    answer = client.post(PAGE, {"way": "found", "team": "Eve's", "accept_terms": "1"})

    assert answer.status_code == 403
    assert not Membership.objects.exists()


def test_the_invitation_of_another_competition_opens_nothing(newcomer, tmp_path):

    other = make_member(make_competition(tmp_path / "other", slug="other"), "otto")

    answer = newcomer.post(PAGE, {"way": "join", "invitation": other.team.invitation, "accept_terms": "1"})

    assert answer.status_code == 400
    assert other.team.memberships.count() == 1
