"""What must never be true, the database refuses."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from competition.lifecycle import EvaluationState, StaleStep
from competition.models import AuditEvent, Evaluation, Score
from competition.operations.audit import write_down
from tests.factory import detections_csv, hand_in, make_competition, make_member


@pytest.fixture
def evaluation(db, tmp_path):
    return hand_in(make_member(make_competition(tmp_path)), detections_csv()).submission.evaluations.get()


def refused(statement, *values):
    with (
        pytest.raises(DatabaseError, match="violates|written once"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)


@pytest.mark.parametrize("value", ["'NaN'", "'Infinity'", "'-Infinity'", "1.0001", "-0.1", "NULL"])
def test_a_score_is_a_finite_share(evaluation, value):
    refused(
        "INSERT INTO competition_score (evaluation_id, part, value, replicates, report) "
        f"VALUES ({evaluation.pk}, 'public', {value}, '', '{{}}')"
    )


@pytest.mark.parametrize(
    "change",
    [
        "state = 'running'",
        "state = 'failed'",
        "failure = 'why'",
        "state = 'lost'",
        "counted_at = now()",
        "lease_until = now()",
    ],
)
def test_an_evaluation_is_in_a_state_that_makes_sense(evaluation, change):
    refused(f"UPDATE competition_evaluation SET {change} WHERE id = {evaluation.pk}")


def test_there_is_one_evaluation_per_submission_truth_and_metric(evaluation):
    with pytest.raises(IntegrityError, match="one_result_per_truth_and_metric"), transaction.atomic():
        Evaluation.objects.create(
            submission=evaluation.submission,
            ground_truth=evaluation.ground_truth,
            metric_version=evaluation.metric_version,
        )


def test_the_audit_can_only_grow(evaluation):
    write_down(evaluation.submission.team.competition, None, "act", "subject", reason="why")

    refused("UPDATE competition_auditevent SET reason = 'other'")
    refused("DELETE FROM competition_auditevent")
    assert AuditEvent.objects.filter(reason="why").exists()


def test_of_two_workers_only_one_claims(evaluation):
    twin = Evaluation.objects.get(pk=evaluation.pk)
    twin.claim("one", 30)

    with pytest.raises(StaleStep):
        evaluation.claim("two", 30)


def test_an_attempt_that_is_over_writes_nothing(evaluation):
    evaluation.claim("one", 30)
    stale = Evaluation.objects.get(pk=evaluation.pk)
    evaluation.reopen("lease_expired", "The worker died.")

    with pytest.raises(StaleStep):
        stale.finish()

    assert not Score.objects.exists()
    assert Evaluation.objects.get().state == EvaluationState.WAITING


@pytest.mark.parametrize("change", ["held = true", "dropped_at = now()", "state = 'retired', dropped_at = now()"])
def test_a_version_of_the_truth_is_held_or_dropped_only_before_it_is_active(evaluation, change):
    refused(f"UPDATE competition_groundtruth SET {change} WHERE id = {evaluation.ground_truth_id}")
