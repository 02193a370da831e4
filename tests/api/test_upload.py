import io

import pytest
from django.test import Client

from competition.models import Evaluation, Submission
from competition.storage import FOLDER
from tests.factory import detections_csv, make_member, make_token, make_user

UPLOAD = "/api/v1/competitions/chest/submissions"


def upload(client, content=None, *, name="mine.csv", key=None, **fields):
    file = io.BytesIO(detections_csv() if content is None else content)
    file.name = name
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(UPLOAD, {"track": "detection", **fields, "file": file}, headers=headers)


def stored_files(settings):
    folder = settings.ENVIRONMENT.storage_dir / FOLDER
    return set(folder.iterdir()) if folder.exists() else set()


def test_a_receipt_names_the_bytes_the_time_and_what_is_left(api):
    answer = upload(api, note="first")

    receipt = answer.json()
    submission = Submission.objects.get()
    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v1/submissions/{submission.pk}"
    assert receipt["state"] == "accepted"
    assert receipt["sha256"] == submission.sha256
    assert receipt["quota"]["limit"] == 5
    assert receipt["quota"]["used"] == 1
    assert receipt["quota"]["resets_at"].endswith("00:00:00Z")
    assert Evaluation.objects.get().state == "waiting"


def test_a_faulty_file_is_answered_with_its_places_and_leaves_nothing(api, settings):
    before = stored_files(settings)
    lines = detections_csv().decode().splitlines()
    lines[3] = lines[3].replace("0.9", "1.9")
    lines[5] = "unknown" + lines[5][32:]

    answer = upload(api, "\n".join(lines).encode())

    problems = [(problem["line"], problem["column"], problem["value"]) for problem in answer.json()["problems"]]
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert (4, "score", "1.9") in problems
    assert (6, "image_id", "unknown") in problems
    assert answer.json()["total"] == len(problems)
    assert not Submission.objects.exists()
    assert stored_files(settings) == before


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "empty_file"),
        (b"PK\x03\x04" + b"\0" * 40, 415, "not_csv"),
        (b"\x1f\x8b\x08" + b"\0" * 40, 415, "not_csv"),
        (b"image_id\xe9,x\n", 422, "faulty_file"),
        (b"image_id,class_name,score,x_min,y_min,x_max,y_max\n", 422, "faulty_file"),
    ],
)
def test_what_is_no_csv_has_its_own_answer(api, content, status, code):
    answer = upload(api, content)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_file_over_the_limit_is_refused_while_it_comes(api, settings):
    limit = settings.ENVIRONMENT.upload_limit_bytes
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"upload_limit_bytes": 1024})
    before = stored_files(settings)

    answer = upload(api, b"x" * 2048)

    assert limit == 64 * 1024 * 1024
    assert answer.status_code == 413
    assert stored_files(settings) == before


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"note": "n" * 500}, 201, None),
        ({"note": "n" * 501}, 400, "note_too_long"),
        ({"note": "a\0b"}, 400, "nul_byte"),
        ({"note": "n" * 1_100_000}, 413, "too_large"),
        ({"phase": "main"}, 201, None),
        ({"phase": ""}, 201, None),
        ({"phase": "a\0"}, 400, "nul_byte"),
        ({"phase": "none"}, 404, "unknown_phase"),
        ({"phase": "past"}, 403, "phase_closed"),
        ({"phase": "coming"}, 403, "phase_closed"),
        ({"track": ""}, 400, "unknown_track"),
        ({"track": "Detection"}, 400, "unknown_track"),
        ({"name": "../../etc/passwd"}, 201, None),
        ({"name": "n" * 5000}, 400, "incomplete_body"),
        ({"name": "=cmd|.csv"}, 201, None),
        ({"name": "a\0.csv"}, 400, "file_name"),
        ({"name": "a\tb.csv"}, 400, "file_name"),
    ],
)
def test_each_field_of_the_form_is_checked(competition, api, fields, status, code):
    competition.phases.create(key="past", title="Past", opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z")
    competition.phases.create(key="coming", title="Next", opens_at="2100-01-01T00:00Z", closes_at="2100-01-02T00:00Z")

    answer = upload(api, **fields)

    assert (answer.status_code, answer.json().get("code")) == (status, code)


def test_a_file_name_that_hides_a_header_is_refused_and_leaves_nothing(api, settings):
    before = stored_files(settings)
    name = b"x.csv%0d%0aSet-Cookie:%20a=b"
    head = b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename*=UTF-8''" + name + b"\r\n\r\n"
    body = head + detections_csv() + b"\r\n--b--\r\n"

    answer = api.generic("POST", UPLOAD, body, "multipart/form-data; boundary=b")

    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "file_name", "file")
    assert stored_files(settings) == before


