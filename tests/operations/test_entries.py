"""Entries that wait for an organizer, and uploads that one grants."""

from datetime import UTC, datetime

import pytest

from competition.errors import Forbidden, Invalid, QuotaSpent
from competition.models import AuditEvent, Entrant, Letter
from competition.operations.allow import allow
from competition.operations.ask_to_enter import state_of_entry
from competition.operations.decide_entry import decide_entry
from competition.operations.enter import enter
from competition.operations.leave import leave
from tests.factory import description, detections_csv, hand_in, make_competition, make_user

QUESTIONS = ["Which institution are you from?", "What will you use the images for?"]


@pytest.fixture
def competition(db, tmp_path):
    return make_competition(tmp_path, approval={"questions": QUESTIONS})


@pytest.fixture
def olga(competition):
    competition.organizers.add(olga := make_user("olga"))
    return olga


def ask(competition, username="ada", answers=("University", "Research")):
    return enter(
        user=make_user(username), competition=competition, team=f"Team {username}", accept_terms="1", answers=answers
    )


def refusal_of(membership):
    with pytest.raises(Forbidden) as refusal:
        hand_in(membership, detections_csv())
    return refusal.value


def test_an_entry_waits_and_nothing_can_be_handed_in(competition):
    member = ask(competition)

    assert state_of_entry(member.user, competition) == "waiting"
    assert Entrant.objects.get().answers == [[QUESTIONS[0], "University"], [QUESTIONS[1], "Research"]]
    assert refusal_of(member).code == "entry_waiting"


@pytest.mark.parametrize("answers", [(), ("University",), ("University", " \t"), ("a", "b", "c"), ("x" * 2001, "y")])
def test_each_question_has_an_answer_or_nobody_enters(competition, answers):
    with pytest.raises(Invalid) as refusal:
        ask(competition, answers=answers)

    assert refusal.value.field == "answers"
    assert not competition.teams.exists()


def test_who_is_approved_hands_in(competition, olga):
    member = ask(competition)

    for _ in range(2):
        decide_entry(Entrant.objects.get(), organizer=olga, approve=True)

    assert hand_in(member, detections_csv()).created
    assert AuditEvent.objects.get(act="approve_entry").subject == f"person {member.user_id}"
    assert Letter.objects.get().user == member.user


def test_who_is_refused_reads_why_and_can_be_approved_later(competition, olga):
    member = ask(competition)
    decide_entry(Entrant.objects.get(), organizer=olga, approve=False, reason=" No affiliation. ")

    refused = refusal_of(member)
    decide_entry(Entrant.objects.get(), organizer=olga, approve=True)

    assert refused.code == "entry_refused"
    assert refused.detail.endswith("No affiliation.")
    assert hand_in(member, detections_csv()).created
    assert [event.act for event in AuditEvent.objects.order_by("number")][1:] == ["refuse_entry", "approve_entry"]


@pytest.mark.parametrize("reason", ["", " ", "x" * 1001])
def test_a_refusal_says_why(competition, olga, reason):
    ask(competition)

    with pytest.raises(Invalid):
        decide_entry(Entrant.objects.get(), organizer=olga, approve=False, reason=reason)
    assert Entrant.objects.get().state == "waiting"


def test_leaving_and_entering_again_does_not_wash_a_refusal_off(competition, olga):
    member = ask(competition)
    decide_entry(Entrant.objects.get(), organizer=olga, approve=False, reason="No.")
    leave(user=member.user, competition=competition)
    again = enter(user=member.user, competition=competition, team="Another", accept_terms="1", answers=("a", "b"))

    assert refusal_of(again).code == "entry_refused"


def test_each_member_of_a_team_is_approved_for_themselves(competition, olga):
    ada = ask(competition)
    decide_entry(Entrant.objects.get(), organizer=olga, approve=True)
    eve = enter(
        user=make_user("eve"),
        competition=competition,
        invitation=ada.team.invitation,
        accept_terms="1",
        answers=("a", "b"),
    )

    assert refusal_of(eve).code == "entry_waiting"


def test_who_entered_before_approval_was_asked_for_stays_in(competition):
    competition.questions = None
    competition.save()
    member = ask(competition, answers=())
    competition.questions = []
    competition.save()

    assert hand_in(member, detections_csv()).created


def test_uploads_that_are_granted_are_there_at_once_and_written_down(tmp_path, db):
    phase = description()["phases"][0] | {"daily_limit": 1, "total_limit": 1}
    competition = make_competition(tmp_path, phases=[phase])
    member = ask(competition, answers=())
    first = hand_in(member, detections_csv()).submission
    with pytest.raises(QuotaSpent):
        hand_in(member, detections_csv())

    allow(
        team=member.team, phase=first.phase, track=first.track, extra=1, reason="an outage", organizer=make_user("olga")
    )

    assert hand_in(member, detections_csv()).created
    event = AuditEvent.objects.get(act="allow")
    assert (event.subject, event.reason) == ("Team ada", "an outage")
    assert event.facts["day"] == datetime.now(UTC).date().isoformat()
