"""A held version is scored against; an organizer sees the rank changes, and then it is let in or dropped."""

import pytest

from competition.errors import Conflict, Invalid
from competition.models import AuditEvent, Board, Evaluation, GroundTruth, Score, Submission
from competition.operations.decide_truth import confirm_truth, drop_truth
from competition.operations.rank_changes import rank_changes
from competition.operations.replace_truth import preview_truth, replace_truth
from competition.operations.stage import rescore
from competition.operations.sweep import sweep
from scoring import FaultyFile
from tests.factory import (
    IMAGES,
    detections_csv,
    hand_in,
    image_labels_csv,
    make_competition,
    make_member,
    make_user,
    true_boxes,
)


def corrected(shift=150.0):
    """All boxes lie further to the right than was thought."""
    lines = ["image_id,class_name,x_min,y_min,x_max,y_max"]
    lines += [f"{image},{label},{x1 + shift},{y1},{x2 + shift},{y2}" for image, label, x1, y1, x2, y2 in true_boxes()]
    lines += [f"{image},No finding,,,," for image in IMAGES[24:]]
    return {"detection": "\n".join(lines).encode(), "classification": image_labels_csv().encode()}


@pytest.fixture
def organizer(competition):
    return make_user("olga")


@pytest.fixture
def teams(competition, score_all):
    """ada is right by the first labels, bob by the corrected ones."""
    ada, bob = make_member(competition, "ada"), make_member(competition, "bob")
    hand_in(ada, detections_csv())
    hand_in(bob, detections_csv(shift=150))
    score_all()
    return ada, bob


@pytest.fixture
def held(competition, teams, organizer):
    return replace_truth(
        competition=competition,
        files=corrected(),
        confirm="chest",
        reason="boxes were shifted",
        organizer=organizer,
        hold=True,
    )


def ranks():
    board = Board.objects.order_by("-version").first()
    return {entry["team"]: entry["rank"] for entry in board.entries}


def states():
    return dict(GroundTruth.objects.values_list("version", "state"))


def test_a_held_version_is_scored_and_does_not_take_over_by_itself(held, score_all):
    score_all()
    sweep()

    assert states() == {1: "active", 2: "staged"}
    assert not Evaluation.objects.unfinished().exists()
    assert ranks() == {"Team ada": 1, "Team bob": 2}


def test_the_rank_changes_are_told_before_anything_changes(held, score_all):
    score_all()
    boards = Board.objects.count()

    changes = rank_changes(held)

    assert [(change.team, change.rank_before, change.rank_after) for change in changes] == [
        ("Team bob", 2, 1),
        ("Team ada", 1, 2),
    ]
    assert {(change.phase, change.track, change.part) for change in changes} == {("main", "detection", "public")}
    assert all(change.moves for change in changes)
    assert Board.objects.count() == boards


def test_of_a_phase_that_shows_nothing_the_rank_changes_are_told_too(competition, held, score_all):
    competition.phases.update(shows="nothing")
    score_all()

    assert [change.team for change in rank_changes(held)] == ["Team bob", "Team ada"]


def test_with_a_split_the_final_board_is_told_beside_the_public_one(db, tmp_path, score_all):
    competition = make_competition(tmp_path, split={"public": 0.5, "seed": 1})
    hand_in(make_member(competition), detections_csv())
    score_all()
    truth = rescore(competition, reason="new metric", by=None, hold=True)
    score_all()

    changes = rank_changes(truth)

    assert [(change.part, change.rank_before, change.rank_after) for change in changes] == [
        ("public", 1, 1),
        ("private", 1, 1),
    ]
    assert not any(change.moves for change in changes)


def test_confirmed_with_the_slug_it_takes_over_and_old_evaluations_stay(held, organizer, score_all):
    score_all()
    with pytest.raises(Conflict, match="confirm"):
        confirm_truth(held, confirm="yes", organizer=organizer)
    before = list(Score.objects.filter(evaluation__ground_truth__version=1).values_list("pk", "value"))

    confirm_truth(held, confirm="chest", organizer=organizer)
    sweep()

    assert states() == {1: "retired", 2: "active"}
    assert ranks() == {"Team bob": 1, "Team ada": 2}
    assert list(Score.objects.filter(evaluation__ground_truth__version=1).values_list("pk", "value")) == before
    assert GroundTruth.objects.get(version=2).activated_at is not None
    event = AuditEvent.objects.get(act="confirm_truth")
    assert (event.actor, event.subject, event.reason) == (organizer, "2", "boxes were shifted")


