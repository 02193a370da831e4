"""A phase whose labels must be kept from being probed: a held score that moves in steps, and nothing beside it."""

import json

import pytest
from django.test import Client

from competition.clock import database_now
from competition.jobs import evaluate
from competition.models import Board, Phase, Score, Submission
from competition.operations.disqualify import disqualify
from competition.operations.reveal import reveal
from competition.operations.select import select
from competition.operations.show_result import show_results, with_results
from competition.operations.sweep import publish_ready
from competition.operations.withdraw import put_back, withdraw
from tests.factory import (
    IMAGES,
    detections_csv,
    hand_in,
    make_competition,
    make_member,
    make_token,
    make_user,
    probabilities_csv,
)

PHASE = {
    "key": "main",
    "title": "Main",
    "opens_at": "2020-01-01",
    "closes_at": "2100-01-01",
    "daily_limit": 100,
    "total_limit": 100,
}
NO_STEP = "scored, no significant improvement"
SECRET_WORDS = ("positives", "replicates", "classes", "curves", "thresholds", "scored_classes", "scored_labels")


@pytest.fixture
def competition(db, tmp_path):
    return make_competition(tmp_path, phases=[PHASE], split={"public": 0.5, "seed": 1}, min_positives=2)


@pytest.fixture
def api(member):
    return Client(headers={"Authorization": f"Bearer {make_token(member.user)}"})


def shown(api, submission):
    answer = api.get(f"/api/v1/submissions/{submission.pk}").json()
    return {name: answer[name] for name in ("state", "score", "interval", "message", "report", "place_in_queue")}


def entries():
    return Board.objects.order_by("version").last().entries


def test_nothing_is_said_beyond_the_held_score(competition, member, api, score_all):
    first = hand_in(member, detections_csv(shift=3)).submission
    score_all()
    step = shown(api, first)
    second = hand_in(member, detections_csv(shift=150)).submission
    score_all()

    addresses = [
        f"/api/v1/submissions/{first.pk}",
        f"/api/v1/submissions/{second.pk}",
        "/api/v1/competitions/chest/submissions",
        "/api/v1/competitions/chest/boards/detection",
        "/api/v1/competitions/chest/boards/detection?format=csv",
        "/api/v1/competitions/chest",
    ]
    text = b"".join(api.get(address).content for address in addresses).decode()
    assert step["score"] * 1000 % 5 == 0
    assert [round(end, 2) for end in step["interval"]] == step["interval"]
    assert step["report"] is None
    assert shown(api, second) == {
        "state": "scored",
        "score": None,
        "interval": None,
        "message": NO_STEP,
        "report": None,
        "place_in_queue": None,
    }
    assert not [word for word in SECRET_WORDS if word in text.replace("min_positives", "")]
    assert Board.objects.latest("version").published_at.microsecond == 0
    assert entries()[0]["separable_from_above"] is None
    assert entries()[0]["separable_from_first"] is None
    assert entries()[0]["submitted_at"] == first.received_at.isoformat().replace("+00:00", "Z")


def test_files_that_make_no_step_leave_everything_the_same_but_ids_and_times(db, tmp_path, score_all):
    answers = []
    for slug, shift in (("one", 120), ("two", 190)):
        competition = make_competition(tmp_path, slug=slug, phases=[PHASE])
        member = make_member(competition, f"member-{slug}", team="Same")
        api = Client(headers={"Authorization": f"Bearer {make_token(member.user)}"})
        hand_in(member, detections_csv())
        score_all()
        second = hand_in(member, detections_csv(shift=shift)).submission
        score_all()
        board = api.get(f"/api/v1/competitions/{slug}/boards/detection")
        listed = api.get(f"/api/v1/competitions/{slug}/submissions").json()["results"]
        hidden = {"id", "received_at", "sha256", "size", "competition"}
        answers.append(
            {
                "shown": shown(api, second),
                "listed": [{name: row[name] for name in row if name not in hidden} for row in listed],
                "board": board.json() | {"published_at": None},
                "headers": sorted(set(board.headers) - {"ETag"}),
                "version": board["X-Board-Version"],
            }
        )
        for entry in answers[-1]["board"]["entries"]:
            entry["submitted_at"] = None

    assert json.dumps(answers[0]) == json.dumps(answers[1])


