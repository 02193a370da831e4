"""Who gets what: unknown is 404, visible but not theirs is 403, no login is 401."""

import io

import pytest
from django.test import Client

from tests.factory import detections_csv, hand_in, make_competition, make_member, make_token, make_user

C = "/api/v1/competitions/chest"


def client_of(user):
    return Client(headers={"Authorization": f"Bearer {make_token(user)}"})


@pytest.fixture
def callers(competition, member, tmp_path):
    organizer = make_user("olga")
    competition.organizers.add(organizer)
    elsewhere = make_user("otto")
    make_competition(tmp_path / "elsewhere", slug="elsewhere").organizers.add(elsewhere)
    return {
        "nobody": Client(),
        "outsider": client_of(make_user("eve")),
        "other team": client_of(make_member(competition, "bob").user),
        "own team": client_of(member.user),
        "organizer elsewhere": client_of(elsewhere),
        "organizer": client_of(organizer),
        "admin": client_of(make_user("root", is_superuser=True, is_staff=True)),
    }


EXPECTED = {
    ("get", "/api/v1/competitions"): (200, 200, 200, 200, 200, 200, 200),
    ("get", C): (200, 200, 200, 200, 200, 200, 200),
    ("get", C + "/manifest"): (200, 200, 200, 200, 200, 200, 200),
    ("get", C + "/sample?track=detection"): (200, 200, 200, 200, 200, 200, 200),
    ("get", C + "/boards/detection"): (200, 200, 200, 200, 200, 200, 200),
    ("get", C + "/boards/none"): (404, 404, 404, 404, 404, 404, 404),
    ("get", C + "/submissions"): (401, 403, 200, 200, 403, 200, 200),
    ("post", C + "/submissions"): (401, 403, 415, 415, 403, 403, 403),
    ("get", "/api/v1/submissions/{id}"): (401, 404, 404, 200, 404, 200, 200),
    ("get", "/api/v1/submissions/{id}/file"): (401, 404, 404, 200, 404, 200, 200),
    ("post", "/api/v1/submissions/{id}/withdraw"): (401, 404, 404, 200, 404, 403, 403),
    ("post", "/api/v1/submissions/{id}/select"): (401, 404, 404, 200, 404, 403, 403),
    ("post", "/api/v1/submissions/{id}/disqualify"): (401, 404, 404, 403, 404, 400, 400),
    ("post", C + "/truth"): (401, 404, 404, 404, 404, 415, 415),
    ("post", C + "/rescore"): (401, 404, 404, 404, 404, 400, 400),
    ("post", C + "/phases/main/publish"): (401, 404, 404, 404, 404, 409, 409),
    ("get", C + "/export"): (401, 404, 404, 404, 404, 200, 200),
    ("get", "/api/v1/nothing"): (404, 404, 404, 404, 404, 404, 404),
    ("delete", C): (405, 405, 405, 405, 405, 405, 405),
}


def status_of(answer):
    if answer.streaming:
        list(answer.streaming_content)  # a file is closed when it has been read
    return answer.status_code


@pytest.mark.parametrize(("method", "address"), EXPECTED)
def test_every_route_answers_each_role_as_it_must(callers, member, method, address):
    submission = hand_in(member, detections_csv()).submission
    address = address.format(id=submission.pk)

    options = {"data": b"{}", "content_type": "application/json"} if method == "post" else {}
    answers = {role: status_of(getattr(client, method)(address, **options)) for role, client in callers.items()}

    assert tuple(answers.values()) == EXPECTED[method, address.replace(str(submission.pk), "{id}")], answers


def test_a_person_whose_account_is_closed_is_out_at_once(member, api):
    assert api.get(C + "/submissions").status_code == 200
    member.user.is_active = False
    member.user.save()

    assert api.get(C + "/submissions").status_code == 401


def test_a_session_needs_the_csrf_header_to_change_anything(competition, member):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member.user)

    refused = client.post(C + "/submissions", {"track": "detection", "file": io.BytesIO(detections_csv())})

    assert refused.status_code == 403
    assert "CSRF" in refused.json()["detail"]


def test_a_member_who_leaves_loses_the_teams_submissions_at_once(member, api):
    submission = hand_in(member, detections_csv()).submission
    member.delete()

    assert api.get(f"/api/v1/submissions/{submission.pk}").status_code == 404


def test_an_unknown_token_is_401_with_the_scheme(db):
    answer = Client(headers={"Authorization": "Bearer vdb_nonsense"}).get(C + "/submissions")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer["Content-Type"] == "application/problem+json"