def test_it_can_not_be_confirmed_before_all_is_scored_nor_twice(held, organizer, score_all):
    with pytest.raises(Conflict, match="Not all submissions"):
        confirm_truth(held, confirm="chest", organizer=organizer)
    score_all()
    confirm_truth(held, confirm="chest", organizer=organizer)

    for decide in (confirm_truth, drop_truth):
        with pytest.raises(Conflict, match="does not wait"):
            decide(held, confirm="chest", organizer=organizer)
    sweep()
    with pytest.raises(Conflict, match="does not wait"):
        drop_truth(held, confirm="chest", organizer=organizer)


def test_what_comes_after_the_word_is_scored_before_the_switch(held, organizer, teams, score_all):
    score_all()
    confirm_truth(held, confirm="chest", organizer=organizer)
    hand_in(teams[0], detections_csv(shift=150))

    sweep()
    waiting = states()
    score_all()
    sweep()

    assert waiting == {1: "active", 2: "staged"}
    assert states() == {1: "retired", 2: "active"}
    assert ranks() == {"Team ada": 1, "Team bob": 1}


def test_a_dropped_version_changes_nothing_and_its_open_evaluations_end(held, organizer, teams, score_all):
    hand_in(teams[0], detections_csv(shift=20))

    drop_truth(held, confirm="chest", organizer=organizer)
    score_all()
    sweep()

    assert states() == {1: "active", 2: "retired"}
    assert ranks() == {"Team ada": 1, "Team bob": 2}
    assert set(Evaluation.objects.filter(ground_truth=held).values_list("failure", flat=True)) == {"version_dropped"}
    assert not Evaluation.objects.unfinished().exists()
    assert not Submission.objects.filter(refunded_at__isnull=False).exists()
    assert Evaluation.objects.current().filter(state="done").count() == 3
    assert GroundTruth.objects.get(version=2).dropped_at is not None
    assert AuditEvent.objects.get(act="drop_truth").actor == organizer


def test_a_version_with_other_labels_can_not_be_dropped(held, organizer, score_all):
    score_all()
    held.tracks.filter(track__kind="detection").update(labels=["Nodule/Mass"])

    with pytest.raises(Conflict) as refusal:
        drop_truth(held, confirm="chest", organizer=organizer)

    assert refusal.value.code == "other_labels"
    assert states() == {1: "active", 2: "staged"}


def test_what_was_scored_against_a_dropped_version_stays_in_the_books(held, organizer, score_all):
    score_all()

    drop_truth(held, confirm="chest", organizer=organizer)

    assert Score.objects.filter(evaluation__ground_truth=held).count() == 2


def test_the_next_version_after_a_dropped_one_is_numbered_on(competition, held, organizer, score_all):
    drop_truth(held, confirm="chest", organizer=organizer)

    truth = rescore(competition, reason="again", by=organizer, hold=True)

    assert (truth.version, truth.state, truth.held) == (3, "staged", True)


def test_a_newer_version_takes_the_place_of_a_held_one(competition, held, organizer, score_all):
    rescore(competition, reason="other", by=organizer)
    score_all()
    sweep()

    assert states() == {1: "retired", 2: "retired", 3: "active"}
    assert GroundTruth.objects.get(version=2).dropped_at is not None


def test_a_preview_of_uploaded_labels_counts_and_stores_nothing(competition):
    before = GroundTruth.objects.count()

    found = preview_truth(competition=competition, files=corrected())

    lines = {line.label: line for line in found.shown.tracks["detection"]}
    assert (lines["Cardiomegaly"].images, lines["Cardiomegaly"].boxes, lines["Cardiomegaly"].counts) == (12, 12, True)
    assert lines["Cardiomegaly"].public is None
    assert found.on_parts == ""
    assert GroundTruth.objects.count() == before


def test_a_preview_says_that_a_sealed_split_is_not_opened(db, tmp_path):
    competition = make_competition(tmp_path, split={"public": 0.5, "seed": 1})

    assert "sealed" in preview_truth(competition=competition, files=corrected()).on_parts


def test_uploaded_labels_keep_the_rules_that_the_competition_has(competition, organizer):
    competition.rules = "vindr-cxr"
    competition.save()

    with pytest.raises(FaultyFile) as faulty:
        preview_truth(competition=competition, files=corrected())
    with pytest.raises(Invalid, match="Only G1"):
        preview_truth(competition=competition, files=corrected(), overrides={"G2": "why"})

    assert faulty.value.kind == "classification"
    assert {problem.code for problem in faulty.value.problems} == {"missing_column"}
