"""Restoring, retrying, settling results, announcing: organizers' acts that teams rely on."""

import pytest

from competition.clock import database_now
from competition.errors import Conflict, Invalid
from competition.jobs import evaluate
from competition.models import (
    Announcement,
    AuditEvent,
    Board,
    Evaluation,
    GroundTruth,
    Letter,
    Phase,
    RetryRequest,
    Score,
    Submission,
)
from competition.operations.announce import announce
from competition.operations.disqualify import disqualify
from competition.operations.folder import read_folder
from competition.operations.freeze_picks import freeze_picks
from competition.operations.restore import restore
from competition.operations.retry import retry
from competition.operations.reveal import reveal
from competition.operations.settle import open_appeals, settle
from competition.operations.stage import rescore
from competition.operations.sweep import sweep
from tests.factory import detections_csv, hand_in, make_competition, make_member, make_user, write_folder


@pytest.fixture
def olga(db):
    return make_user("olga")


def board():
    return Board.objects.order_by("version").last()


def close():
    Phase.objects.update(opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z")


def test_a_restored_submission_is_back_on_the_board_and_both_acts_stay_written_down(
    competition, member, olga, score_all
):
    submission = hand_in(member, detections_csv()).submission
    score_all()
    before = board().entries
    disqualify(submission, organizer=olga, reason="by hand")
    score_all()
    off = board().entries
    restore(submission, organizer=olga, reason="it was not by hand")
    score_all()

    assert off == []
    assert board().entries == before
    assert Submission.objects.get().disqualification == ""
    assert AuditEvent.objects.get(act="restore").facts["disqualification"] == "by hand"
    assert AuditEvent.objects.filter(act="disqualify").exists()


def test_restoring_needs_a_reason_and_a_disqualification(competition, member, olga):
    submission = hand_in(member, detections_csv()).submission
    with pytest.raises(Conflict):
        restore(submission, organizer=olga, reason="x")
    disqualify(submission, organizer=olga, reason="by hand")

    with pytest.raises(Invalid):
        restore(submission, organizer=olga, reason=" ")


def test_what_is_restored_after_the_close_stands_where_nothing_else_does(competition, member, olga, score_all):
    only = hand_in(member, detections_csv()).submission
    bob = make_member(competition, "bob")
    first, second = (hand_in(bob, detections_csv(shift=shift)).submission for shift in (10, 20))
    Phase.objects.update(most_selected=1)
    score_all()
    for submission in (only, first):
        disqualify(submission, organizer=olga, reason="x")
    close()
    freeze_picks(competition.phases.get())
    for submission in (only, first):
        restore(submission, organizer=olga, reason="y")

    assert set(Submission.objects.filter(picked_at__isnull=False)) == {only, second}


@pytest.fixture
def failed(competition, member):
    """A submission whose labels could not be opened three times; now they can."""
    submission = hand_in(member, detections_csv()).submission
    commitment = GroundTruth.objects.get().commitment
    GroundTruth.objects.update(commitment="0" * 64)
    for attempt in (1, 2, 3):
        evaluate(submission.evaluations.get().pk, attempt)
    GroundTruth.objects.update(commitment=commitment)
    submission.refresh_from_db()
    return submission


def test_a_retry_is_scored_counted_and_has_one_result(failed, member, olga, score_all):
    refunded = failed.refunded_at
    retry(failed, organizer=olga)
    retry(failed, organizer=olga)
    sweep()
    waiting = Evaluation.objects.get()
    score_all()
    failed.refresh_from_db()

    assert refunded
    assert (waiting.state, waiting.attempt, waiting.attempts, waiting.failure) == ("waiting", 4, 1, "")
    assert Evaluation.objects.get().state == "done"
    assert Score.objects.count() == 1
    assert failed.refunded_at is None
    assert board().entries[0]["score"] == 1.0
    assert AuditEvent.objects.filter(act="retry").count() == 1
    assert hand_in(member, detections_csv()).quota.used == 2


def test_a_retry_that_fails_has_three_attempts_and_gives_the_upload_back_again(failed, olga):
    retry(failed, organizer=olga)
    sweep()
    GroundTruth.objects.update(commitment="0" * 64)
    for attempt in (4, 5, 6):
        evaluate(failed.evaluations.get().pk, attempt)
    failed.refresh_from_db()

    evaluation = failed.evaluations.get()
    assert (evaluation.state, evaluation.attempt) == ("failed", 6)
    assert "attempt 3 of 3" in evaluation.failure_detail
    assert failed.refunded_at


def test_a_stale_delivery_of_an_earlier_attempt_does_nothing_to_a_retry(failed, olga):
    retry(failed, organizer=olga)
    sweep()
    evaluate(failed.evaluations.get().pk, 3)

    assert failed.evaluations.get().state == "waiting"


def test_what_is_retried_is_scored_again_with_the_others(failed, competition, olga, score_all):
    retry(failed, organizer=olga)
    sweep()
    score_all()
    truth = rescore(competition, reason="new", by=None)

    assert truth.evaluations.count() == 1


def test_only_what_has_failed_is_retried(competition, member, olga, score_all):
    submission = hand_in(member, detections_csv()).submission
    score_all()

    with pytest.raises(Conflict):
        retry(submission, organizer=olga)
    assert not RetryRequest.objects.exists()


@pytest.fixture
def published(competition, member, olga, score_all):
    hand_in(member, detections_csv())
    score_all()
    close()
    return reveal(competition.phases.get(), organizer=olga)


def test_results_go_from_provisional_to_verified_to_final(published, olga):
    steps = [published.results]
    steps += [
        settle(published, organizer=olga, results=step, reason="run again").results for step in ("verified", "final")
    ]

    assert steps == ["provisional", "verified", "final"]
    with pytest.raises(Conflict, match="final can't become"):
        settle(published, organizer=olga, results="provisional", reason="x")
    assert AuditEvent.objects.filter(act="settle_results", reason="run again").count() == 2


@pytest.mark.parametrize(
    ("results", "reason", "error"), [("final", "x", Conflict), ("verified", " ", Invalid), ("good", "x", Invalid)]
)
def test_no_step_is_left_out_and_each_has_a_reason(published, olga, results, reason, error):
    with pytest.raises(error):
        settle(published, organizer=olga, results=results, reason=reason)


def test_results_are_not_final_while_teams_may_object(published, olga):
    open_appeals(published, organizer=olga, days=7)
    settle(published, organizer=olga, results="verified", reason="run again")
    with pytest.raises(Conflict, match="may object until"):
        settle(published, organizer=olga, results="final", reason="x")
    Phase.objects.update(appeals_until=database_now())

    assert settle(published, organizer=olga, results="final", reason="x").results == "final"


@pytest.mark.parametrize("days", [0, 3, 366])
def test_an_appeal_window_is_never_shortened_and_has_an_end(published, olga, days):
    open_appeals(published, organizer=olga, days=7)

    with pytest.raises(Invalid):
        open_appeals(published, organizer=olga, days=days)


def test_nothing_is_settled_before_the_final_board(competition, olga):
    with pytest.raises(Conflict):
        open_appeals(competition.phases.get(), organizer=olga, days=7)
    with pytest.raises(Conflict):
        settle(competition.phases.get(), organizer=olga, results="verified", reason="x")


def test_an_announcement_reaches_everybody_who_takes_part(competition, member, olga):
    make_member(competition, "bob")
    announce(competition, organizer=olga, title=" New deadline ", text="A day *more*.")

    assert Announcement.objects.get().title == "New deadline"
    assert set(Letter.objects.values_list("user__username", flat=True)) == {"ada", "bob"}
    assert AuditEvent.objects.filter(act="announce", actor=olga).count() == 1
    for title, text in (("", "x"), ("x", " "), ("x" * 201, "x"), ("x\0", "x")):
        with pytest.raises(Invalid):
            announce(competition, organizer=olga, title=title, text=text)


REFERENCE = {"track": "detection", "name": "Paper", "score": 0.3, "labels": "14 findings", "source": "arXiv 1"}


def test_a_folder_names_references_citation_and_embargo(tmp_path, db):
    facts = {"reference_rows": [REFERENCE], "citation": "Cite this.", "embargo_until": "2030-01-01"}
    competition = make_competition(tmp_path, **facts)

    assert competition.reference_rows == [REFERENCE]
    assert (competition.citation, competition.embargo_until.year) == ("Cite this.", 2030)


@pytest.mark.parametrize("wrong", [{"track": "none"}, {"score": 2}, {"score": ".nan"}, {"source": ""}, {"rank": 1}])
def test_a_faulty_reference_is_named(tmp_path, wrong):
    folder = write_folder(tmp_path / "folder", reference_rows=[{**REFERENCE, **wrong}])

    with pytest.raises(Exception, match=r"competition\.yaml"):
        read_folder(folder)
