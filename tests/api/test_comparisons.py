"""Two submissions side by side, over the API."""

import numpy as np
import pytest
from django.test import Client

from competition.clock import database_now
from competition.models import Score
from scoring import compare, unpack_shares
from tests.factory import (
    detections_csv,
    hand_in,
    make_competition,
    make_member,
    make_token,
    make_user,
    probabilities_csv,
)
from tests.tampering import as_owner

HELD = [{"key": "main", "title": "Main", "opens_at": "2020-01-01", "closes_at": "2100-01-01", "daily_limit": 9}]


def bearing(user):
    return Client(headers={"Authorization": f"Bearer {make_token(user)}"})


def address(one, other):
    return f"/api/v1/submissions/{one.pk}/compare/{other.pk}"


def noisy(member, seed, **words):
    content = probabilities_csv(noise=0.4, seed=seed)
    return hand_in(member, content, track="classification", **words).submission


def test_the_difference_is_the_scorings_own_with_its_paired_interval(
    member, api, score_all, django_assert_max_num_queries
):
    one, other = noisy(member, 1, note="deeper"), noisy(member, 2)
    score_all()
    scores = [Score.objects.get(evaluation__submission=submission) for submission in (one, other)]
    packed = [np.frombuffer(bytes(score.replicates), "<f4") for score in scores]
    expected = compare(scores[0].value, packed[0], scores[1].value, packed[1])

    with django_assert_max_num_queries(12):
        answer = api.get(address(one, other)).json()
    mirrored = api.get(address(other, one)).json()

    assert (answer["difference"], answer["interval"]) == (expected.value, list(expected.interval))
    assert (answer["significant"], answer["replicates"]) == (expected.significant, len(packed[0]))
    assert mirrored["difference"] == -answer["difference"]
    assert [-end for end in reversed(mirrored["interval"])] == pytest.approx(answer["interval"])
    assert (answer["submission"]["id"], answer["submission"]["note"]) == (str(one.pk), "deeper")
    assert [row["label"] for row in answer["classes"]] == ["Pneumonia", "No finding"]
    for row, first, second in zip(answer["classes"], *[score.report["classes"] for score in scores], strict=True):
        assert (row["value"], row["other_value"]) == (first["value"], second["value"])
        assert row["difference"] == first["value"] - second["value"]


def test_what_was_not_measured_alike_or_not_yet_is_refused_with_the_reason(member, api, score_all):
    boxes, marks = hand_in(member, detections_csv()).submission, noisy(member, 1)
    score_all()
    waiting = noisy(member, 2)

    refused = [api.get(address(*pair)) for pair in ((boxes, marks), (boxes, boxes), (marks, waiting), (waiting, marks))]

    assert [answer.status_code for answer in refused] == [409] * 4
    codes = ["other_track", "same_submission", "not_scored", "not_scored"]
    assert [answer.json()["code"] for answer in refused] == codes


def test_nobody_compares_with_what_is_anothers(competition, member, api, score_all):
    one, other = noisy(member, 1), noisy(make_member(competition, "bob"), 2)
    competition.organizers.add(olga := make_user("olga"))
    score_all()

    assert [api.get(address(*pair)).status_code for pair in ((one, other), (other, one))] == [404, 404]
    assert bearing(olga).get(address(one, other)).status_code == 200


def test_a_phase_of_held_scores_or_of_none_tells_a_team_nothing_and_organizers_all(tmp_path, db, score_all):
    competition = make_competition(tmp_path, phases=HELD)
    member = make_member(competition)
    competition.organizers.add(olga := make_user("olga"))
    one, other = noisy(member, 1), noisy(member, 2)
    score_all()
    waiting = noisy(member, 3)
    team = bearing(member.user)

    held = [team.get(address(one, second)) for second in (other, waiting)]
    to_organizer = bearing(olga).get(address(one, other))
    waits = [client.get(f"/api/v1/submissions/{waiting.pk}").json() for client in (team, bearing(olga))]
    competition.phases.update(detail="classes", shows="nothing")
    silent = team.get(address(one, other))

    assert [(answer.status_code, answer.json()["code"]) for answer in (*held, silent)] == [(403, "not_shown")] * 3
    assert held[0].json()["detail"] == held[1].json()["detail"]
    assert to_organizer.status_code == 200
    assert [wait["place_in_queue"] for wait in waits] == [1, 1]
    assert waits[0]["expected_wait_seconds"] is None
    assert waits[1]["expected_wait_seconds"] >= 5


def test_how_long_held_scores_took_is_no_measure_of_other_waits(tmp_path, db, score_all):
    held = make_competition(tmp_path / "held", phases=HELD)
    noisy(make_member(held), 1)
    score_all()
    waiting = noisy(make_member(make_competition(tmp_path / "open", slug="open"), "bob"), 2)
    team = bearing(waiting.author)

    def told():
        return team.get(f"/api/v1/submissions/{waiting.pk}").json()["expected_wait_seconds"]

    while_held = told()
    held.phases.update(revealed_at=database_now())

    assert (while_held, told()) == (None, 5)


def test_the_private_part_is_compared_once_its_board_is_published(tmp_path, db, score_all):
    phases = [{**HELD[0], "detail": "classes"}]
    competition = make_competition(tmp_path, phases=phases, split={"public": 0.5, "seed": 5})
    member = make_member(competition)
    one, other = noisy(member, 1), noisy(member, 2)
    score_all()
    by_part = {
        part: [Score.objects.get(evaluation__submission=submission, part=part).value for submission in (one, other)]
        for part in ("public", "private")
    }
    team = bearing(member.user)

    before = team.get(address(one, other)).json()
    competition.phases.update(shows="private", revealed_at="2030-01-01T00:00Z")
    after = team.get(address(one, other)).json()

    assert [before["submission"]["score"], before["other"]["score"]] == by_part["public"]
    assert [after["submission"]["score"], after["other"]["score"]] == by_part["private"]
    assert by_part["public"] != by_part["private"]


def thinned(seed):
    """The true boxes with their scores drawn by chance, and some of them moved away."""
    rng = np.random.default_rng(seed)
    header, *rows = detections_csv().decode().splitlines()
    lines = [header]
    for row in rows:
        image, label, _, *box = row.split(",")
        if box[0] and rng.random() < 0.4:
            box = ["1", "1", "9", "9"]
        lines.append(",".join([image, label, f"{rng.random():.3f}" if box[0] else "", *box]))
    return "\n".join([*lines, ""]).encode()


def test_labels_have_intervals_of_their_own_where_there_is_enough_to_tell(member, api, score_all):
    one, other = (hand_in(member, thinned(seed)).submission for seed in (1, 2))
    score_all()
    scores = [Score.objects.get(evaluation__submission=submission) for submission in (one, other)]
    drawn = [unpack_shares(bytes(score.class_replicates), 2).astype(np.float32) for score in scores]

    answer = api.get(address(one, other)).json()
    as_owner("competition_score", f"class_replicates = NULL WHERE id = {scores[1].pk}")
    not_kept = api.get(address(one, other)).json()

    for place, row in enumerate(answer["classes"]):
        expected = compare(row["value"], drawn[0][place], row["other_value"], drawn[1][place])
        assert row["difference"] == expected.value
        assert (row["interval"], row["significant"]) == (list(expected.interval), expected.significant)
    assert [row["interval"] for row in not_kept["classes"]] == [None, None]
    assert not_kept["interval"] == answer["interval"]