def test_a_fault_in_the_fields_after_the_file_leaves_nothing(api, settings):
    before = stored_files(settings)
    fields = {"file": io.BytesIO(detections_csv()), "track": "detection", "note": "n" * 1_100_000}

    assert api.post(UPLOAD, fields).status_code == 413
    assert stored_files(settings) == before


def test_of_several_open_phases_one_must_be_named(competition, api):
    competition.phases.create(key="two", title="Two", opens_at="2020-01-01T00:00Z", closes_at="2100-01-01T00:00Z")

    assert upload(api).json()["code"] == "phase_ambiguous"
    assert upload(api, phase="two").json()["phase"] == "two"
    assert upload(api, phase="main").json()["phase"] == "main"


def test_a_file_of_exactly_the_limit_is_read(api, settings):
    content = detections_csv()
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"upload_limit_bytes": len(content)})

    assert upload(api, content + b"\n").status_code == 413
    assert upload(api, content).status_code == 201


def test_the_order_of_refusals(competition, api):
    outsider = Client(headers={"Authorization": f"Bearer {make_token(make_user('eve'))}"})
    reader = Client(headers={"Authorization": f"Bearer {make_token(make_member(competition, 'bob').user, 'read')}"})

    assert upload(Client()).status_code == 401
    assert outsider.post("/api/v1/competitions/none/submissions").status_code == 404
    assert upload(outsider).json()["code"] == "not_entered"
    assert upload(reader).status_code == 403
    assert upload(api, track="none").json()["code"] == "unknown_track"
    assert upload(api, phase="none").status_code == 404


def test_a_closed_phase_refuses(competition, api):
    competition.phases.update(closes_at="2020-01-02T00:00Z", opens_at="2020-01-01T00:00Z")

    answer = upload(api)

    assert (answer.status_code, answer.json()["code"]) == (403, "phase_closed")


def test_a_new_version_of_the_terms_must_be_accepted_first(competition, api):
    competition.terms.create(version="2", text="new", sha256="0" * 64)

    answer = upload(api)

    assert (answer.status_code, answer.json()["code"]) == (403, "terms_not_accepted")


def test_what_only_the_server_says_cannot_be_said_by_a_client(api):
    upload(api, score="1.0", state="scored", team="other", received_at="2000-01-01T00:00Z")

    submission = Submission.objects.get()
    assert submission.team.name == "Team ada"
    assert submission.received_at.year > 2000


def test_exactly_one_file_in_its_field(api):
    two = api.post(UPLOAD, {"track": "detection", "file": [io.BytesIO(b"a"), io.BytesIO(b"b")]})
    misnamed = api.post(UPLOAD, {"track": "detection", "document": io.BytesIO(b"a")})
    none = api.post(UPLOAD, {"track": "detection"})
    no_form = api.post(UPLOAD, data=b"image_id", content_type="text/csv")

    assert [answer.status_code for answer in (two, misnamed, none, no_form)] == [400, 400, 400, 415]


def test_the_file_comes_back_as_it_came(api):
    content = detections_csv(shift=1.5)
    place = upload(api, content, name='"><script>.csv')["Location"]

    answer = api.get(place + "/file")

    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_withdrawn_submission_still_counts(api):
    place = upload(api)["Location"]

    answer = api.post(place + "/withdraw")

    assert answer.status_code == 200
    assert answer.json()["withdrawn_at"]
    assert upload(api).json()["quota"]["used"] == 2
