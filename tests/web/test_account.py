import pytest
from django.test import Client

from competition.models import ApiToken
from competition.operations.disqualify import disqualify
from competition.operations.issue_token import issue_token
from tests.factory import PASSWORD, detections_csv, hand_in, make_user
from tests.web.conftest import page_client

FORM = {"name": "my laptop", "scopes": ["read", "submit"], "days": "30"}


def test_an_account_is_for_its_owner_only(db):
    for path in ("/account/", "/account/tokens/"):
        answer = page_client().get(path)
        assert answer.status_code == 302
        assert answer["Location"] == f"/accounts/login/?next={path}"


def test_a_person_sees_the_team_and_the_word_that_lets_others_join(browser, member):
    page = browser.get("/account/").content.decode()

    assert "Team ada" in page
    assert member.team.invitation in page


def test_a_tokens_secret_is_shown_once_and_works(browser, member):
    answer = browser.post("/account/tokens/", FORM)
    secret = answer.context["issued"].secret
    later = browser.get("/account/").content.decode()
    program = Client(headers={"Authorization": f"Bearer {secret}"})

    assert secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert secret not in later
    assert "my laptop" in later
    assert program.get("/api/v1/competitions/chest/submissions").status_code == 200


@pytest.mark.parametrize(
    "change",
    [{"name": " "}, {"scopes": []}, {"scopes": ["organize"]}, {"scopes": ["all"]}, {"days": "0"}, {"days": "999"}],
)
def test_a_wrong_form_makes_no_token_and_says_why(browser, change):
    answer = browser.post("/account/tokens/", {**FORM, **change})

    assert answer.status_code == 400
    assert 'class="errorlist"' in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_only_who_organizes_can_make_a_token_that_organizes(organizer):
    answer = page_client(organizer).post("/account/tokens/", {**FORM, "scopes": ["organize"]})

    assert answer.status_code == 200
    assert ApiToken.objects.get().scopes == ["organize"]


def test_a_revoked_token_is_dead_at_once(browser, member):
    issued = issue_token(user=member.user, name="old", scopes=("read",), days=1)
    program = Client(headers={"Authorization": f"Bearer {issued.secret}"})

    answer = browser.post(f"/account/tokens/{issued.token.pk}/revoke/", follow=True)

    assert "is revoked" in answer.content.decode()
    assert program.get("/api/v1/competitions/chest/submissions").status_code == 401


def test_nobody_revokes_anothers_token(browser):
    other = issue_token(user=make_user("eve"), name="hers", scopes=("read",), days=1)

    assert browser.post(f"/account/tokens/{other.token.pk}/revoke/").status_code == 404
    assert ApiToken.objects.alive().filter(pk=other.token.pk).exists()


def test_a_get_revokes_nothing(browser, member):
    issued = issue_token(user=member.user, name="old", scopes=("read",), days=1)

    assert browser.get(f"/account/tokens/{issued.token.pk}/revoke/").status_code == 405


def test_a_hostile_token_name_stays_text(browser):
    browser.post("/account/tokens/", {**FORM, "name": "<script>alert(1)</script>"})

    assert "<script>alert" not in browser.get("/account/").content.decode()


def test_logging_in_leads_back_to_where_one_was(competition, member):
    client = page_client()
    page = client.get("/competitions/chest/rules/").content.decode()
    assert 'href="/accounts/login/?next=/competitions/chest/rules/"' in page

    form = client.get("/accounts/login/?next=/competitions/chest/rules/").content.decode()
    assert 'name="next"' in form
    answer = client.post(
        "/accounts/login/", {"login": "ada", "password": PASSWORD, "next": "/competitions/chest/rules/"}
    )
    assert answer["Location"] == "/competitions/chest/rules/"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_logging_in_leads_to_no_other_host(member, target):
    answer = page_client().post("/accounts/login/", {"login": "ada", "password": PASSWORD, "next": target})

    assert answer["Location"] == "/"


def test_signing_up_needs_no_mail_and_logs_in(db):
    client = page_client()
    words = {"username": "newcomer", "password1": PASSWORD, "password2": PASSWORD, "next": "/account/"}

    answer = client.post("/accounts/signup/", words)

    assert answer["Location"] == "/account/"
    assert client.get("/account/").status_code == 200


def test_a_faulty_sign_up_says_what_is_wrong(db):
    answer = page_client().post("/accounts/signup/", {"username": "x y", "password1": "short", "password2": "other"})

    page = answer.content.decode()
    assert 'class="errorlist"' in page
    assert "aria-invalid" in page


def test_where_no_mail_is_sent_a_forgotten_password_is_no_empty_promise(db):
    shown = page_client().get("/accounts/password/reset/")
    sent = page_client().post("/accounts/password/reset/", {"email": "ada@example.org"})

    for answer in (shown, sent):
        assert answer.status_code == 200
        assert "This server sends no mail" in answer.content.decode()


def test_where_mail_is_sent_the_form_is_there(db, settings):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"email_url": "smtp://mail.example:587"})

    assert 'name="email"' in page_client().get("/accounts/password/reset/").content.decode()


def test_logging_out_needs_a_post_and_ends_the_session(browser):
    assert browser.get("/accounts/logout/").status_code == 200
    assert browser.get("/account/").status_code == 200

    browser.post("/accounts/logout/")
    assert browser.get("/account/").status_code == 302


def test_what_a_person_was_told_stands_on_the_account_page_alone(member):
    submission = hand_in(member, detections_csv()).submission
    disqualify(submission, organizer=make_user("olga"), reason="By <b>hand</b>.")

    page = page_client(member.user).get("/account/").content.decode()
    others = page_client(make_user("eve")).get("/account/").content.decode()

    assert "a submission is disqualified" in page
    assert "By &lt;b&gt;hand&lt;/b&gt;." in page
    assert "Messages" not in others
