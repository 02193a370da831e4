"""What other servers' users suffer from and no other test here makes impossible: docs/pains.md names them all."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from competition import storage
from competition.errors import QuotaSpent
from competition.models import Board, Evaluation, Phase, Score, Submission
from competition.operations.enter import enter
from competition.operations.reveal import reveal
from competition.operations.sweep import publish_ready
from tests.factory import (
    detections_csv,
    hand_in,
    make_competition,
    make_member,
    make_token,
    make_user,
    probabilities_csv,
)

CLOSED = {"opens_at": "2020-01-01T00:00Z", "closes_at": "2020-01-02T00:00Z"}


def test_two_members_and_two_tokens_of_a_team_share_one_limit(competition, member):
    other = enter(user=make_user("bob"), competition=competition, invitation=member.team.invitation, accept_terms="1")
    Phase.objects.update(daily_limit=3)
    clients = [
        Client(headers={"Authorization": f"Bearer {make_token(user)}"})
        for user in (member.user, member.user, other.user)
    ]

    answers = [
        client.post(
            "/api/v1/competitions/chest/submissions", {"track": "detection", "file": _file(detections_csv(shift=shift))}
        )
        for shift, client in enumerate([*clients, *clients])
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 201, 429, 429, 429]
    assert [answer.json()["quota"]["used"] for answer in answers] == [1, 2, 3, 3, 3, 3]


def _file(content):
    return SimpleUploadedFile("mine.csv", content, "text/csv")


def test_a_limit_that_is_lowered_below_what_is_used_opens_nothing(member):
    for shift in range(3):
        hand_in(member, detections_csv(shift=shift))
    Phase.objects.update(daily_limit=2, total_limit=2)

    with pytest.raises(QuotaSpent, match="3 of 2 uploads"):
        hand_in(member, detections_csv(shift=9))

    assert Submission.objects.count() == 3


def test_publishing_the_private_part_scores_nothing_again_and_copies_nothing(db, tmp_path, score_all):
    """A phase is a view: each submission is there once and is scored on both parts at once."""
    competition = make_competition(tmp_path, split={"public": 0.5, "seed": 7})
    member = make_member(competition)
    hand_in(member, detections_csv(shift=30))
    hand_in(member, probabilities_csv(noise=0.4), track="classification")
    score_all()
    before = _books()
    public = json.dumps(Board.objects.order_by("version").last().entries)
    Phase.objects.update(**CLOSED)

    reveal(competition.phases.get(), organizer=make_user("olga"))
    publish_ready()

    assert _books() == before
    assert sorted(part for part, _ in before[2]) == ["private", "private", "public", "public"]
    assert Board.objects.order_by("version").last().shows == "private"
    assert json.dumps(Board.objects.order_by("version").last().entries) != public


def _books():
    return (
        set(Submission.objects.values_list("pk", "file", "sha256", "phase", "received_at")),
        set(Evaluation.objects.values_list("pk", "attempt", "finished_at")),
        sorted(Score.objects.values_list("part", "value")),
    )


def test_a_private_score_is_told_to_nobody_before_it_is_published(db, tmp_path, score_all):
    competition = make_competition(tmp_path, split={"public": 0.5, "seed": 7})
    member = make_member(competition)
    submission = hand_in(member, probabilities_csv(noise=0.4), track="classification").submission
    score_all()
    scores = Score.objects.filter(evaluation__submission=submission)
    public, private = (scores.get(part=part).value for part in ("public", "private"))
    team = Client(headers={"Authorization": f"Bearer {make_token(member.user)}"})
    addresses = [
        f"/api/v1/submissions/{submission.pk}",
        "/api/v1/competitions/chest/submissions",
        "/api/v1/competitions/chest/boards/classification",
    ]

    before = [team.get(address) for address in addresses]
    Phase.objects.update(**CLOSED)
    reveal(competition.phases.get(), organizer=make_user("olga"))
    publish_ready()
    after = [team.get(address) for address in addresses]

    assert [str(private) in answer.content.decode() for answer in before] == [False, False, False]
    assert [str(private) in answer.content.decode() for answer in after] == [True, True, False]
    assert [answers[2].json()["entries"][0]["score"] for answers in (before, after)] == [
        round(public, 3),
        round(private, 3),
    ]


def test_no_address_deletes_a_submission_and_a_withdrawn_one_keeps_its_file_and_score(competition, member, score_all):
    submission = hand_in(member, detections_csv()).submission
    score_all()
    client = Client(headers={"Authorization": f"Bearer {make_token(member.user)}"})
    client.post(f"/api/v1/submissions/{submission.pk}/withdraw")

    deleted = client.delete(f"/api/v1/submissions/{submission.pk}")
    file = client.get(f"/api/v1/submissions/{submission.pk}/file")

    assert deleted.status_code == 405
    assert b"".join(file.streaming_content) == detections_csv()
    assert Score.objects.filter(evaluation__submission=submission).exists()


def test_what_could_not_be_scored_stands_on_no_board_and_its_upload_is_given_back(competition, member, score_all):
    good = make_member(competition, "bob")
    failed = hand_in(member, detections_csv()).submission
    (storage._root() / failed.file).write_bytes(b"")
    hand_in(good, detections_csv(shift=150))

    score_all()

    assert [entry["team"] for entry in Board.objects.order_by("version").last().entries] == ["Team bob"]
    assert not Score.objects.filter(evaluation__submission=failed).exists()
    assert hand_in(member, detections_csv()).quota.used == 1
