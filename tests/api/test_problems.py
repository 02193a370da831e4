"""Every error of the API is a problem document (RFC 9457), whatever was sent."""

import logging
import resource
from contextlib import contextmanager

import pytest
from django.test import Client

from competition.models import Submission
from tests.api.test_upload import stored_files, upload
from tests.factory import detections_csv, make_token, make_user, probabilities_csv

C = "/api/v1/competitions/chest"
DEEP = b"[" * 100_000 + b"]" * 100_000


def assert_problem(answer, status, code=None):
    assert answer.status_code == status, answer.content[:300]
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"].endswith((".", "?"))
    assert code is None or problem["code"] == code


@pytest.mark.parametrize("address", ["/api/v1", "/api/v1/", "/api/v1/nothing", C + "/", "/api/v1/submissions/7"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_unknown_address_is_a_problem_for_every_method_and_with_a_session(db, address, method):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_user("eve"))

    assert_problem(getattr(browser, method)(address), 404, "not_found")


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b'"text"', "application/json", 400),
        (b"{}", "application/json", 400),
        (b'{"team": "a\\u0000b", "accept_terms": "1"}', "application/json", 400),
        (b'{"team": "\\ud800", "accept_terms": "1"}', "application/json", 400),
        (b'{"team": ["a"], "accept_terms": "1"}', "application/json", 400),
        (b'{"team": NaN}', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"team": "a", "accept_terms": "1", "invitation": "none"}', "application/json", 400),
        (DEEP, "application/json", 413),
        (DEEP[70_000:130_000], "application/json", 400),
        (b"team=a", "application/x-www-form-urlencoded", 415),
        (b"<a/>", "text/xml", 415),
    ],
)
def test_a_body_that_is_no_good_json_is_refused_in_words(competition, body, content_type, status):
    client = Client(headers={"Authorization": f"Bearer {make_token(make_user('eve'))}"})

    assert_problem(client.post(C + "/entry", body, content_type=content_type), status)


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("multipart/form-data", 400),
        ("multipart/form-data; boundary=x", 400),
        ("multipart/form-data; boundary=" + "x" * 300, 400),
        ("application/json", 415),
        ("text/csv", 415),
    ],
)
def test_a_body_that_is_no_good_form_is_refused_in_words(api, content_type, status):
    assert_problem(api.post(C + "/submissions", b"--y\r\nnothing", content_type=content_type), status)


@pytest.mark.parametrize("accept", ["text/html", "text/csv", "application/xml", "nonsense", "", "image/*;q=0.1"])
def test_what_a_client_would_like_to_get_is_no_reason_to_refuse_it(competition, accept):
    client = Client(headers={"Accept": accept})

    assert client.get(C)["Content-Type"] == "application/json"
    assert client.get(C + "/manifest")["Content-Type"].startswith("text/csv")
    assert client.get("/api/v1/schema").status_code == 200
    assert_problem(client.get(C + "/boards/none"), 404)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/boards/detection?format=xml", 400),
        ("/boards/detection?format=../", 400),
        ("/boards/detection?phase=none", 404),
        ("/boards/detection?phase=%00", 404),
        ("/sample", 400),
        ("/sample?track=none", 404),
        ("/sample?track=%00", 404),
        ("/submissions?cursor=none", 404),
        ("/submissions?cursor=cD1ub25l", 404),
        ("/submissions?cursor=cD0lMDA=", 404),
    ],
)
def test_a_query_that_makes_no_sense_is_refused_in_words(api, address, status):
    assert_problem(api.get(C + address), status)


@pytest.mark.parametrize("ignored", ["page_size=1000000000", "ordering=-score", "limit=0", "format=../"])
def test_a_query_that_the_list_does_not_know_changes_nothing(api, ignored):
    assert api.get(f"{C}/submissions?{ignored}").json() == {"next": None, "previous": None, "results": []}


def test_a_token_in_a_wrong_scheme_or_form_is_no_login(competition):
    for words in ("Bearer", "Bearer a b", "Bearer \xff", "Basic YTpi", "Token x"):
        assert_problem(Client(headers={"Authorization": words}).get(C + "/submissions"), 401)


def test_a_fault_of_the_server_is_logged_and_a_problem(competition, monkeypatch, caplog):
    def break_down(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("competition.clock.connection", type("Broken", (), {"cursor": break_down}))

    with caplog.at_level(logging.ERROR):
        answer = Client().get(C)

    assert_problem(answer, 500, "server_fault")
    assert "ZeroDivisionError" in caplog.text


@contextmanager
def no_file_over(size):
    """The system lets this process write no more into one file; it is told so as by a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [1, 100_000, 1_000_000])
def test_a_disk_that_is_full_is_503_and_nothing_is_left(api, settings, size):
    before = stored_files(settings)
    with no_file_over(size - 1):
        answer = upload(api, b"x" * size)

    assert_problem(answer, 503, "unavailable")
    assert answer["Retry-After"]
    assert stored_files(settings) == before
    assert not Submission.objects.exists()


def test_a_storage_that_cannot_be_written_is_not_ready(db, settings):
    before = stored_files(settings)
    with no_file_over(0):
        answer = Client().get("/readyz")

    assert answer.status_code == 503
    assert (answer.json()["storage"], answer.json()["database"]) == (False, True)
    assert stored_files(settings) == before


def test_session_and_csrf_header_are_enough_to_upload(competition, member):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member.user)
    browser.get("/accounts/login/")
    word = "a" * 32
    browser.cookies["csrftoken"] = word

    assert_problem(upload(browser), 403, "permission_denied")
    browser.defaults["HTTP_X_CSRFTOKEN"] = word
    assert upload(browser, probabilities_csv(), track="classification").status_code == 201
    assert upload(browser, detections_csv()).status_code == 201
