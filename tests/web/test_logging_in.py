"""Guessing passwords: the limits by person, by address and in all; and no answer tells who has an account."""

import time

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher
from django.core import mail
from django.core.cache import cache

from competition.models import User
from tests import factory
from tests.factory import PASSWORD
from tests.web.conftest import page_client

LOCKED = "Too many failed login attempts"
RIGHT = {"login": "ada", "password": PASSWORD}


class QuickArgon2(Argon2PasswordHasher):
    """Argon2 with less memory: what is shown of it holds for more."""

    time_cost, memory_cost, parallelism = 1, 32 * 1024, 1


@pytest.fixture
def quick_hashes(settings):
    """Where many passwords are tried and the time that it takes is not looked at."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


def make_user(name, **facts):
    """A person whose password is hashed as the settings say."""
    person = factory.make_user(name, **facts)
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def behind_a_proxy(settings):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"trusted_proxies": 1})


@pytest.fixture
def mails(settings):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"email_url": "smtp://mail.example:587"})
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"


def attempt(words, address="192.0.2.1", **headers):
    """What logging in answers to a visitor at that address."""
    return page_client(REMOTE_ADDR=address, headers=headers).post("/accounts/login/", words)


def fail(times, login="ada", **where):
    for number in range(times):
        attempt({"login": login, "password": f"guess {number}"}, **where)


def is_locked(answer):
    return answer.status_code == 200 and LOCKED in answer.content.decode()


@pytest.mark.usefixtures("quick_hashes")
def test_ten_failures_lock_a_person_from_every_address_by_either_name_and_the_right_password_too(db):
    ada = make_user("ada", email="ada@example.org")
    EmailAddress.objects.create(user=ada, email="ada@example.org", verified=True, primary=True)

    for number in range(10):
        login = ("ada", "ADA@example.org")[number % 2]
        assert not is_locked(attempt({"login": login, "password": "wrong"}, address=f"192.0.2.{number}"))
    assert is_locked(attempt(RIGHT, address="198.51.100.1"))
    assert is_locked(attempt({**RIGHT, "login": "ada@example.org"}, address="198.51.100.2"))
    make_user("bob")
    assert attempt({**RIGHT, "login": "bob"}, address="192.0.2.1").status_code == 302


@pytest.mark.usefixtures("quick_hashes")
def test_ten_failures_lock_an_address_for_everybody_and_no_other_address(db):
    make_user("ada")
    for number in range(10):
        fail(1, login=f"nobody-{number}")

    assert is_locked(attempt(RIGHT))
    assert attempt(RIGHT, address="192.0.2.2").status_code == 302


@pytest.mark.usefixtures("quick_hashes")
def test_a_right_password_counts_for_nothing_and_clears_nothing(db):
    make_user("ada")
    for _ in range(9):
        fail(1)
        assert attempt(RIGHT).status_code == 302
    fail(1)

    assert is_locked(attempt(RIGHT))


@pytest.mark.usefixtures("quick_hashes")
def test_a_thousand_failures_lock_everybody(db, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed_by_all": "12/5m/key"}
    make_user("ada")
    for number in range(12):
        fail(1, login=f"nobody-{number}", address=f"192.0.2.{number}")

    assert is_locked(attempt(RIGHT, address="198.51.100.1"))


@pytest.mark.usefixtures("quick_hashes")
def test_an_address_that_is_locked_uses_up_nothing_of_all_or_of_a_person(db, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed_by_all": "12/5m/key"}
    make_user("ada")
    fail(10, login="nobody")
    fail(10)

    assert attempt(RIGHT, address="192.0.2.2").status_code == 302


@pytest.mark.usefixtures("quick_hashes")
def test_the_counters_are_not_pushed_out_of_the_cache(db, settings):
    make_user("ada")
    fail(10)
    for number in range(400):
        cache.set(f"filling-{number}", number)

    assert is_locked(attempt(RIGHT))
    assert settings.ACCOUNT_RATE_LIMITS["login_failed_by_all"] == "1000/5m/key"


@pytest.mark.usefixtures("quick_hashes")
def test_a_forged_header_gets_round_no_limit_without_a_proxy(db):
    make_user("ada")
    for number in range(10):
        fail(1, login=f"nobody-{number}", x_forwarded_for=f"203.0.113.{number}")

    assert is_locked(attempt(RIGHT, x_forwarded_for="203.0.113.99"))


@pytest.mark.usefixtures("quick_hashes")
def test_behind_a_proxy_visitors_are_told_apart_and_what_they_forge_is_not_read(db, behind_a_proxy):
    make_user("ada")
    for number in range(10):
        fail(1, login=f"nobody-{number}", x_forwarded_for=f"203.0.113.{number}, 198.51.100.7")

    assert is_locked(attempt(RIGHT, x_forwarded_for="203.0.113.99, 198.51.100.7"))
    assert attempt(RIGHT, x_forwarded_for="203.0.113.99, 198.51.100.8").status_code == 302
    for odd in ("", "not an address", "198.51.100.8, <script>"):
        assert attempt(RIGHT, address="192.0.2.50", x_forwarded_for=odd).status_code == 302


@pytest.mark.usefixtures("quick_hashes")
def test_a_wrong_password_is_answered_alike_whether_there_is_such_a_person(db):
    make_user("ada", email="ada@example.org")
    make_user("eve", is_active=False)
    words = [("ada", "nobo"), ("eve", "nob"), ("ada@example.org", "not@example.org")]

    for known, unknown in words:
        pages = []
        for login in (known, unknown):
            answer = attempt({"login": login, "password": "wrong"})
            text = answer.content.decode().replace(login, "LOGIN")
            pages.append(
                (answer.status_code, text[text.index("<main") :].partition("csrfmiddlewaretoken")[0], LOCKED in text)
            )
            assert "errorlist" in text
        assert pages[0] == pages[1]
        cache.clear()


def test_a_wrong_password_takes_as_long_whether_there_is_such_a_person(db, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    settings.PASSWORD_HASHERS = ["tests.web.test_logging_in.QuickArgon2"]
    make_user("ada")
    took = {"ada": [], "nobody": []}
    for _ in range(50):
        for login, times in took.items():
            begun = time.process_time()
            attempt({"login": login, "password": "wrong"})
            times.append(time.process_time() - begun)

    # Processor time of this process, alternating: what else runs on the machine is not in it.
    known, unknown = (sorted(times)[25] for times in took.values())
    assert abs(known - unknown) < 0.020
    faster = sum(a < b for a in took["ada"] for b in took["nobody"]) / 50**2
    assert 0.1 < faster < 0.9


@pytest.mark.usefixtures("mails")
def test_signing_up_and_asking_for_a_link_take_as_long_for_an_address_that_is_known(db, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    settings.PASSWORD_HASHERS = ["tests.web.test_logging_in.QuickArgon2"]
    ada = make_user("ada", email="ada@example.org")
    EmailAddress.objects.create(user=ada, email="ada@example.org", verified=True, primary=True)
    took = {("reset", True): [], ("reset", False): [], ("signup", True): [], ("signup", False): []}
    for number in range(50):
        for (page, known), times in took.items():
            email = "ada@example.org" if known else f"free-{number}@example.org"
            words = {"username": f"{page}{number}{known}", "password1": PASSWORD, "password2": PASSWORD, "email": email}
            client, begun = page_client(), time.process_time()
            answer = client.post({"reset": "/accounts/password/reset/"}.get(page, "/accounts/signup/"), words)
            times.append(time.process_time() - begun)
            assert answer.status_code == 302

    middle = {of: sorted(times)[25] for of, times in took.items()}
    assert abs(middle["reset", True] - middle["reset", False]) < 0.020
    assert abs(middle["signup", True] - middle["signup", False]) < 0.020


@pytest.mark.usefixtures("quick_hashes")
def test_signing_up_with_a_taken_address_is_answered_like_any_other(db, mails):
    ada = make_user("ada", email="ada@example.org")
    EmailAddress.objects.create(user=ada, email="ada@example.org", verified=True, primary=True)
    answers = []
    for name, email in (("new1", "ada@example.org"), ("new2", "free@example.org")):
        words = {"username": name, "email": email, "password1": PASSWORD, "password2": PASSWORD}
        answers.append(page_client().post("/accounts/signup/", words))

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/")] * 2
    assert not EmailAddress.objects.filter(user__username="new1", verified=True).exists()
    assert [letter.to for letter in mail.outbox] == [["ada@example.org"], ["free@example.org"]]


@pytest.mark.usefixtures("quick_hashes")
def test_asking_for_a_link_tells_nothing_and_is_limited_to_five_a_day(db, mails):
    make_user("ada", email="ada@example.org")

    for email in ("ada@example.org", "free@example.org"):
        seen = [page_client().post("/accounts/password/reset/", {"email": email}) for _ in range(6)]
        assert [answer.status_code for answer in seen] == [302] * 5 + [429]
        assert {answer["Location"] for answer in seen[:5]} == {"/accounts/password/reset/done/"}
    assert [letter.to[0] for letter in mail.outbox] == ["ada@example.org"] * 5 + ["free@example.org"] * 5


def test_passwords_are_hashed_by_argon2_and_older_hashes_are_replaced_at_log_in(db):
    make_user("ada")
    old = PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1000)
    User.objects.create(username="eve", password=old)

    attempt({"login": "eve", "password": PASSWORD})
    assert all(user.password.startswith("argon2$argon2id$") for user in User.objects.all())
