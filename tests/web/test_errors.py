"""Errors that no view answers. Most of these tests have no database at all: touching it would fail them."""

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest
from django.test import Client
from django.urls import path

from competition.urls import handler400, handler403, handler404, handler500
from competition.urls import urlpatterns as real
from tests.web.reading import Page

ERRORS = {
    "bad": BadRequest("no"),
    "forbidden": PermissionDenied(),
    "missing": Http404(),
    "fault": ZeroDivisionError(),
    "away": OperationalError("the connection is closed"),
    "cut": InterfaceError("the connection is closed"),
}
EXPECTED = {"bad": 400, "forbidden": 403, "missing": 404, "fault": 500, "away": 503, "cut": 503}


def fail(request: HttpRequest, kind: str) -> None:
    raise ERRORS[kind]


urlpatterns = [path("fail/<kind>", fail), path("api/v1/fail/<kind>", fail), *real]
__all__ = ["handler400", "handler403", "handler404", "handler500"]


@pytest.fixture
def client(settings):
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("kind", ERRORS)
def test_each_error_has_a_sound_page_that_needs_no_database(client, kind):
    answer = client.get(f"/fail/{kind}")

    assert answer.status_code == EXPECTED[kind]
    page = answer.content.decode()
    assert Page(page).faults == []
    assert f'<p class="status">{EXPECTED[kind]}</p>' in page
    assert answer["Cache-Control"] == "no-store"
    assert ("Retry-After" in answer) == (EXPECTED[kind] == 503)


@pytest.mark.parametrize("kind", ERRORS)
def test_below_the_api_the_same_is_a_problem_document(client, kind):
    answer = client.get(f"/api/v1/fail/{kind}")

    assert answer.status_code == EXPECTED[kind]
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == EXPECTED[kind]
    assert ("Retry-After" in answer) == (EXPECTED[kind] == 503)


def test_an_unknown_address_is_not_found(client):
    assert client.get("/nothing/here/").status_code == 404
    assert client.get("/api/v1/nothing").json()["code"] == "not_found"


def test_a_form_without_its_token_is_refused_with_what_to_do(db):
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "ada", "password": "x"})

    assert answer.status_code == 403
    assert "The form has expired" in answer.content.decode()


def test_too_many_attempts_are_told_to_wait(db):
    client = Client()
    answers = [client.post("/accounts/signup/", {"username": "x"}) for _ in range(21)]

    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert Page(answers[-1].content.decode()).faults == []
    assert "Wait a few minutes" in answers[-1].content.decode()


@pytest.mark.django_db(transaction=True)
def test_with_the_database_away_every_page_says_503(settings):
    """The server's own connection is led to where nobody listens, as a stopped database looks."""
    from django.db import connection

    connection.close()
    there = dict(connection.settings_dict)
    connection.settings_dict.update(HOST="127.0.0.1", PORT="1")
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "0" * 32
    try:
        statuses = {
            address: client.get(address).status_code
            for address in ("/", "/competitions/chest/", "/accounts/login/", "/account/", "/api/v1/competitions")
        }
        posted = client.post("/accounts/login/", {"login": "ada", "password": "secret"})
    finally:
        connection.settings_dict.update(there)

    assert set(statuses.values()) == {503}, statuses
    assert posted.status_code == 503
    assert posted["Retry-After"]
