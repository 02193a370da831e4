"""What becomes of a submission that can't be scored."""

import threading
import time

import pytest
from django.db import connection, transaction

from competition import storage
from competition.jobs import evaluate
from competition.lifecycle import EvaluationState
from competition.models import Board, Evaluation, GroundTruth, Score, Submission
from competition.operations.show_result import show_result, with_results
from competition.operations.stage import rescore
from competition.operations.sweep import sweep
from tests.factory import detections_csv, hand_in, make_competition, make_member, probabilities_csv


def shown(submission, **words):
    return show_result(with_results(Submission.objects.filter(pk=submission.pk)).get(), **words)


@pytest.fixture
def spoiled(competition, member):
    """A submission whose labels can no longer be opened: the scoring raises, each time."""
    submission = hand_in(member, detections_csv()).submission
    GroundTruth.objects.update(commitment="0" * 64)
    return submission


def test_a_scoring_that_raises_fails_after_three_attempts_and_gives_the_quota_back(spoiled, member):
    for attempt in (1, 2, 3):
        assert Evaluation.objects.get().attempt == attempt
        evaluate(spoiled.evaluations.get().pk, attempt)

    evaluation = spoiled.evaluations.get()
    assert (evaluation.state, evaluation.failure) == ("failed", "broke_off")
    lost = list(evaluation.lost_attempts.all())
    assert [(attempt.number, attempt.failure) for attempt in lost] == [(number, "broke_off") for number in (1, 2, 3)]
    assert all(attempt.worker and attempt.claimed_at < attempt.ended_at for attempt in lost)
    assert "attempt 3 of 3" in evaluation.failure_detail
    assert "Unavailable" in shown(spoiled, to_organizer=True).message
    assert "Unavailable" not in shown(spoiled).message
    assert shown(spoiled).state == "failed"
    assert not Score.objects.exists()
    assert hand_in(member, detections_csv(), track="detection").quota.used == 1


def test_a_file_that_was_changed_on_the_disk_fails_at_once(competition, member):
    submission = hand_in(member, detections_csv()).submission
    path = storage._root() / submission.file
    path.write_bytes(path.read_bytes() + b"\n")

    evaluate(submission.evaluations.get().pk, 1)

    assert submission.evaluations.get().failure == "file_damaged"


def test_what_failed_stays_failed_when_all_is_scored_again(competition, member, score_all):
    failed = hand_in(member, detections_csv()).submission
    (storage._root() / failed.file).write_bytes(b"")
    good = hand_in(member, detections_csv()).submission
    score_all()

    rescore(competition, reason="new", by=None)
    score_all()
    sweep()

    assert (shown(failed).state, shown(good).state) == ("failed", "scored")


def break_off_three_times(evaluation):
    for attempt in (1, 2, 3):
        evaluate(evaluation.pk, attempt)


def test_a_version_that_the_server_could_not_score_against_waits_for_a_word(competition, member, score_all):
    hand_in(member, detections_csv())
    score_all()
    truth = rescore(competition, reason="new", by=None)
    GroundTruth.objects.filter(pk=truth.pk).update(commitment="0" * 64)

    break_off_three_times(truth.evaluations.get())
    sweep()

    truth.refresh_from_db()
    assert (truth.state, truth.held) == ("staged", True)
    assert len(Board.objects.order_by("-version").first().entries) == 1


def test_a_failure_against_a_coming_version_gives_nothing_back_while_the_boards_own_is_to_come(
    competition, member, score_all
):
    hand_in(member, detections_csv())
    score_all()
    truth = rescore(competition, reason="new", by=None, hold=True)
    GroundTruth.objects.filter(pk=truth.pk).update(commitment="0" * 64)
    submission = hand_in(member, detections_csv(shift=1)).submission

    break_off_three_times(submission.evaluations.get(ground_truth=truth))
    score_all()

    submission.refresh_from_db()
    assert submission.refunded_at is None
    assert shown(submission).state == "scored"


def test_a_thousand_deliveries_give_one_result(competition, member):
    evaluation = hand_in(member, detections_csv()).submission.evaluations.get()
    for _ in range(1000):
        evaluate(evaluation.pk, 1)

    evaluation.refresh_from_db()
    assert evaluation.state == EvaluationState.DONE
    assert Score.objects.count() == 1


def test_a_board_that_cannot_be_published_keeps_no_other_waiting(competition, member, score_all, caplog):
    hand_in(member, detections_csv())
    hand_in(member, probabilities_csv(), track="classification")
    for evaluation in Evaluation.objects.all():
        evaluate(evaluation.pk, 1)
    Board.objects.all().delete()
    Evaluation.objects.update(counted_at=None)
    Score.objects.filter(evaluation__submission__track__kind="detection").delete()
    GroundTruth.objects.get().tracks.filter(track__kind="detection").delete()

    sweep()

    assert [board.track.kind for board in Board.objects.all()] == ["classification"]
    assert "went on without the board" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_an_upload_that_is_booked_while_a_version_is_staged_is_scored_against_it(tmp_path):
    competition = make_competition(tmp_path)
    member = make_member(competition)
    first = hand_in(member, detections_csv()).submission
    evaluate(first.evaluations.get().pk, 1)

    def upload():
        hand_in(member, detections_csv(shift=5))
        connection.close()

    with transaction.atomic():
        truth = rescore(competition, reason="new", by=None)
        uploading = threading.Thread(target=upload)
        uploading.start()
        time.sleep(0.5)
    uploading.join()

    assert truth.evaluations.count() == Submission.objects.count() == 2
