"""What a login is worth; which role may do what is in test_matrix."""

import io

from django.test import Client

from competition.models import Allowance, AuditEvent, Hint
from tests.factory import (
    description,
    detections_csv,
    hand_in,
    make_competition,
    make_member,
    make_token,
    make_user,
)

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


def test_what_belongs_to_another_competition_is_not_there_below_this_one(competition, member, tmp_path):
    """The organizer of both is told of each only where it belongs: the parent in an address is not decoration."""
    elsewhere = make_competition(tmp_path / "elsewhere", slug="elsewhere", phases=[_phase("theirs")])
    olga = make_user("olga")
    for place in (competition, elsewhere):
        place.organizers.add(olga)
    submission = hand_in(member, detections_csv()).submission
    facts = {"team": member.team, "phase": submission.phase, "track": submission.track}
    allowance = Allowance.objects.create(**facts, day="2026-01-01", extra=1, reason="why")
    hint = Hint.objects.create(
        **facts, competition=competition, submission=submission, kind="few_values", pair=str(member.team_id), figure=1
    )
    organizer = Client(headers={"Authorization": f"Bearer {make_token(olga)}"})
    reason = {"reason": "by mistake", "closes_at": "2100-01-01T00:00:00Z", "days": 14}
    places = {
        f"allowances/{allowance.pk}/take-back": "chest",
        f"hints/{hint.pk}/dismiss": "chest",
        "phases/theirs/extend": "elsewhere",
        "phases/main/extend": "chest",
    }

    for place, home in places.items():
        other = {"chest": "elsewhere", "elsewhere": "chest"}[home]
        astray = organizer.post(f"/api/v1/competitions/{other}/{place}", reason, content_type="application/json")
        at_home = organizer.post(f"/api/v1/competitions/{home}/{place}", reason, content_type="application/json")
        assert (astray.status_code, at_home.status_code // 100) == (404, 2), place


def test_a_list_holds_and_counts_what_its_reader_may_see_and_no_more(competition, member, api):
    hand_in(member, detections_csv())
    others = [make_member(competition, name) for name in ("bob", "eve")]
    for other in others:
        hand_in(other, detections_csv(shift=3))

    answer = api.get(C + "/submissions")

    assert set(answer.json()) == {"next", "previous", "results"}
    assert [row["team"] for row in answer.json()["results"]] == [member.team.name]
    assert not {name for name in answer.headers if "total" in name.lower() or "count" in name.lower()}


def _phase(key):
    return description()["phases"][0] | {"key": key}
