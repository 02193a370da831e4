"""A new password ends what the old one opened; a link that sets one works once, soon, and leads here only."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from competition.models import ApiToken, Letter
from competition.operations.issue_token import issue_token
from tests.factory import PASSWORD
from tests.web.conftest import page_client

CHANGE = "/accounts/password/change/"
NEW = "another-long-word-for-tests"
CHANGED = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}


@pytest.fixture
def person(member, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    member.user.set_password(PASSWORD)
    member.user.email = "ada@example.org"
    member.user.save()
    EmailAddress.objects.create(user=member.user, email="ada@example.org", verified=True, primary=True)
    return member.user


@pytest.fixture
def elsewhere(person):
    """A session from before: a link that was asked for earlier ends with a log-in."""
    return page_client(person)


@pytest.fixture
def link(person, settings):
    """A link as it is mailed, asked for under a forged host that ALLOWED_HOSTS knows, on a server with HTTPS."""
    changed = {"email_url": "smtp://mail.example", "https": True, "allowed_hosts": ("bench.example.org", "testserver")}
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update=changed)
    page_client().post("/accounts/password/reset/", {"email": "ada@example.org"})
    return re.search(r"https?://\S+", mail.outbox[-1].body)[0]


def program(person):
    token = issue_token(user=person, name="machine", scopes=("read",), days=1)
    return Client(headers={"Authorization": f"Bearer {token.secret}"})


def lets_in(client):
    return client.get("/api/v1/competitions/chest/submissions").status_code == 200


def test_a_changed_password_ends_the_other_sessions_and_the_tokens_and_is_told(person):
    here, elsewhere, machine = page_client(person), page_client(person), program(person)
    form = here.get(CHANGE).content.decode()
    assert re.search(r'name="revoke_tokens"[^>]*checked', form)

    answer = here.post(CHANGE, {**CHANGED, "revoke_tokens": "on"})
    assert answer.status_code == 302
    assert lets_in(here)
    assert not lets_in(elsewhere)
    assert not lets_in(machine)
    assert Letter.objects.get(user=person).subject == "Your password was changed"
    assert "Your password was changed" in here.get("/account/").content.decode()


def test_tokens_stay_where_the_person_says_so(person):
    machine = program(person)

    page_client(person).post(CHANGE, CHANGED)
    assert lets_in(machine)


def test_a_weak_or_common_password_is_refused(person):
    for word in ("short", "password123", "1234567890123", "ada@example.org"):
        answer = page_client(person).post(CHANGE, {**CHANGED, "password1": word, "password2": word})
        assert "errorlist" in answer.content.decode()


def test_a_reset_ends_all_sessions_and_the_tokens_and_its_link_works_once(person, elsewhere, link):
    machine, client = program(person), page_client()
    path = link.removeprefix("https://bench.example.org")
    assert path.startswith("/accounts/password/reset/key/")

    form = client.get(path, follow=True)
    done = client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW, "revoke_tokens": "on"})
    assert done.status_code == 302
    assert not lets_in(elsewhere)
    assert not lets_in(machine)
    assert page_client().post("/accounts/login/", {"login": "ada", "password": NEW}).status_code == 302
    assert Letter.objects.get(user=person).subject == "Your password was reset"
    assert "reset link was invalid" in page_client().get(path, follow=True).content.decode()


def test_a_link_is_dead_after_half_an_hour(person, link, monkeypatch):
    path = link.removeprefix("https://bench.example.org")
    generator = "django.contrib.auth.tokens.PasswordResetTokenGenerator._now"
    late = timezone.now().replace(tzinfo=None) + timedelta(minutes=31)

    assert "reset link was invalid" not in page_client().get(path, follow=True).content.decode()
    monkeypatch.setattr(generator, lambda _: late)
    assert "reset link was invalid" in page_client().get(path, follow=True).content.decode()


def test_a_host_that_is_not_the_servers_gets_no_link_mailed(person, link):
    sent = len(mail.outbox)

    answer = page_client(HTTP_HOST="evil.example").post("/accounts/password/reset/", {"email": "ada@example.org"})
    assert answer.status_code == 400
    assert len(mail.outbox) == sent
    for forged in ({"x_forwarded_host": "evil.example"}, {"forwarded": "host=evil.example"}):
        page_client(headers=forged).post("/accounts/password/reset/", {"email": "ada@example.org"})
        assert "evil.example" not in mail.outbox[-1].body


def test_who_is_banned_is_out_at_once_by_session_and_by_token(person):
    session, machine = page_client(person), program(person)
    assert lets_in(session)
    assert lets_in(machine)

    person.is_active = False
    person.save()
    for caller in (session, machine):
        assert caller.get("/api/v1/competitions/chest/submissions").status_code == 401
    assert session.get("/account/").status_code == 302


def test_the_last_use_of_a_token_is_written_at_most_once_a_minute(person):
    machine = program(person)
    lets_in(machine)
    first = ApiToken.objects.get().last_used_at

    lets_in(machine)
    assert first is not None
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(seconds=61))
    lets_in(machine)
    assert ApiToken.objects.get().last_used_at > first - timedelta(seconds=61)
