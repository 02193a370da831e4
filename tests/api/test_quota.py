"""What uploads use up, and what an idempotency key gives back; and the list of what was handed in."""

import io

import pytest
from django.test import Client

from competition.models import Submission
from tests.api.test_upload import UPLOAD, upload
from tests.factory import detections_csv, hand_in, make_member, make_token, probabilities_csv


def test_the_same_key_with_the_same_bytes_gives_the_first_receipt(api):
    first = upload(api, key="k1")
    second = upload(api, key="k1")
    other = upload(api, detections_csv(shift=3), key="k1")

    assert (first.status_code, second.status_code, other.status_code) == (201, 200, 409)
    assert second.json()["id"] == first.json()["id"]
    assert second.json()["quota"]["used"] == 1


def test_a_key_gives_the_first_receipt_after_the_quota_is_spent_and_after_the_phase_has_closed(competition, api):
    first = upload(api, key="k1")
    for _ in range(4):
        upload(api)
    spent, again = upload(api), upload(api, key="k1")
    competition.phases.update(opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z")
    closed, late = upload(api), upload(api, key="k1")

    assert (spent.status_code, closed.status_code) == (429, 403)
    assert [(answer.status_code, answer.json()) for answer in (again, late)] == [(200, first.json())] * 2
    assert upload(api, detections_csv(shift=1), key="k1").status_code == 409


def test_another_teams_same_key_is_another_key(competition, api):
    other = Client(headers={"Authorization": f"Bearer {make_token(make_member(competition, 'bob').user)}"})

    assert [upload(client, key="k1").status_code for client in (api, other, api)] == [201, 201, 200]
    assert Submission.objects.count() == 2


@pytest.mark.parametrize(("key", "status"), [("k" * 255, 201), ("k" * 256, 400), ("", 400)])
def test_a_key_has_1_to_255_characters(api, key, status):
    file = io.BytesIO(detections_csv())

    answer = api.post(UPLOAD, {"track": "detection", "file": file}, headers={"Idempotency-Key": key})

    assert answer.status_code == status


def test_a_spent_total_never_comes_back(competition, api):
    competition.phases.update(daily_limit=2, total_limit=1)
    receipt, answer = upload(api), upload(api)

    assert receipt.json()["quota"]["resets_at"] is None
    assert answer.status_code == 429
    assert answer.json()["quota"] == {"limit": 1, "used": 1, "resets_at": None}
    assert "Retry-After" not in answer


def test_a_spent_quota_and_a_closed_phase_come_before_the_size_and_the_content_of_the_file(competition, api, settings):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"upload_limit_bytes": 4096})
    competition.phases.update(daily_limit=1)
    competition.phases.create(key="past", title="Past", opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z")
    assert upload(api).status_code == 201

    large = b"x" * 5000
    assert [upload(api, content).status_code for content in (large, b"PK\x03\x04", b"faulty")] == [429] * 3
    assert upload(api, large, phase="past").status_code == 403
    assert upload(api, large, track="classification").status_code == 413
    assert upload(api, large, track="none").status_code == 413


def test_a_refused_file_uses_nothing_up(api):
    for content in (b"", b"faulty", b"PK\x03\x04", b"image_id\n"):
        assert upload(api, content).status_code in (400, 415, 422)

    assert upload(api).json()["quota"]["used"] == 1


def test_a_spent_quota_says_when_to_come_back(api):
    for _ in range(5):
        assert upload(api).status_code == 201

    answer = upload(api)

    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 24 * 3600 + 1
    assert answer.json()["quota"]["resets_at"]


def test_tracks_have_quotas_of_their_own(api):
    for _ in range(5):
        upload(api)

    answer = upload(api, probabilities_csv(), track="classification")

    assert answer.status_code == 201


def test_pages_of_the_list_join_without_a_gap_or_a_double(competition, member, api, django_assert_max_num_queries):
    first = hand_in(member, detections_csv()).submission
    same_time = [
        Submission(
            **{
                field.attname: getattr(first, field.attname)
                for field in Submission._meta.concrete_fields
                if field.attname not in ("id", "file")
            },
            file=f"copy-{index}",
        )
        for index in range(120)
    ]
    Submission.objects.bulk_create(same_time)
    address, seen, pages = UPLOAD, [], 0
    while address:
        with django_assert_max_num_queries(11):
            page = api.get(address).json()
        seen += [row["id"] for row in page["results"]]
        address, pages = page["next"], pages + 1

    assert pages == 3
    assert len(seen) == len(set(seen)) == 121


def test_the_list_is_the_teams_own_and_costs_the_same_queries(competition, api, django_assert_num_queries):
    other = Client(headers={"Authorization": f"Bearer {make_token(make_member(competition, 'bob').user)}"})
    upload(other)
    upload(api)
    with django_assert_num_queries(9):
        one = api.get(UPLOAD).json()
    for _ in range(3):
        upload(api)
    with django_assert_num_queries(9):
        four = api.get(UPLOAD).json()

    assert (len(one["results"]), len(four["results"])) == (1, 4)
    assert four["next"] is None
    assert four["results"][0]["received_at"] > four["results"][3]["received_at"]
