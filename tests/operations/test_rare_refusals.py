"""What the rules say where hardly anybody ever comes."""

import hashlib
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from competition import storage
from competition.errors import Conflict, Forbidden, Invalid, NotFound
from competition.jobs import evaluate
from competition.lifecycle import EvaluationState, require
from competition.models import (
    Acceptance,
    Allowance,
    ApiToken,
    Attempt,
    DeadlineExtension,
    Departure,
    Entrant,
    Evaluation,
    Extension,
    Manifest,
    Membership,
    Phase,
    PublishRequest,
    Quota,
    RetryRequest,
    Revocation,
    Score,
    Submission,
)
from competition.operations.allow import allow
from competition.operations.amend import amend
from competition.operations.archived import refuse_when_archived, refuse_without_labels, refuse_without_split
from competition.operations.enter import accept_terms
from competition.operations.folder import read_folder
from competition.operations.freeze_picks import freeze_picks
from competition.operations.give_up import fail
from competition.operations.issue_token import issue_token
from competition.operations.retry import begin_retry
from competition.operations.take_turn import place_in_queue, take_turn
from tests.factory import (
    description,
    detections_csv,
    hand_in,
    make_competition,
    make_member,
    make_token,
    make_user,
    probabilities_csv,
    write_folder,
)
from tests.tampering import as_owner


def test_a_step_that_the_picture_lacks_is_a_fault_of_the_program():
    with pytest.raises(ValueError, match="done can't become running"):
        require(EvaluationState.DONE, EvaluationState.RUNNING)


def test_nobody_sees_no_submission(member):
    hand_in(member, detections_csv())

    assert not Submission.objects.visible_to(AnonymousUser()).exists()
    assert Submission.objects.visible_to(member.user).count() == 1


def test_what_is_not_waiting_has_no_place_and_where_nothing_waits_nothing_is_taken(member):
    evaluation = hand_in(member, detections_csv()).submission.evaluations.get()
    taken = take_turn(worker="one")

    assert taken == evaluation
    assert place_in_queue(taken) is None
    assert take_turn(worker="two") is None


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"name": " ", "scopes": ("read",), "days": 1}, "name_missing"),
        ({"name": "laptop", "scopes": (), "days": 1}, "unknown_scope"),
        ({"name": "laptop", "scopes": ("read", "fly"), "days": 1}, "unknown_scope"),
        ({"name": "laptop", "scopes": ("read",), "days": 0}, "days_out_of_range"),
        ({"name": "laptop", "scopes": ("read",), "days": 100_000}, "days_out_of_range"),
    ],
)
def test_a_token_has_a_name_scopes_and_an_end(db, words, code):
    with pytest.raises(Invalid) as refused:
        issue_token(user=make_user(), **words)

    assert refused.value.code == code


def test_where_there_are_no_terms_none_can_be_accepted(db, tmp_path):
    competition = make_competition(tmp_path, terms=None)

    with pytest.raises(NotFound, match="no terms"):
        accept_terms(user=make_user(), competition=competition, version="1")


@pytest.mark.parametrize("reason", ["", " \0 ", "x" * 5000])
def test_an_allowance_has_a_reason_of_some_length(competition, member, reason):
    with pytest.raises(Invalid) as refused:
        allow(
            team=member.team,
            phase=competition.phases.get(),
            track=competition.track_of("detection"),
            extra=1,
            day=None,
            reason=reason,
            organizer=make_user("olga"),
        )

    assert refused.value.field == "reason"
    assert not Allowance.objects.exists()


def test_what_came_with_an_archive_is_read_only(competition, member):
    refuse_without_split(competition)
    as_owner("competition_groundtruth", "absent = true")

    with pytest.raises(Forbidden, match="can be read only"):
        refuse_when_archived(competition)
    with pytest.raises(Conflict, match="are not here"):
        refuse_without_labels(competition)


def test_labels_for_parts_whose_split_is_elsewhere_are_refused(db, tmp_path):
    competition = make_competition(tmp_path, split={"public": 0.5, "seed": 1}, min_positives=1)
    as_owner("competition_groundtruth", "absent = true")

    with pytest.raises(Conflict, match="split of this competition stayed"):
        refuse_without_split(competition)


def test_a_retry_of_what_somebody_else_has_tried_again_does_nothing(member):
    evaluation = hand_in(member, detections_csv()).submission.evaluations.get()
    begin_retry(RetryRequest.objects.create(evaluation=evaluation))

    assert not RetryRequest.objects.exists()
    assert Evaluation.objects.get().attempt == 1


def test_a_key_that_is_sent_again_gets_its_receipt_though_the_limit_is_used_up(competition, member):
    Phase.objects.update(daily_limit=1)
    api = Client(headers={"Authorization": f"Bearer {make_token(member.user)}", "Idempotency-Key": "once"})

    def upload():
        from django.core.files.uploadedfile import SimpleUploadedFile

        form = {"track": track, "file": SimpleUploadedFile("mine.csv", detections_csv())}
        return api.post("/api/v1/competitions/chest/submissions", form)

    track = "detection"
    first, again = upload(), upload()

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["id"] == first.json()["id"]
    assert again.json()["quota"]["used"] == 1


