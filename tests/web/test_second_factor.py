"""The second factor: set up and used with real codes, demanded of organizers, limited, and reset by the host."""

import time

import pytest
from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory

from competition.models import AuditEvent, Letter
from competition.operations.issue_token import issue_token
from tests.factory import PASSWORD, make_user
from tests.web.conftest import page_client

LOGIN = {"login": "olga", "password": PASSWORD}
CODE = "/accounts/2fa/authenticate/"
SET_UP = "/accounts/2fa/totp/activate/"


@pytest.fixture
def demanded(settings):
    """A server that asks its organizers for a second factor, as all in production do."""
    changed = {"organizers_need_second_factor": True}
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update=changed)


def code_of(secret, steps=0):
    """What an authenticator app shows; at the end of its half minute the next code, which lasts until it is sent."""
    left = 30 - time.time() % 30
    if left < 3:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def logged_in(words=LOGIN):
    client = page_client()
    client.post("/accounts/login/", words)
    return client


def set_up(client):
    """Set the factor up as a person does: password, QR code, first code. Gives the secret and the recovery codes."""
    client.post(f"/accounts/reauthenticate/?next={SET_UP}", {"password": PASSWORD})
    page = client.get(SET_UP)
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    codes = client.post(SET_UP, {"code": code_of(secret)}, follow=True)
    return secret, codes.context["unused_codes"]


def test_an_organizer_does_nothing_before_the_factor_is_set_up_and_everything_after(organizer, demanded):
    token = issue_token(user=organizer, name="old", scopes=("read", "organize"), days=1)
    program = Client(headers={"Authorization": f"Bearer {token.secret}"})
    client = logged_in()

    told = client.get("/competitions/chest/organize/", follow=True)
    assert told.redirect_chain == [("/accounts/2fa/", 302)]
    assert "Here that takes a second factor" in told.content.decode()
    for path in ("/", "/account/", "/admin/", "/competitions/chest/organize/audit/"):
        assert client.get(path)["Location"] == "/accounts/2fa/"
    for path in ("/account/tokens/", "/competitions/chest/organize/announce/", "/admin/competition/user/add/"):
        assert client.post(path, {}).status_code == 403
    for caller in (client, program):
        refused = caller.get("/api/v1/competitions/chest/audit")
        assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_needed")

    set_up(client)
    assert client.get("/competitions/chest/organize/").status_code == 200
    assert client.get("/api/v1/competitions/chest/audit").status_code == 200
    assert program.get("/api/v1/competitions/chest/audit").status_code == 200
    made = client.post("/account/tokens/", {"name": "new", "scopes": ["organize"], "days": "30"})
    assert made.context["issued"].token.scopes == ["organize"]


def test_a_session_from_before_the_factor_must_show_it_first(organizer, demanded):
    older = logged_in()
    set_up(logged_in())

    told = older.get("/competitions/chest/organize/", follow=True).content.decode()
    assert "this browser has not shown it yet" in told
    assert older.get("/api/v1/competitions/chest/audit").status_code == 403


def test_who_organizes_nothing_is_asked_for_nothing(member, demanded):
    client = logged_in({"login": "ada", "password": PASSWORD})

    assert client.get("/account/").status_code == 200
    assert client.get("/api/v1/competitions/chest/submissions").status_code == 200


def test_staff_needs_it_as_well(db, demanded):
    make_user("olga", is_staff=True)

    assert logged_in().get("/admin/")["Location"] == "/accounts/2fa/"


def test_the_admin_has_no_log_in_of_its_own(db):
    answer = page_client().post("/admin/login/?next=/admin/", {"username": "olga", "password": PASSWORD})

    assert answer["Location"] == "/accounts/login/?next=%2Fadmin%2F"


