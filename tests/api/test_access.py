"""What a login is worth; which role may do what is in test_matrix."""

import io

from django.test import Client

from competition.models import AuditEvent
from tests.factory import detections_csv, hand_in, make_token, make_user

C = "/api/v1/competitions/chest"


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


def test_that_an_organizer_fetched_a_file_is_written_down_and_that_a_member_did_is_not(competition, member, api):
    submission = hand_in(member, detections_csv()).submission
    competition.organizers.add(olga := make_user("olga"))
    organizer = Client(headers={"Authorization": f"Bearer {make_token(olga)}"})

    for client in (api, organizer):
        answer = client.get(f"/api/v1/submissions/{submission.pk}/file")
        assert b"".join(answer.streaming_content) == detections_csv()

    event = AuditEvent.objects.get(act="download_file")
    assert (event.actor, event.subject) == (olga, str(submission.pk))