@pytest.mark.django_db(transaction=True)
def test_a_phase_whose_picks_are_frozen_or_whose_end_is_to_come_is_not_frozen_again(competition, member, score_all):
    hand_in(member, detections_csv())
    score_all()
    phase = competition.phases.get()
    early = freeze_picks(phase)
    Phase.objects.update(opens_at=competition.now() - timedelta(days=2), closes_at=competition.now())

    assert early is False
    assert freeze_picks(phase) is True
    assert freeze_picks(phase) is False


def test_rows_say_what_they_are(competition, member):
    submission = hand_in(member, detections_csv()).submission
    rows = [competition.terms.get(), competition.phases.get(), member.team, Membership.objects.get(), submission]
    rows += [submission.evaluations.get(), Manifest.objects.get(), Quota.objects.get(), Acceptance.objects.get()]
    rows += [RetryRequest(evaluation_id=3), Attempt(number=1, evaluation_id=3), Score(value=0.5, part="public")]
    rows += [Allowance(extra=1, team_id=1, day=competition.now().date()), Revocation(allowance_id=1)]
    rows += [Departure(user_id=1, team_id=1), Entrant(user_id=1, competition_id=1), ApiToken(name="a", prefix="vdb_")]
    rows += [DeadlineExtension(deadline="entry", competition_id=1), Extension(phase=competition.phases.get())]

    assert all(str(row) and "object (" not in str(row) for row in rows)


def test_a_phase_with_submissions_stays(competition, member, tmp_path):
    hand_in(member, detections_csv())
    other = {**description()["phases"][0], "key": "other"}
    folder = read_folder(write_folder(tmp_path / "later", phases=[other]))

    with pytest.raises(Conflict, match="phase main has submissions"):
        amend(competition, folder)


def test_where_the_private_part_is_shown_the_frozen_picks_go_onto_a_board(db, tmp_path, score_all):
    phase = description()["phases"][0] | {"shows": "private"}
    competition = make_competition(tmp_path, phases=[phase], split={"public": 0.5, "seed": 1}, min_positives=1)
    hand_in(make_member(competition), detections_csv())
    score_all()
    Phase.objects.update(opens_at=competition.now() - timedelta(days=2), closes_at=competition.now())

    assert freeze_picks(competition.phases.get())
    assert PublishRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_takes_too_much_memory_is_tried_once_more_and_then_given_back(competition, member, settings):
    submission = hand_in(member, detections_csv()).submission
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"job_memory_mib": 1})
    for attempt in (1, 2):
        evaluate(submission.evaluations.get().pk, attempt)

    evaluation = submission.evaluations.get()
    assert [lost.failure for lost in evaluation.lost_attempts.all()] == ["failed_resource", "failed_resource"]
    assert (evaluation.state, evaluation.attempt) == ("failed", 2)
    submission.refresh_from_db()
    assert submission.refunded_at is not None


def test_what_was_given_back_is_not_given_back_again(competition, member):
    submission = hand_in(member, detections_csv()).submission
    before = competition.now() - timedelta(hours=1)
    Submission.objects.update(refunded_at=before)
    evaluation = submission.evaluations.get()
    evaluation.claim("one", 30)
    fail(evaluation, "broke_off", "Again.")

    submission.refresh_from_db()
    assert submission.refunded_at == before


def test_a_lease_is_extended_by_whoever_holds_it(member):
    evaluation = hand_in(member, detections_csv()).submission.evaluations.get()
    evaluation.claim("one", 30)
    before = evaluation.lease_until

    assert Evaluation.objects.extend_lease(evaluation.pk, 1, 60) is True
    assert Evaluation.objects.extend_lease(evaluation.pk, 2, 90) is False
    evaluation.refresh_from_db()
    assert timedelta(seconds=25) < evaluation.lease_until - before < timedelta(seconds=60)


def test_a_key_has_a_length(member):
    with pytest.raises(Invalid) as refused:
        hand_in(member, detections_csv(), idempotency_key="k" * 256)

    assert refused.value.code == "bad_idempotency_key"


@pytest.mark.django_db(transaction=True)
def test_a_file_that_its_readers_refuse_only_now_fails_with_their_reason(competition, member):
    submission = hand_in(member, detections_csv()).submission
    faulty = b"image_id,class_name\n"
    (storage._root() / submission.file).write_bytes(faulty)
    as_owner("competition_submission", f"sha256 = '{hashlib.sha256(faulty).hexdigest()}', size = {len(faulty)}")
    evaluate(submission.evaluations.get().pk, 1)

    evaluation = submission.evaluations.get()
    assert (evaluation.state, evaluation.attempt) == ("failed", 1)
    submission.refresh_from_db()
    assert submission.refunded_at is not None


def test_while_labels_change_a_file_is_scored_against_those_that_it_was_made_for(competition, member, tmp_path):
    hand_in(member, detections_csv())
    tracks = description()["tracks"]
    tracks["classification"] = {**tracks["classification"], "labels": ["Pneumonia"]}
    amend(competition, read_folder(write_folder(tmp_path / "later", tracks=tracks)), confirm="chest")
    rows = b"".join(row.rpartition(b",")[0] + b"\n" for row in probabilities_csv().splitlines())
    of_all = hand_in(member, detections_csv(shift=1)).submission
    of_new = hand_in(Membership.objects.get(), rows, track="classification").submission

    assert sorted(of_all.evaluations.values_list("ground_truth__state", flat=True)) == ["active", "staged"]
    assert list(of_new.evaluations.values_list("ground_truth__state", flat=True)) == ["staged"]
