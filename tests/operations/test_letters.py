"""Which acts tell whom."""

from competition.models import Entrant, Evaluation, Letter
from competition.operations.activate import activate_when_complete
from competition.operations.decide_entry import decide_entry
from competition.operations.disqualify import disqualify
from competition.operations.enter import enter
from competition.operations.give_up import fail
from competition.operations.stage import rescore
from tests.factory import detections_csv, hand_in, make_member, make_user


def told():
    return sorted(Letter.objects.values_list("user__username", "subject"))


def test_a_team_is_told_that_its_submission_is_disqualified_and_why(competition, member):
    enter(user=make_user("eve"), competition=competition, invitation=member.team.invitation, accept_terms="1")
    make_member(competition, "bob")
    submission = hand_in(member, detections_csv()).submission

    olga = make_user("olga")
    for _ in range(2):
        disqualify(submission, organizer=olga, reason="Made by hand.")

    assert told() == [(name, "Chest: a submission is disqualified") for name in ("ada", "eve")]
    assert "Made by hand." in Letter.objects.first().text


def test_a_team_is_told_once_that_its_submission_failed(competition, member):
    hand_in(member, detections_csv())
    evaluation = Evaluation.objects.get()
    evaluation.claim("worker", 30)

    fail(evaluation, "lease_expired", "internal words")

    assert told() == [("ada", "Chest: a submission could not be scored")]
    assert "internal words" not in Letter.objects.get().text


def test_who_has_handed_in_is_told_of_new_ground_truth(competition, member, score_all):
    make_member(competition, "bob")
    hand_in(member, detections_csv())
    score_all()
    before = told()

    truth = rescore(competition, reason="errata", by=None)
    score_all()
    activate_when_complete(truth)

    assert before == []
    assert told() == [("ada", "Chest: all submissions were scored again")]
    assert "The organizers' reason: errata" in Letter.objects.get().text


def test_an_entrant_is_told_what_was_decided(competition, member):
    entrant = Entrant.objects.create(competition=competition, user=member.user)

    decide_entry(entrant, organizer=make_user("olga"), approve=False, reason="No affiliation.")
    decide_entry(entrant, organizer=make_user("otto"), approve=True)

    assert told() == [("ada", "Chest: your entry is approved"), ("ada", "Chest: your entry is not approved")]
