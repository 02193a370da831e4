"""Leaving a team, its size, and two teams that become one."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from competition.errors import Conflict, Forbidden, Invalid, QuotaSpent
from competition.models import Allowance, AuditEvent, Board, Departure, Letter, Membership, Merger, Submission, Team
from competition.operations.enter import enter
from competition.operations.leave import leave
from competition.operations.may_merge import days_so_far
from competition.operations.merge import accept_merger, decline_merger, propose_merger, withdraw_merger
from competition.operations.renew_invitation import renew_invitation
from competition.operations.select import select
from tests.factory import description, detections_csv, hand_in, make_competition, make_member, make_user


def join(team, username):
    return enter(user=make_user(username), competition=team.competition, invitation=team.invitation, accept_terms="1")


@pytest.fixture
def bob(competition):
    return make_member(competition, "bob")


def merged(first, second):
    """The second's team joins the first's."""
    merger = propose_merger(user=first.user, competition=first.competition, team=second.team.name)
    return accept_merger(merger, user=second.user)


def code_of(act, *args, **words):
    with pytest.raises((Conflict, Forbidden, Invalid)) as refusal:
        act(*args, **words)
    return refusal.value.code


def test_who_leaves_sees_nothing_of_the_team_any_more(competition, member):
    eve = join(member.team, "eve")
    submission = hand_in(eve, detections_csv()).submission

    leave(user=eve.user, competition=competition)

    assert not Submission.objects.visible_to(eve.user).exists()
    assert Submission.objects.visible_to(member.user).get() == submission
    departure = Departure.objects.get()
    assert (departure.user, departure.joined_at, departure.had_handed_in) == (eve.user, eve.joined_at, True)
    assert code_of(hand_in, eve, detections_csv()) == "not_entered"


def test_the_last_member_of_a_team_that_has_handed_in_stays(competition, member):
    hand_in(member, detections_csv())

    assert code_of(leave, user=member.user, competition=competition) == "last_member"
    assert Membership.objects.count() == 1


def test_a_team_that_nobody_is_left_in_and_that_never_handed_in_is_dissolved(competition, member):
    leave(user=member.user, competition=competition)

    assert not Team.objects.exists()
    assert make_member(competition, "eve", team="Team ada").team.name == "Team ada"


def test_who_has_left_a_team_that_handed_in_joins_another_and_founds_none(competition, member, bob):
    eve = join(member.team, "eve")
    hand_in(member, detections_csv())
    leave(user=eve.user, competition=competition)

    refused = code_of(enter, user=eve.user, competition=competition, team="Fresh limits", accept_terms="1")
    joined = enter(user=eve.user, competition=competition, invitation=bob.team.invitation, accept_terms="1")

    assert refused == "left_a_team"
    assert joined.team == bob.team


def test_an_old_invitation_opens_nothing(competition, member):
    old = member.team.invitation

    new = renew_invitation(user=member.user, competition=competition).invitation

    assert new != old
    refused = code_of(enter, user=make_user("eve"), competition=competition, invitation=old, accept_terms="1")
    assert refused == "unknown_invitation"


def test_a_team_is_no_larger_than_the_competition_lets_it(tmp_path, db):
    member = make_member(make_competition(tmp_path, team_size=2))
    join(member.team, "eve")

    assert code_of(join, member.team, "mallory") == "team_full"
    assert member.team.memberships.count() == 2


def test_a_merged_team_has_the_members_submissions_choices_and_allowances_of_both(competition, member, bob, score_all):
    mine = hand_in(member, detections_csv(shift=40)).submission
    theirs = select(hand_in(bob, detections_csv()).submission)
    phase, track = theirs.phase, theirs.track
    Allowance.objects.create(team=bob.team, phase=phase, track=track, day=datetime.now(UTC), extra=1, reason="r")
    score_all()

    team = merged(member, bob)
    score_all()

    assert team == member.team
    assert {entry.user.username for entry in team.memberships.all()} == {"ada", "bob"}
    assert set(Submission.objects.filter(team=team)) == {mine, theirs}
    assert Submission.objects.get(selected_at__isnull=False) == theirs
    assert Allowance.objects.get().team == team
    board = Board.objects.latest_of(phase, track)
    assert [(row["team"], row["submissions"]) for row in board.entries] == [("Team ada", 2)]
    assert board.entries[0]["score"] == 1.0
    gone = Team.objects.get(pk=bob.team_id)
    assert (gone.merged_into, gone.memberships.count()) == (team, 0)
    assert Merger.objects.get().moved == [str(theirs.pk)]
    event = AuditEvent.objects.get(act="merge_teams")
    assert (event.actor, event.facts) == (bob.user, {"joined": "Team bob", "submissions": 1})


def test_what_the_teams_are_told(competition, member, bob):
    propose_merger(user=member.user, competition=competition, team="Team bob")
    proposed = set(Letter.objects.values_list("user__username", flat=True))

    accept_merger(Merger.objects.get(), user=bob.user)

    assert proposed == {"bob"}
    assert set(Letter.objects.filter(subject__contains="has joined").values_list("user__username", flat=True)) == {
        "ada",
        "bob",
    }


def test_a_proposal_that_is_made_and_taken_back_again_and_again_is_told_once(competition, member, bob):
    for _ in range(3):
        merger = propose_merger(user=member.user, competition=competition, team="Team bob")
        withdraw_merger(merger, user=member.user)

    subjects = list(Letter.objects.values_list("subject", flat=True))
    assert len([subject for subject in subjects if "proposes a merger" in subject]) == 1
    assert len(subjects) == 2


def test_the_name_of_a_team_that_has_joined_another_stays_taken_and_its_invitation_is_void(competition, member, bob):
    invitation = bob.team.invitation
    merged(member, bob)

    taken = code_of(make_member, competition, "eve", team="TEAM BOB")
    void = code_of(enter, user=make_user("eva"), competition=competition, invitation=invitation, accept_terms="1")

    assert (taken, void) == ("team_name_taken", "unknown_invitation")


def test_a_key_that_both_used_stays_with_the_team_whose_name_stays(competition, member, bob):
    mine = hand_in(member, detections_csv(), idempotency_key="run-1").submission
    hand_in(bob, detections_csv(shift=3), idempotency_key="run-1")
    hand_in(bob, detections_csv(shift=6), idempotency_key="run-2")
    member.competition.phases.update(opens_at=datetime(2020, 1, 1, tzinfo=UTC))

    merged(member, bob)

    again = hand_in(member, detections_csv(), idempotency_key="run-1")
    assert (again.submission, again.created) == (mine, False)
    assert Submission.objects.filter(idempotency_key="run-2").count() == 1


def test_both_may_have_handed_in_what_one_team_could_have_by_now(tmp_path, db):
    phase = description()["phases"][0] | {"daily_limit": 2, "opens_at": datetime.now(UTC) - timedelta(minutes=1)}
    competition = make_competition(tmp_path, phases=[phase])
    ada, bob = make_member(competition, "ada"), make_member(competition, "bob")
    for member, shift in ((ada, 1), (ada, 2), (bob, 3)):
        hand_in(member, detections_csv(shift=shift))
    today = days_so_far(competition.phases.get(), datetime.now(UTC))

    refused = code_of(propose_merger, user=ada.user, competition=competition, team="Team bob")
    competition.phases.update(opens_at=datetime.now(UTC) - timedelta(days=1))
    merged(ada, bob)

    assert today in (1, 2)
    assert refused == "too_many_uploads"
    with pytest.raises(QuotaSpent):
        hand_in(bob, detections_csv(shift=4))


def test_the_total_limit_holds_for_both_together(tmp_path, db):
    phase = description()["phases"][0] | {"daily_limit": 2, "total_limit": 3, "opens_at": "2026-01-01"}
    competition = make_competition(tmp_path, phases=[phase])
    ada, bob = make_member(competition, "ada"), make_member(competition, "bob")
    for member in (ada, ada, bob, bob):
        hand_in(member, detections_csv())

    assert code_of(propose_merger, user=ada.user, competition=competition, team="Team bob") == "too_many_uploads"


def test_a_team_that_has_handed_in_nothing_joins_whatever_the_other_has_used(tmp_path, db):
    phase = description()["phases"][0] | {"daily_limit": 1, "total_limit": 1}
    competition = make_competition(tmp_path, phases=[phase])
    ada, bob = make_member(competition, "ada"), make_member(competition, "bob")
    hand_in(ada, detections_csv())

    assert merged(ada, bob).memberships.count() == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"merge_until": "2026-01-01"}, "merging_closed"), ({"team_size": 1}, "team_full")],
)
def test_the_competition_limits_mergers(tmp_path, db, changes, code):
    competition = make_competition(tmp_path, **changes)
    ada = make_member(competition, "ada")
    make_member(competition, "bob")

    assert code_of(propose_merger, user=ada.user, competition=competition, team="Team bob") == code


def test_the_rules_hold_again_when_it_is_accepted(competition, member, bob):
    merger = propose_merger(user=member.user, competition=competition, team="Team bob")
    competition.merge_until = datetime(2026, 1, 1, tzinfo=UTC)
    competition.save()

    assert code_of(accept_merger, Merger.objects.get(pk=merger.pk), user=bob.user) == "merging_closed"
    assert Merger.objects.get().state == "proposed"


def test_two_teams_that_stand_on_a_closed_board_stay_two(competition, member, bob):
    hand_in(member, detections_csv())
    hand_in(bob, detections_csv())
    competition.phases.update(closes_at=datetime.now(UTC))

    assert code_of(propose_merger, user=member.user, competition=competition, team="Team bob") == "phase_closed"


def test_of_more_choices_than_the_phase_allows_the_newest_are_kept(competition, member, bob):
    chosen = [select(hand_in(who, detections_csv(shift=shift)).submission) for who in (member, bob) for shift in (1, 2)]

    merged(member, bob)

    assert set(Submission.objects.filter(selected_at__isnull=False)) == set(chosen[2:])


def test_a_proposal_is_answered_once_and_by_the_other_team(competition, member, bob):
    merger = propose_merger(user=member.user, competition=competition, team="Team bob")

    assert code_of(accept_merger, merger, user=member.user) == "not_your_team"
    assert code_of(withdraw_merger, merger, user=bob.user) == "not_your_team"
    assert code_of(propose_merger, user=member.user, competition=competition, team="Team bob") == "proposed_already"
    assert code_of(propose_merger, user=bob.user, competition=competition, team="Team ada") == "proposed_already"
    decline_merger(merger, user=bob.user)
    assert code_of(accept_merger, merger, user=bob.user) == "answered_already"
    assert code_of(withdraw_merger, merger, user=member.user) == "answered_already"


@pytest.mark.parametrize(("name", "code"), [("Team ada", "own_team"), ("Nobody", "unknown_team"), ("", "unknown_team")])
def test_a_proposal_names_another_team(competition, member, name, code):
    assert code_of(propose_merger, user=member.user, competition=competition, team=name) == code


def test_three_teams_become_one_step_by_step(competition, member, bob):
    carol = make_member(competition, "carol")
    propose_merger(user=carol.user, competition=competition, team="Team bob")
    merged(member, bob)

    assert Merger.objects.get(proposer=carol.team).state == "withdrawn"
    assert merged(carol, member).memberships.count() == 3
    assert set(Team.objects.living()) == {carol.team}


@pytest.mark.django_db(transaction=True)
def test_an_upload_that_comes_while_teams_merge_is_the_merged_teams_or_refused(tmp_path):
    competition = make_competition(tmp_path)
    ada, bob = make_member(competition, "ada"), make_member(competition, "bob")
    refusals = []

    def upload(shift):
        try:
            hand_in(bob, detections_csv(shift=shift))
        except Forbidden as refusal:
            refusals.append(refusal.code)
        finally:
            connection.close()

    uploads = [threading.Thread(target=upload, args=(shift,)) for shift in range(4)]
    for thread in uploads:
        thread.start()
    team = merged(ada, bob)
    for thread in uploads:
        thread.join()

    assert set(refusals) <= {"not_entered"}
    assert Submission.objects.filter(team=team).count() == 4 - len(refusals) == Submission.objects.count()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_join_at_once_only_one_takes_the_last_place(tmp_path):
    competition = make_competition(tmp_path, team_size=2)
    team = make_member(competition, "ada").team
    people = [make_user(f"person{number}") for number in range(4)]
    codes = []

    def join_with(user):
        try:
            enter(user=user, competition=competition, invitation=team.invitation, accept_terms="1")
        except Conflict as refusal:
            codes.append(refusal.code)
        finally:
            connection.close()

    joining = [threading.Thread(target=join_with, args=(user,)) for user in people]
    for thread in joining:
        thread.start()
    for thread in joining:
        thread.join()

    assert team.memberships.count() == 2
    assert codes == ["team_full"] * 3


@pytest.mark.django_db(transaction=True)
def test_who_leaves_while_the_teams_first_file_is_booked_hears_that_somebody_must_stay(tmp_path):
    member = make_member(make_competition(tmp_path))
    answers = []

    def go():
        try:
            answers.append(leave(user=member.user, competition=member.competition))
        except (Conflict, IntegrityError) as error:
            answers.append(error)
        connection.close()

    with transaction.atomic():
        hand_in(member, detections_csv())
        leaving = threading.Thread(target=go)
        leaving.start()
        time.sleep(0.5)
    leaving.join()

    assert [getattr(answer, "code", answer) for answer in answers] == ["last_member"]
