"""What was planted in a whole run is in no line of any log."""

import io
import json
import logging
import re
import sys

import httpx
import pytest

from competition import queue
from competition.logs import JsonLines, PlainLines, scrubbed
from tests.factory import PASSWORD, detections_csv, make_competition, make_member, make_token
from tests.running import running, serving, wait_until

ADDRESS, WORD, VALUE, NAME = "ada@canary.example", "canary-password-77", "0.731905558812", "canary-file-name.csv"


@pytest.mark.django_db(transaction=True)
def test_a_whole_run_logs_no_person_no_secret_and_no_value(tmp_path, capfd):
    queue.connection().flushall()
    member = make_member(make_competition(tmp_path), "ada")
    token = make_token(member.user)
    bearer = {"Authorization": f"Bearer {token}"}
    good = detections_csv(shift=3, score=float(VALUE))
    with serving(LOGS="json") as address:
        uploads = "/api/v1/competitions/chest/submissions"
        with httpx.Client(base_url=address, headers=bearer, timeout=60) as web:
            taken = web.post(uploads, data={"track": "detection"}, files={"file": (NAME, good)})
            faulty = web.post(uploads, data={"track": "detection"}, files={"file": (NAME, good + VALUE.encode())})
            web.get(f"/api/v1/nothing/{ADDRESS}/{token}?mail={ADDRESS}")
            web.get(f"/nothing/{ADDRESS}/{token}?mail={ADDRESS}")
            web.get(f"/accounts/password/reset/key/1-{WORD}/")
            web.post("/accounts/login/", data={"login": ADDRESS, "password": WORD})
            with running("worker", "sweeper", LOGS="json"):
                result = f"/api/v1/submissions/{taken.json()['id']}"
                wait_until(lambda: web.get(result).json()["state"] == "scored", seconds=180, what="the score")

    log = capfd.readouterr().err
    assert (taken.status_code, faulty.status_code) == (201, 422)
    for canary in (ADDRESS, WORD, VALUE, NAME, token, PASSWORD):
        assert canary not in log, canary
    lines = [json.loads(line) for line in log.splitlines()]
    answers = [line for line in lines if line["logger"] == "competition.requests"]
    assert {201, 422, 404} <= {line["status"] for line in answers}
    assert all(re.fullmatch("[0-9a-f]{32}", line["request"]) for line in answers)
    assert {"api/v1/competitions/<slug:slug>/submissions"} <= {line["route"] for line in answers if "route" in line}


@pytest.mark.parametrize("form", [JsonLines, PlainLines])
def test_of_an_exception_the_type_and_the_places_are_told_and_its_text_only_if_asked(form):
    try:
        raise ValueError(f"Key (email)=({ADDRESS}), value {VALUE}")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "mail to %s", (ADDRESS,), sys.exc_info())

    quiet, asked = form().format(record), form(error_texts=True).format(record)

    assert "ValueError" in quiet
    assert "test_logs.py" in quiet
    assert VALUE not in quiet
    assert VALUE in asked
    assert ADDRESS not in quiet + asked


def test_what_looks_like_an_address_or_a_secret_is_scrubbed():
    text = "to <ada@x.example>: Bearer abc.def-1 at postgresql://web:pass-word@host/name"

    assert scrubbed(text) == "to <[address]>: Bearer [secret] at postgresql://web:[address]"


def test_a_log_in_that_fails_leaves_neither_name_nor_password(db, client, settings):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    try:
        status = client.post("/accounts/login/", {"login": ADDRESS, "password": WORD}).status_code
    finally:
        logging.getLogger().removeHandler(handler)

    assert status == 200
    assert '"route": "accounts/login/"' in lines.getvalue()
    assert ADDRESS not in lines.getvalue()
    assert WORD not in lines.getvalue()


def test_a_problem_of_a_fault_names_the_request(db, client, monkeypatch):
    client.raise_request_exception = False

    def fault(*arguments, **words):
        raise RuntimeError(WORD)

    monkeypatch.setattr("competition.api.competitions.CompetitionList.get", fault)
    answer = client.get("/api/v1/competitions")

    assert answer.status_code == 500
    assert re.fullmatch("[0-9a-f]{32}", answer.json()["request_id"])
