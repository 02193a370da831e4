import json

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from competition.clock import database_now
from competition.models import Board, Evaluation, Phase, Submission, Team
from competition.operations.disqualify import disqualify
from competition.operations.reveal import reveal
from competition.operations.select import select
from competition.operations.stage import rescore
from competition.operations.sweep import sweep
from competition.operations.withdraw import withdraw
from tests.factory import detections_csv, hand_in, make_competition, make_member, make_token, make_user


def board():
    return Board.objects.order_by("version").last()


def test_the_best_of_each_team_stands_and_equal_scores_share_a_rank(competition, score_all):
    ada, bob, eve = (make_member(competition, name) for name in ("ada", "bob", "eve"))
    hand_in(ada, detections_csv(shift=150))
    hand_in(bob, detections_csv())
    hand_in(eve, detections_csv(shift=10))
    hand_in(ada, detections_csv(shift=20))
    score_all()

    rows = [(entry["team"], entry["rank"], entry["score"], entry["submissions"]) for entry in board().entries]
    assert rows == [("Team bob", 1, 1.0, 1), ("Team eve", 1, 1.0, 1), ("Team ada", 1, 1.0, 2)]


def test_ranks_skip_after_a_tie(competition, score_all):
    for name, shift in (("ada", 0), ("bob", 0), ("eve", 150)):
        hand_in(make_member(competition, name), detections_csv(shift=shift))
    score_all()

    entries = board().entries
    assert [entry["rank"] for entry in entries] == [1, 1, 3]
    assert [(entry["rank_low"], entry["rank_high"]) for entry in entries] == [(1, 2), (1, 2), (3, 3)]
    assert [entry["separable_from_first"] for entry in entries] == [False, False, True]


def test_a_baseline_is_shown_and_not_ranked(competition, member, score_all):
    baseline = make_member(competition, "prevalence")
    Team.objects.filter(pk=baseline.team_id).update(baseline=True)
    hand_in(baseline, detections_csv())
    hand_in(member, detections_csv(shift=150))
    score_all()

    assert [(entry["baseline"], entry["rank"]) for entry in board().entries] == [(True, None), (False, 1)]


def test_a_board_is_never_changed(competition, member, score_all):
    hand_in(member, detections_csv())
    score_all()

    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        Board.objects.update(entries=[])


def test_withdrawn_and_disqualified_submissions_leave_the_board_and_stay_in_the_books(competition, member, score_all):
    first = hand_in(member, detections_csv()).submission
    second = hand_in(member, detections_csv(shift=150)).submission
    score_all()
    before = board()

    withdraw(first)
    score_all()
    disqualify(second, organizer=make_user("olga"), reason="by hand")
    score_all()

    assert before.entries[0]["score"] == 1.0
    assert board().version == before.version + 2
    assert board().entries == []
    assert Submission.objects.count() == 2


def test_a_submission_is_scored_only_once_a_board_counts_it(competition, member, monkeypatch, score_all):
    from datetime import timedelta

    monkeypatch.setattr("competition.operations.publish.SHORTEST_GAP", timedelta(hours=1))
    api = Client(headers={"Authorization": f"Bearer {make_token(member.user)}"})
    hand_in(member, detections_csv())
    score_all()
    monkeypatch.setattr("competition.operations.publish.SHORTEST_GAP", timedelta(hours=1))
    second = hand_in(member, detections_csv()).submission
    score_all()
    early = api.get(f"/api/v1/submissions/{second.pk}").json()
    monkeypatch.setattr("competition.operations.publish.SHORTEST_GAP", timedelta(0))
    sweep()
    late = api.get(f"/api/v1/submissions/{second.pk}").json()

    assert (early["state"], early["score"]) == ("scoring", None)
    assert (late["state"], late["score"]) == ("scored", 1.0)


def test_a_rescore_switches_the_board_when_all_is_scored(competition, member, score_all):
    hand_in(member, detections_csv())
    hand_in(member, detections_csv(shift=150))
    score_all()
    before = board()

    truth = rescore(competition, reason="new metric", by=None)
    sweep()
    assert board() == before
    score_all()
    sweep()

    truth.refresh_from_db()
    assert truth.state == "active"
    assert board().ground_truth == truth
    assert board().entries == before.entries
    assert Evaluation.objects.count() == 4


@pytest.fixture
def split_competition(db, tmp_path):
    return make_competition(tmp_path, split={"public": 0.5, "seed": 1}, min_positives=2)


def test_the_private_part_is_published_without_scoring_again(split_competition, score_all):
    member = make_member(split_competition)
    first = hand_in(member, detections_csv()).submission
    hand_in(member, detections_csv(shift=150))
    select(first)
    score_all()
    finished = list(Evaluation.objects.values_list("finished_at", flat=True))
    Phase.objects.update(opens_at="2020-01-01T00:00Z", closes_at=database_now())

    reveal(split_competition.phases.get(), organizer=make_user("olga"))
    sweep()

    assert board().shows == "private"
    assert board().entries[0]["score"] == 1.0
    assert list(Evaluation.objects.values_list("finished_at", flat=True)) == finished


def test_in_a_composite_phase_files_that_make_no_step_are_answered_with_the_same_bytes(tmp_path, db, score_all):
    phases = [
        {
            "key": "main",
            "title": "Main",
            "opens_at": "2020-01-01",
            "closes_at": "2100-01-01",
            "daily_limit": 9,
            "detail": "composite",
        }
    ]
    answers = []
    for slug, shift in (("one", 149), ("two", 190)):
        competition = make_competition(tmp_path, slug=slug, phases=phases)
        member = make_member(competition, f"member-{slug}", team="Same")
        api = Client(headers={"Authorization": f"Bearer {make_token(member.user)}"})
        hand_in(member, detections_csv())
        score_all()
        second = hand_in(member, detections_csv(shift=shift)).submission
        score_all()
        submission = api.get(f"/api/v1/submissions/{second.pk}").json()
        shown = api.get(f"/api/v1/competitions/{slug}/boards/detection").json()
        answers.append(
            {
                **{name: submission[name] for name in ("state", "score", "interval", "message", "report")},
                "entries": [{**entry, "submitted_at": None} for entry in shown["entries"]],
            }
        )

    assert json.dumps(answers[0]) == json.dumps(answers[1])
    assert answers[0]["message"] == "scored, no significant improvement"
    assert answers[0]["entries"][0]["score"] == 1.0
    assert answers[0]["entries"][0]["submissions"] == 2