def test_withdrawing_what_is_held_does_not_show_what_comes_after(competition, member, api, score_all):
    """Otherwise every file could be made a team's first: withdraw all, upload, read its score."""
    first = hand_in(member, detections_csv()).submission
    score_all()
    withdraw(first)
    score_all()
    second = hand_in(member, detections_csv(shift=150)).submission
    score_all()

    assert shown(api, second)["message"] == NO_STEP
    assert shown(api, first)["score"] == 1.0
    assert entries() == []


def test_withdrawing_and_putting_back_leads_to_the_same_board(competition, member, score_all):
    first = hand_in(member, detections_csv(shift=20)).submission
    score_all()
    before = entries()
    withdraw(first)
    score_all()
    without = entries()
    put_back(first)
    score_all()

    assert without == []
    assert entries() == before


def test_what_is_scored_out_of_turn_waits_for_what_came_before(competition, member, api, score_all):
    """Otherwise a file that overtakes a better one would show its score as a step."""
    best = hand_in(member, detections_csv()).submission
    worse = hand_in(member, detections_csv(shift=150)).submission
    evaluate(worse.evaluations.get().pk, 1)
    publish_ready()
    early = shown(api, worse)
    score_all()

    assert (early["state"], early["score"]) == ("scoring", None)
    assert (shown(api, best)["score"], shown(api, worse)["message"]) == (1.0, NO_STEP)


def test_what_an_organizer_disqualifies_need_not_be_exceeded(competition, member, api, score_all):
    first = hand_in(member, detections_csv()).submission
    score_all()
    disqualify(first, organizer=make_user("olga"), reason="made with the labels")
    second = hand_in(member, detections_csv(shift=60)).submission
    score_all()

    assert shown(api, second)["score"] is not None
    assert len(entries()) == 1


def test_a_phase_that_shows_nothing_shows_nothing(competition, member, api, score_all):
    Phase.objects.update(shows="nothing", detail="classes")
    submission = hand_in(member, detections_csv()).submission
    score_all()

    answer = shown(api, submission)
    board = api.get("/api/v1/competitions/chest/boards/detection").json()
    assert (answer["state"], answer["score"], answer["interval"], answer["report"]) == ("scored", None, None, None)
    assert (board["version"], board["entries"]) == (1, [])


def test_a_published_phase_shows_everything_about_what_was_chosen(competition, member, api, score_all):
    first = hand_in(member, probabilities_csv(noise=0.4, seed=1), track="classification").submission
    hand_in(member, probabilities_csv(), track="classification")
    select(first)
    score_all()
    Phase.objects.update(closes_at=database_now())
    reveal(competition.phases.get(), organizer=make_user("olga"))
    score_all()

    answer = shown(api, first)
    entry = entries()[0]
    assert entry["score"] == round(answer["score"], 3) < 1.0
    assert answer["report"]["classes"]
    assert {"positives", "value", "interval"} <= set(answer["report"]["classes"][0])


def test_without_a_choice_the_better_of_the_two_best_as_shown_counts(competition, member, score_all):
    files = [probabilities_csv(noise=noise, seed=seed) for seed, noise in enumerate((9, 0.6, 0.4, 0.4, 0.4))]
    sent = [hand_in(member, content, track="classification").submission for content in files]
    score_all()
    results = show_results(list(with_results(Submission.objects.order_by("received_at"))))
    shown = {sent[place].pk: result.score for place, result in enumerate(results) if result.score is not None}
    Phase.objects.update(closes_at=database_now())
    reveal(competition.phases.get(), organizer=make_user("olga"))
    score_all()

    best_two = sorted(shown, key=lambda pk: -shown[pk])[:2]
    scores = Score.objects.filter(part="private", evaluation__submission__in=best_two)
    assert len(shown) >= 2
    assert set(Submission.objects.filter(picked_at__isnull=False).values_list("pk", flat=True)) == set(best_two)
    assert entries()[0]["score"] == round(max(score.value for score in scores), 3)


def test_the_split_is_not_told(competition, api):
    text = api.get("/api/v1/competitions/chest").content + api.get("/api/v1/competitions/chest/manifest").content

    assert text.count(IMAGES[0].encode()) == 1
    assert b"seed" not in text
    assert b"split" not in text
