"""Whose turn it is: team by team, and fresh files before those that are scored again."""

import pytest

from competition.jobs import evaluate, evaluate_next
from competition.models import Evaluation, Phase, Score
from competition.operations.stage import rescore
from competition.operations.take_turn import place_in_queue, take_turn
from tests.factory import detections_csv, hand_in, make_member


@pytest.fixture
def zoe(competition):
    Phase.objects.update(daily_limit=100)
    return make_member(competition, "zoe")


def hand_in_one(member):
    return hand_in(member, detections_csv()).submission.evaluations.get()


def in_turn():
    """The teams in the order in which the waiting are taken; what is taken goes on running."""
    taken = []
    while (evaluation := take_turn(worker="w")) is not None:
        taken.append(evaluation.submission.team.name)
    return taken


def places():
    waiting = Evaluation.objects.filter(state="waiting")
    return [place_in_queue(one) for one in waiting.order_by("pk")]


def test_teams_take_turns_and_each_sees_its_place(member, zoe):
    for _ in range(4):
        hand_in_one(member)
    for _ in range(2):
        hand_in_one(zoe)

    assert places() == [1, 3, 5, 6, 2, 4]
    ada, other = "Team ada", "Team zoe"
    assert in_turn() == [ada, other, ada, other, ada, ada]


def test_a_team_that_was_just_served_comes_after_one_that_comes_later(member, zoe):
    for _ in range(5):
        hand_in_one(member)
    assert take_turn(worker="w").submission.team == member.team
    late = hand_in_one(zoe)

    assert place_in_queue(late) == 1
    assert take_turn(worker="w").pk == late.pk


def test_what_is_scored_again_waits_for_what_has_no_score(member, zoe, competition):
    for _ in range(3):
        evaluate(hand_in_one(member).pk, 1)
    rescore(competition, reason="a better metric", by=None)
    again = Evaluation.objects.filter(state="waiting").order_by("waiting_since", "pk")
    assert again.count() == 3
    fresh = zoe_evaluations(zoe)

    assert place_in_queue(fresh["active"]) == 1
    assert [place_in_queue(one) for one in again[:3]] == [2, 3, 4]
    assert take_turn(worker="w").pk == fresh["active"].pk
    assert take_turn(worker="w").ground_truth.state == "staged"


def zoe_evaluations(zoe):
    submission = hand_in(zoe, detections_csv()).submission
    return {one.ground_truth.state: one for one in submission.evaluations.select_related("ground_truth")}


def test_a_message_has_the_next_one_scored_whoever_rang(member, zoe):
    first, second = hand_in_one(member), hand_in_one(member)
    third = hand_in_one(zoe)
    for _ in range(2):
        evaluate_next(second.pk, 1)

    first.refresh_from_db()
    second.refresh_from_db()
    third.refresh_from_db()
    assert [first.state, second.state, third.state] == ["done", "waiting", "done"]
    for _ in range(3):
        evaluate_next(first.pk, 1)
    assert Score.objects.count() == 3
