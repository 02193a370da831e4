"""Brackets and prizes: who wins what follows from the final board, and every way in which that changes is told."""

import pytest
from django.db import IntegrityError, connection, transaction

from competition.errors import Conflict, Invalid
from competition.models import (
    Award,
    Awards,
    Bracket,
    Claim,
    Letter,
    Membership,
    Phase,
    PublishRequest,
    Submission,
    Team,
)
from competition.operations.announce_awards import announce_awards
from competition.operations.claim import claim, decide_claim
from competition.operations.decline import decline, take_back_decline
from competition.operations.disqualify import disqualify
from competition.operations.enter import enter
from competition.operations.propose_awards import propose_awards
from competition.operations.restore import restore
from competition.operations.reveal import reveal
from competition.operations.settle import settle
from tests.factory import detections_csv, hand_in, make_competition, make_member, make_user

BRACKETS = [
    {"key": "main", "title": "Main", "track": "detection", "prizes": ["20,000", "14,000", "8,000"]},
    {
        "key": "vietnam",
        "title": "Best all-Vietnamese team",
        "track": "detection",
        "eligibility": "All members live in Vietnam.",
        "prizes": ["8,000, special"],
    },
]
MISSED = {"ann": 1, "ben": 3, "cleo": 5, "dan": 5, "eve": 7, "fay": 9}
"""How many boxes each gets wrong; cleo and dan score the same, cleo earlier."""


def detections(missed):
    """The true boxes, but for the first ones."""
    header, *rows = detections_csv().decode().splitlines()
    wrong = [",".join([*row.split(",")[:3], "1900", "1900", "2000", "2000"]) for row in rows[:missed]]
    return ("\n".join([header, *wrong, *rows[missed:]]) + "\n").encode()


@pytest.fixture
def olga(db):
    return make_user("olga")