def test_with_the_factor_a_password_alone_logs_nobody_in(organizer):
    secret, recovery = set_up(logged_in())
    client = page_client()

    first = client.post("/accounts/login/", LOGIN)
    assert first["Location"] == CODE
    assert client.get("/account/").status_code == 302
    assert client.get("/api/v1/competitions/chest/submissions").status_code == 401
    assert client.post(CODE, {"code": code_of(secret, steps=-5)}).status_code == 200
    assert client.get("/account/").status_code == 302
    assert client.post(CODE, {"code": code_of(secret)})["Location"] == "/"
    assert client.get("/account/").status_code == 200

    again = page_client()
    again.post("/accounts/login/", LOGIN)
    code = code_of(secret)
    cache.set(f"allauth.mfa.totp.used?user={organizer.pk}&code={code}", "y", 30)
    assert "errorlist" in again.post(CODE, {"code": code}).content.decode(), "a code counts once"
    assert again.post(CODE, {"code": recovery[0]})["Location"] == "/"
    third = page_client()
    third.post("/accounts/login/", LOGIN)
    assert "errorlist" in third.post(CODE, {"code": recovery[0]}).content.decode(), "a recovery code counts once"


def test_recovery_codes_are_shown_once_and_no_secret_is_in_the_database(organizer, django_capture_on_commit_callbacks):
    client = logged_in()
    with django_capture_on_commit_callbacks(execute=True):
        secret, recovery = set_up(client)

    later = client.get("/accounts/2fa/recovery-codes/").content.decode()
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert len(recovery) == 10
    assert not any(code in later or code in stored for code in recovery)
    assert secret not in stored
    assert client.get("/accounts/2fa/recovery-codes/download/").status_code == 403
    assert "A second factor was set up" in Letter.objects.get(user=organizer).subject


def test_codes_are_limited_whatever_the_session_and_the_right_one_is_refused_then_too(organizer):
    secret, recovery = set_up(logged_in())

    for _ in range(5):
        client = page_client()
        client.post("/accounts/login/", LOGIN)
        client.post(CODE, {"code": "000000"})
    client = page_client()
    client.post("/accounts/login/", LOGIN)
    for code in (code_of(secret), recovery[0]):
        assert "Too many wrong codes" in client.post(CODE, {"code": code}).content.decode()
    assert client.get("/account/").status_code == 302


def test_codes_can_be_tried_5_times_in_five_minutes_20_in_an_hour_and_50_in_a_day(db, monkeypatch):
    now, begin = time.time(), time.time()
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: now)
    request, tried = RequestFactory().post("/"), []

    while now < begin + 23 * 3600:
        if ratelimit.consume(request, app="allauth.account", action="second_factor", key="ada"):
            tried.append(now - begin)
        else:
            now += 301
    most = {width: max(sum(0 <= at - begun < width for at in tried) for begun in tried) for width in (300, 3600, 86400)}
    assert most == {300: 5, 3600: 20, 86400: 50}


def test_a_right_code_does_not_count(organizer):
    client = logged_in()
    _, recovery = set_up(client)

    for code in recovery[:6]:
        client = page_client()
        client.post("/accounts/login/", LOGIN)
        assert client.post(CODE, {"code": code})["Location"] == "/"


def test_after_the_key_has_changed_the_codes_are_refused_with_a_sentence(organizer, settings):
    set_up(logged_in())
    client = page_client()
    client.post("/accounts/login/", LOGIN)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key that is just as long as the one that was used before it"

    page = client.post(CODE, {"code": "000000"}).content.decode()
    assert "Ask its host to reset it" in page


def test_the_host_resets_a_lost_factor_and_it_is_told_and_written_down(organizer, demanded):
    client = logged_in()
    set_up(client)

    call_command("reset_second_factor", "olga", reason="Called, and known by voice.", verbosity=0)
    assert not Authenticator.objects.exists()
    assert client.get("/competitions/chest/organize/")["Location"] == "/accounts/2fa/"
    event = AuditEvent.objects.get(act="reset_second_factor")
    assert (event.actor, event.subject, event.reason) == (None, "olga", "Called, and known by voice.")
    assert Letter.objects.filter(user=organizer, subject__contains="reset by the server's host").exists()
    with pytest.raises(CommandError, match="no second factor"):
        call_command("reset_second_factor", "olga", reason="Again.")
    with pytest.raises(CommandError, match="no account"):
        call_command("reset_second_factor", "nobody", reason="Again.")
