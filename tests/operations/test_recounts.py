"""The night's second opinion, step by step; tests/faults has it with real workers."""

import logging
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from competition import jobs
from competition.lifecycle import StaleStep
from competition.models import Board, Evaluation, Letter, Recount, Submission
from competition.operations import begin_recounts as begin
from competition.operations import recompute
from competition.operations.begin_recounts import begin_recounts
from competition.operations.sweep import reopen_expired
from competition.operations.withdraw import withdraw
from tests.factory import detections_csv, hand_in, make_user
from tests.tampering import as_owner, publish_days_ago


@pytest.fixture
def scored(member, score_all, settings):
    """Three submissions on a board that was published before the night's hour, which is over."""
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"recount_hour": 0})
    member.competition.organizers.add(make_user("olga"))
    for shift in (0, 3, 6):
        hand_in(member, detections_csv(shift=shift))
    score_all()
    publish_days_ago(2)
    return member.competition


def run():
    """Begin the night's recount and let a worker go on with it once."""
    begin_recounts()
    one = Recount.objects.get()
    jobs.recount(one.pk, one.attempt)
    one.refresh_from_db()
    return one


def test_a_healthy_night_finds_no_difference_and_writes_to_nobody(scored):
    one = run()

    assert (one.state, one.compared, one.differences, one.named) == ("done", 3, 0, [])
    assert one.board_version == Board.objects.newest().get().version
    assert not Letter.objects.filter(subject__contains="alarm").exists()


def test_a_board_has_one_recount_a_day_and_none_before_the_hour_or_for_a_board_of_today(scored, settings):
    run()
    begin_recounts()
    assert Recount.objects.count() == 1

    Recount.objects.update(day=Recount.objects.get().day - timedelta(days=1))
    publish_days_ago(0)
    begin_recounts()
    assert Recount.objects.count() == 1

    publish_days_ago(2)
    begin_recounts()
    begin_recounts()
    assert Recount.objects.count() == 2
    twin = Recount.objects.order_by("day").last()
    twin.pk, twin.state, twin.finished_at = None, "failed", twin.waiting_since
    twin.failure = "by hand"
    with pytest.raises(IntegrityError, match="one_recount_per_board_and_day"), transaction.atomic():
        twin.save()


def test_a_score_that_was_tampered_with_is_told_to_the_organizers_and_no_number_with_it(scored, caplog):
    as_owner("competition_score", "value = value - 1e-6 WHERE id = (SELECT max(id) FROM competition_score)")

    with caplog.at_level(logging.ERROR):
        one = run()

    last = Evaluation.objects.order_by("pk").last().submission_id
    letter = Letter.objects.get(user__username="olga")
    assert one.differences >= 1
    assert one.named[0] == f"submission {last}, public part: something else comes out than is told"
    assert "alarm" in letter.subject
    assert str(last) in letter.text
    assert "0.9" not in letter.text
    assert any("recount" in record.getMessage() for record in caplog.records if record.levelno == logging.ERROR)
    assert f"recount_differences {one.differences:.1f}" in Client().get("/metrics").content.decode()


def test_a_submission_that_can_not_be_computed_again_is_told_and_the_others_are_compared(scored):
    first = Submission.objects.order_by("received_at").first()
    Submission.objects.filter(pk=first.pk).update(file="no/such/file")

    one = run()

    assert (one.state, one.compared, one.differences) == ("done", 3, 1)
    assert one.named == [f"submission {first.pk}: it can't be computed again (FileNotFoundError)"]


def test_a_file_that_takes_too_much_costs_its_own_comparison_and_not_the_process(scored, settings):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"job_memory_mib": 2})

    one = run()

    assert (one.state, one.attempt, one.compared, one.differences) == ("done", 1, 3, 3)
    assert len(one.named) == 3
    assert all("it can't be computed again (OverLimit)" in fault for fault in one.named)