@pytest.fixture
def played(tmp_path, olga, score_all):
    """A published board: ann, ben, cleo = dan, eve, fay; eve and fay claim the second bracket; and a baseline leads."""
    competition = make_competition(tmp_path, brackets=BRACKETS, embargo_until="2100-01-01", citation="Cite this.")
    competition.organizers.add(olga)
    bot = make_member(competition, "bot", "Baseline")
    Team.objects.filter(pk=bot.team_id).update(baseline=True)
    hand_in(bot, detections(0))
    for name, missed in MISSED.items():
        hand_in(make_member(competition, name, name), detections(missed))
    score_all()
    Phase.objects.update(opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z")
    phase = reveal(competition.phases.get(), organizer=olga)
    score_all()
    for name in ("eve", "fay"):
        decide_claim(claimed(name), organizer=olga, confirm=True)
    return phase


def team(name):
    return Team.objects.get(name=name)


def bracket(key):
    return Bracket.objects.get(key=key)


def claimed(name, key="vietnam"):
    member = Membership.objects.get(team__name=name)
    return claim(bracket(key), team=member.team, user=member.user, statement="We all live in Hue.")


def proposed(phase):
    proposal = propose_awards(phase, phase.competition.tracks.get(kind="detection"))
    return {(won.bracket.key, won.place): won.winner.team for won in proposal.won}, proposal


def announce(phase, olga, reason=""):
    return announce_awards(phase, phase.competition.tracks.get(kind="detection"), organizer=olga, reason=reason)


FIRST = {("main", 1): "ann", ("main", 2): "ben", ("main", 3): "cleo", ("vietnam", 1): "eve"}


def test_prizes_go_by_rank_and_a_tie_at_the_edge_to_who_handed_in_earlier(played):
    winners, proposal = proposed(played)

    assert winners == FIRST
    assert [won.tied_with for won in proposal.won] == [[], [], ["dan"], []]
    assert proposal.notes == []


def test_no_team_wins_twice_and_the_next_one_moves_up(played, olga):
    decide_claim(claimed("ann"), organizer=olga, confirm=True)
    decide_claim(claimed("dan"), organizer=olga, confirm=True)
    winners, proposal = proposed(played)

    assert winners == {**FIRST, ("vietnam", 1): "dan"}
    assert [(note["team"], note["why"]) for note in proposal.notes] == [("ann", "has won in “Main”")]


def test_who_declines_is_passed_over_until_it_takes_that_back_and_the_board_stays(played, olga):
    ben = Membership.objects.get(team__name="ben")
    entries = played.boards.filter(track__kind="detection").latest("version").entries
    decline(bracket("main"), team=ben.team, by=ben.user)
    decline(bracket("main"), team=ben.team, by=ben.user)
    declined, proposal = proposed(played)
    with pytest.raises(Invalid):
        take_back_decline(bracket("main"), team=ben.team, by=olga)
    take_back_decline(bracket("main"), team=ben.team, by=olga, reason="by letter")

    assert declined == {**FIRST, ("main", 2): "cleo", ("main", 3): "dan"}
    assert [(note["team"], note["why"]) for note in proposal.notes] == [("ben", "declines")]
    assert proposed(played)[0] == FIRST
    assert played.boards.filter(track__kind="detection").latest("version").entries == entries
    with pytest.raises(Conflict, match="not declined"):
        take_back_decline(bracket("main"), team=ben.team, by=ben.user)


def test_a_disqualified_team_wins_nothing_until_it_is_restored(played, olga, score_all):
    submission = Submission.objects.get(team__name="ann")
    disqualify(submission, organizer=olga, reason="labels by hand")
    with pytest.raises(Conflict, match="being published"):
        proposed(played)
    score_all()
    without = proposed(played)[0]
    restore(submission, organizer=olga, reason="they were not")
    score_all()

    assert without == {("main", 1): "ben", ("main", 2): "cleo", ("main", 3): "dan", ("vietnam", 1): "eve"}
    assert proposed(played)[0] == FIRST


def test_eligibility_is_claimed_decided_and_decided_again_when_the_team_changes(played, olga):
    with pytest.raises(Conflict, match="Every team"):
        claimed("ann", "main")
    with pytest.raises(Invalid):
        decide_claim(Claim.objects.get(team__name="eve"), organizer=olga, confirm=False)
    decide_claim(Claim.objects.get(team__name="eve"), organizer=olga, confirm=False, reason="one lives in Lyon")
    refused = proposed(played)[0]
    again = claimed("eve")
    enter(user=make_user("gus"), competition=played.competition, invitation=team("fay").invitation, accept_terms="1")
    settle(played, organizer=olga, results="verified", reason="run again")
    with pytest.raises(Conflict, match="wait for you: eve, fay"):
        announce(played, olga)

    assert refused == {**FIRST, ("vietnam", 1): "fay"}
    assert again.state == "waiting"
    assert Claim.objects.get(team__name="fay").state == "waiting"
    assert [note["why"] for note in proposed(played)[1].notes] == ["not awarded: no eligible team is left"]


def test_awards_are_announced_in_versions_that_never_change(played, olga, score_all):
    with pytest.raises(Conflict, match="provisional"):
        announce(played, olga)
    settle(played, organizer=olga, results="verified", reason="run again")
    first = announce(played, olga)
    with pytest.raises(Conflict, match="nothing has changed"):
        announce(played, olga)
    decline(bracket("main"), team=team("ann"), by=olga, reason="by letter")
    with pytest.raises(Invalid, match="why the awards change"):
        announce(played, olga)
    second = announce(played, olga, "Ann declines.")

    assert (first.version, second.version, second.reason) == (1, 2, "Ann declines.")
    assert {(row.bracket, row.place): row.team_name for row in first.rows.all()} == FIRST
    assert second.rows.get(bracket="main", place=1).team_name == "ben"
    assert second.notes[0]["why"] == "declines"
    assert Letter.objects.filter(user__username="ann", subject__contains="won a prize").count() == 1
    told = Letter.objects.filter(subject__contains="final board").first().text
    assert "Do not publish results before 2100-01-01 00:00 UTC" in told
    assert "Cite this." in told
    for rows, change in ((Awards.objects, {"reason": "x"}), (Award.objects, {"team": team("fay")})):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            rows.update(**change)
    olga.delete()
    assert Awards.objects.filter(announced_by=None).count() == 2


def test_the_database_refuses_a_second_award_of_a_team_in_a_version(played, olga):
    settle(played, organizer=olga, results="verified", reason="run again")
    row = announce(played, olga).rows.get(bracket="vietnam")
    row.pk, row.place, row.team = None, 2, team("ann")

    with pytest.raises(IntegrityError, match="no_team_wins_twice"), transaction.atomic():
        row.save(force_insert=True)
    assert connection.is_usable()


def test_nothing_is_proposed_before_the_final_board(competition):
    with pytest.raises(Conflict, match="publish it first"):
        proposed(competition.phases.get())
    assert not PublishRequest.objects.exists()
