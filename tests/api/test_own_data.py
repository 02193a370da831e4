"""Own data go to their owner alone, and nobody's address is told by an address that is open."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from competition.api.urls import urlpatterns as api_urls
from competition.models import User
from competition.web.urls import urlpatterns as web_urls
from tests.factory import PASSWORD, detections_csv, hand_in, make_competition, make_member, make_token, make_user

NAMED = {"who": "public", "page": "about", "word": "a-guess", "slug": "chest", "track": "detection", "key": "main"}
LISTS_OF_PEOPLE = ("/participants", "/participants/", "/acceptances")
"""Organizers have the addresses of who takes part there, and nowhere else."""
OF_A_KIND = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000", "str": "x"}


@pytest.fixture
def people(db, tmp_path, settings):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    competition = make_competition(tmp_path)
    olga = make_user("olga")
    competition.organizers.add(olga)
    ada, bob = make_member(competition, "ada"), make_member(competition, "bob")
    hand_in(ada, detections_csv())
    users = {"olga": olga, "ada": ada.user, "bob": bob.user, "eve": make_user("eve")}
    for name, user in users.items():
        User.objects.filter(pk=user.pk).update(email=f"{name}@canary.example")
        EmailAddress.objects.create(user=user, email=f"{name}@canary.example", primary=True, verified=True)
    return {name: User.objects.get(pk=user.pk) for name, user in users.items()}


def addresses():
    for prefix, patterns in (("/api/v1/", api_urls), ("/", web_urls)):
        for pattern in patterns:
            route = str(pattern.pattern)
            if not route.startswith("^"):
                yield prefix + re.sub(r"<(\w+):(\w+)>", lambda part: NAMED.get(part[2]) or OF_A_KIND[part[1]], route)


def test_no_address_tells_anybody_else_a_mail_address_but_organizers_in_their_lists(people):
    told = []
    for name, user in {"nobody": None, **people}.items():
        page, program = Client(), Client()
        if user is not None:
            page.force_login(user)
            program = Client(headers={"Authorization": f"Bearer {make_token(user)}"})
        for address in addresses():
            answer = (program if address.startswith("/api/") else page).get(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            others = set(re.findall(r"(\w+)@canary\.example", body.decode(errors="replace"))) - {name}
            if others and not (name == "olga" and address.endswith(LISTS_OF_PEOPLE)):
                told.append((name, address, others))

    assert told == []


def test_a_person_takes_the_data_and_is_deleted_once_password_and_name_are_given(people):
    ada = people["ada"]
    browser = Client()
    browser.force_login(ada)
    by_token = Client(headers={"Authorization": f"Bearer {make_token(ada)}"}).get("/api/v1/account/export")

    page = browser.get("/account/data/").content.decode()
    taken = browser.get("/account/data/export/")
    wrong = [
        browser.post("/account/delete/", {"password": password, "confirm": name}).status_code
        for password, name in ((PASSWORD, "bob"), ("wrong", "ada"), ("", ""))
    ]
    here = User.objects.get(pk=ada.pk).username
    gone = browser.post("/account/delete/", {"password": PASSWORD, "confirm": "ada"})

    assert "Delete my account" in page
    assert by_token.json()["account"]["username"] == taken.json()["account"]["username"] == "ada"
    assert "attachment" in taken["Content-Disposition"]
    assert "no-store" in taken["Cache-Control"]
    assert (wrong, here) == ([400, 400, 400], "ada")
    assert gone.status_code == 302
    assert User.objects.get(pk=ada.pk).username == f"deleted person #{ada.pk}"
    assert browser.get("/account/").status_code == 302