def test_it_makes_way_for_a_submission_and_goes_on_where_it_was(scored, member, monkeypatch):
    real, asked = recompute.compare, []

    def compare_and_hand_in(evaluation):
        asked.append(evaluation.pk)
        if len(asked) == 1:
            hand_in(member, detections_csv(shift=9))
        return real(evaluation)

    monkeypatch.setattr("competition.operations.recount.compare", compare_and_hand_in)
    paused = run()
    state, attempt, compared = paused.state, paused.attempt, paused.compared
    jobs.recount(paused.pk, paused.attempt)
    unmoved = Recount.objects.get()
    Evaluation.objects.filter(state="waiting").update(
        state="failed", failure="by_hand", finished_at=paused.waiting_since
    )
    jobs.recount(paused.pk, paused.attempt)

    assert (state, attempt, compared) == ("waiting", 2, 1)
    assert (unmoved.state, unmoved.attempt) == ("waiting", 2)
    assert (Recount.objects.get().state, Recount.objects.get().compared) == ("done", 3)
    assert len(asked) == len(set(asked)) == 3


def test_what_waits_to_be_published_is_no_difference(scored):
    withdraw(scored.teams.first().submissions.first())

    assert run().differences == 0


def test_a_board_whose_labels_are_not_here_is_left_alone(scored):
    scored.ground_truths.update(absent=True)

    begin_recounts()

    assert not Recount.objects.exists()
    assert list(recompute.recompute(scored)) == []


def begin_and_break_off(times):
    begin_recounts()
    one = Recount.objects.get()
    for _ in range(times):
        one.claim("a worker that dies", 30)
        Recount.objects.update(lease_until=one.started_at)
        reopen_expired()
        one.refresh_from_db()
    return one


def test_a_submission_at_which_the_worker_dies_twice_is_passed_over_and_told(scored):
    one = begin_and_break_off(2)

    jobs.recount(one.pk, one.attempt)

    one.refresh_from_db()
    first = Evaluation.objects.order_by("pk").first().submission_id
    assert (one.state, one.attempt, one.compared) == ("done", 3, 3)
    assert one.named == [f"submission {first}: it can't be computed again (the process ended at it)"]


def test_a_recount_that_gets_no_further_in_three_attempts_fails_and_is_told(scored, client):
    one = begin_and_break_off(3)

    assert (one.state, one.differences) == ("failed", 0)
    assert "3 times in a row" in one.failure
    assert "not brought to its end" in Letter.objects.get(user__username="olga").text
    assert "recounts_failed 1.0" in client.get("/metrics").content.decode()


def test_an_attempt_that_is_over_writes_nothing(scored):
    begin_recounts()
    one, late = Recount.objects.get(), Recount.objects.get()
    one.claim("first", 30)
    late.refresh_from_db()
    one.pause()

    for act in (late.pause, lambda: late.note(1, []), lambda: late.finish(1, [])):
        with pytest.raises(StaleStep):
            act()
    assert Recount.objects.get().compared == 0


def test_one_recount_at_a_time_keeps_a_worker_busy(scored, member, monkeypatch):
    begin_recounts()
    one = Recount.objects.get()
    one.claim("first", 30)
    other = Recount.objects.create(
        phase=one.phase,
        track=member.competition.tracks.get(kind="classification"),
        ground_truth=one.ground_truth,
        day=one.day,
        board_version=1,
    )

    rung = []
    monkeypatch.setattr(begin.queue, "ring_for_recount", lambda *message: rung.append(message))
    Recount.objects.update(waiting_since=one.waiting_since - timedelta(minutes=1))
    begin.ring_for_recount()
    jobs.recount(other.pk, 1)
    other.refresh_from_db()
    state = other.state
    one.pause()
    Recount.objects.update(waiting_since=one.waiting_since - timedelta(minutes=1))
    begin.ring_for_recount()

    assert state == "waiting"
    assert rung == [(one.pk, 2)]
