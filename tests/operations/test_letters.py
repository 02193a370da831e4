"""Which acts tell whom: the table in docs/guides/organizers.md, line by line."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from competition.models import Competition, Entrant, Evaluation, Letter, Phase
from competition.operations.activate import activate_when_complete
from competition.operations.allow import allow, take_back
from competition.operations.decide_entry import decide_entry
from competition.operations.disqualify import disqualify
from competition.operations.enter import enter
from competition.operations.extend import extend
from competition.operations.give_up import fail
from competition.operations.merge import accept_merger, decline_merger, propose_merger, withdraw_merger
from competition.operations.replace_truth import replace_truth
from competition.operations.restore import restore
from competition.operations.reveal import reveal
from competition.operations.settle import open_appeals, settle
from competition.operations.stage import rescore
from competition.operations.write_letters import write_letters
from tests.factory import detections_csv, hand_in, make_member, make_user
from tests.operations.test_held_truth import corrected


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
    text = Letter.objects.get().text
    assert "The organizers' reason: errata" in text
    assert "- Main, detection: rank 1 → rank 1" in text


def test_an_entrant_is_told_what_was_decided(competition, member):
    entrant = Entrant.objects.create(competition=competition, user=member.user)

    decide_entry(entrant, organizer=make_user("olga"), approve=False, reason="No affiliation.")
    decide_entry(entrant, organizer=make_user("otto"), approve=True)

    assert told() == [("ada", "Chest: your entry is approved"), ("ada", "Chest: your entry is not approved")]


def test_each_team_is_told_its_rank_before_and_after_labels_are_corrected(competition, score_all):
    ada, bob = make_member(competition, "ada"), make_member(competition, "bob")
    hand_in(ada, detections_csv())
    hand_in(bob, detections_csv(shift=150))
    score_all()

    replace_truth(
        competition=competition, files=corrected(), confirm="chest", reason="shifted", organizer=make_user("olga")
    )
    score_all()

    letters = {letter.user.username: letter.text for letter in Letter.objects.select_related("user")}
    assert "- Main, detection: rank 1 → rank 2" in letters["ada"]
    assert "- Main, detection: rank 2 → rank 1" in letters["bob"]
    assert "bob" not in letters["ada"]


def test_teams_are_told_of_a_merger_that_is_proposed_declined_withdrawn_and_accepted(competition, member):
    bob, eve = make_member(competition, "bob"), make_member(competition, "eve")

    def propose(by, team):
        return propose_merger(user=by.user, competition=competition, team=team)

    decline_merger(propose(member, "Team bob"), user=bob.user)
    declined = told()
    withdraw_merger(propose(bob, "Team eve"), user=bob.user)
    withdrawn = told()[len(declined) :]
    propose(member, "Team eve")
    accept_merger(propose(bob, "Team eve"), user=eve.user)

    assert declined == [
        ("ada", "Chest: team Team bob declines the merger"),
        ("bob", "Chest: team Team ada proposes a merger"),
    ]
    assert withdrawn == [("eve", "Chest: a proposed merger is off"), ("eve", "Chest: team Team bob proposes a merger")]
    assert ("ada", "Chest: a proposed merger is off") in told()
    assert ("eve", "Chest: Team eve has joined Team bob") in told()


def test_a_team_is_told_that_its_submission_counts_again(competition, member):
    submission = hand_in(member, detections_csv()).submission
    olga = make_user("olga")

    disqualify(submission, organizer=olga, reason="Made by hand.")
    restore(submission, organizer=olga, reason="It was not.")

    assert ("ada", "Chest: a submission is restored") in told()


def test_everybody_is_told_of_a_later_close_and_of_each_step_of_the_results(competition, member):
    phase, olga = competition.phases.get(), make_user("olga")
    extend(phase, organizer=olga, closes_at=phase.closes_at + timedelta(days=1), reason="the server was down")
    Phase.objects.update(opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z")
    reveal(phase, organizer=olga)
    open_appeals(phase, organizer=olga, days=1)
    Phase.objects.update(appeals_until=None)
    settle(phase, organizer=olga, results="verified", reason="the code was run again")
    settle(phase, organizer=olga, results="final", reason="nobody has objected")

    assert [subject for _, subject in told()] == [
        "Chest: Main is extended",
        "Chest: the final board is published",
        "Chest: the results are final",
        "Chest: the results are verified",
        "Chest: you may object to the results",
    ]


def test_a_team_is_told_of_uploads_that_it_is_granted_and_of_those_that_are_taken_back(competition, member):
    phase, track = competition.phases.get(), competition.tracks.get(kind="detection")
    olga = make_user("olga")

    given = allow(team=member.team, phase=phase, track=track, extra=2, reason="the server was down", organizer=olga)
    take_back(given, organizer=olga, reason="it was up")

    assert told() == [("ada", "Chest: more uploads"), ("ada", "Chest: uploads are taken back")]
    granted, taken_back = texts()
    assert "2 detection uploads more in Main: the server was down" in granted
    assert "are taken back: it was up" in taken_back


def texts():
    return list(Letter.objects.order_by("pk").values_list("text", flat=True))


def test_letters_of_a_hidden_competition_need_nothing_that_the_sweeper_may_not_read(competition, member):
    Competition.objects.filter(pk=competition.pk).update(hidden=True)
    competition.refresh_from_db()
    competition.organizers.add(member.user)

    with CaptureQueriesContext(connection) as queries:
        write_letters(competition, [member.user_id], "a subject", "a text")

    assert Letter.objects.filter(user=member.user).exists()
    assert not any('"competition_user"' in query["sql"] for query in queries)
