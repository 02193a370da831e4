"""Which submissions stand on a final board: chosen ones, else the best as shown, frozen after the close."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction

from competition.clock import database_now
from competition.errors import Conflict, Forbidden
from competition.models import Board, Phase, Score, Submission
from competition.operations.freeze_picks import freeze_picks
from competition.operations.regret import choices_of
from competition.operations.replace_truth import replace_truth
from competition.operations.reveal import reveal
from competition.operations.select import select, unselect
from competition.operations.sweep import sweep
from competition.operations.withdraw import withdraw
from tests.factory import (
    GLOBAL,
    IMAGES,
    annotations_csv,
    hand_in,
    make_competition,
    make_member,
    make_user,
    probabilities_csv,
)

BACKWARDS = "image_id," + ",".join(GLOBAL) + "\n"
BACKWARDS += "".join(f"{image},{int(index >= 16)},{int(index < 16)}\n" for index, image in enumerate(IMAGES))


def following(scores):
    """A file whose probabilities of the first label are these, by image."""
    rows = [f"{image},{score:.3f},{1 - score:.3f}" for image, score in zip(IMAGES, scores, strict=True)]
    return ("image_id," + ",".join(GLOBAL) + "\n" + "\n".join(rows) + "\n").encode()


GOOD, MIDDLING, BAD = (
    following([min(1, 0.9 - index / 50 + 0.0) for index in range(40)]),
    probabilities_csv(noise=0.4, seed=1),
    following([index / 50 for index in range(40)]),
)


def send(member, content):
    return hand_in(member, content, track="classification").submission


def close():
    Phase.objects.update(closes_at=database_now())


def picked():
    return set(Submission.objects.filter(picked_at__isnull=False))


def board():
    return Board.objects.filter(track__kind="classification").order_by("version").last()


def correct(competition, score_all):
    """Labels under which what was good is bad, and the other way round."""
    replace_truth(
        competition=competition,
        files={"classification": BACKWARDS.encode(), "detection": annotations_csv().encode()},
        confirm=competition.slug,
        reason="errata",
        organizer=make_user("otto"),
    )
    score_all()
    sweep()


@pytest.fixture
def one_pick(competition):
    Phase.objects.update(most_selected=1)
    return competition


@pytest.mark.parametrize("chooses", [True, False])
def test_new_labels_that_swap_the_order_change_no_pick(one_pick, member, score_all, chooses):
    good, bad = send(member, GOOD), send(member, BAD)
    if chooses:
        select(good)
    score_all()
    close()
    reveal(one_pick.phases.get(), organizer=make_user("olga"))
    score_all()
    before = board().entries[0]["score"]

    correct(one_pick, score_all)

    values = dict(
        Score.objects.filter(evaluation__ground_truth__state="active").values_list("evaluation__submission", "value")
    )
    assert values[good.pk] < values[bad.pk]
    assert picked() == {good}
    assert board().entries[0]["score"] == round(values[good.pk], 3) < before


def test_labels_that_change_between_the_close_and_the_final_board_change_no_pick(one_pick, member, score_all):
    good, _ = send(member, GOOD), send(member, BAD)
    score_all()
    Phase.objects.update(opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z")
    correct(one_pick, score_all)
    reveal(one_pick.phases.get(), organizer=make_user("olga"))

    assert picked() == {good}


def test_the_sweeper_freezes_a_closed_phase_once_all_is_scored(one_pick, member, score_all):
    send(member, GOOD)
    Phase.objects.update(opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z")
    sweep()
    early = picked()
    score_all()
    sweep()

    assert early == set()
    assert picked() == set(Submission.objects.all())
    assert one_pick.phases.get().picks_frozen_at


def test_nothing_is_frozen_while_a_phase_is_open(one_pick, member, score_all):
    send(member, GOOD)
    score_all()

    assert not freeze_picks(one_pick.phases.get())
    assert picked() == set()


def test_of_equal_scores_as_shown_the_earlier_one_stands(one_pick, member, score_all):
    first, _ = send(member, GOOD), send(member, GOOD)
    score_all()
    close()
    freeze_picks(one_pick.phases.get())

    assert picked() == {first}


def test_a_phase_cannot_be_published_while_it_is_being_scored(competition, member):
    send(member, GOOD)
    close()

    with pytest.raises(Conflict, match="still being scored"):
        reveal(competition.phases.get(), organizer=make_user("olga"))


def test_a_phase_says_how_many_a_team_chooses_and_the_oldest_choice_gives_way(tmp_path, db):
    phase = {"key": "main", "title": "Main", "opens_at": "2020-01-01", "closes_at": "2100-01-01", "select": 3}
    competition = make_competition(tmp_path, phases=[{**phase, "daily_limit": 9}])
    member = make_member(competition)
    sent = [send(member, GOOD) for _ in range(4)]
    for submission in sent:
        select(submission)

    assert set(Submission.objects.filter(selected_at__isnull=False)) == set(sent[1:])


def test_a_choice_can_be_taken_back_until_the_close(competition, member):
    submission = select(send(member, GOOD))
    unselect(submission)
    unselect(submission)
    taken_back = submission.selected_at
    select(submission)
    close()

    with pytest.raises(Forbidden):
        unselect(submission)
    assert taken_back is None
    assert Submission.objects.get().selected_at


def test_a_pick_that_is_withdrawn_after_the_close_is_not_replaced(one_pick, member, score_all):
    good, _ = send(member, GOOD), send(member, MIDDLING)
    score_all()
    close()
    reveal(one_pick.phases.get(), organizer=make_user("olga"))
    withdraw(good)
    score_all()

    assert board().entries == []


def test_the_final_board_tells_the_rank_on_the_public_one(db, tmp_path, score_all):
    competition = make_competition(tmp_path, split={"public": 0.5, "seed": 1}, min_positives=2)
    for name, content in (("ada", MIDDLING), ("bob", GOOD)):
        send(make_member(competition, name), content)
    score_all()
    public = {entry["team"]: entry["rank"] for entry in board().entries}
    close()
    reveal(competition.phases.get(), organizer=make_user("olga"))
    score_all()

    assert "public_rank" not in Board.objects.filter(shows="public").last().entries[0]
    assert {entry["team"]: entry["public_rank"] for entry in board().entries} == public


def test_the_organizer_sees_what_each_choice_has_cost(one_pick, member, score_all):
    send(member, GOOD)
    select(send(member, MIDDLING))
    send(make_member(one_pick, "bob"), MIDDLING)
    score_all()
    early = choices_of(one_pick.phases.get())
    close()
    freeze_picks(one_pick.phases.get())

    ada, bob = choices_of(one_pick.phases.get())
    assert early == []
    assert (ada.team, ada.chosen, ada.best) == ("Team ada", True, 1.0)
    assert ada.regret == 1.0 - ada.score > 0
    assert (bob.team, bob.chosen, bob.regret) == ("Team bob", False, 0)


@pytest.mark.django_db(transaction=True)
def test_a_choice_that_is_made_just_before_the_close_is_waited_for(tmp_path, score_all):
    competition = make_competition(tmp_path)
    member = make_member(competition)
    send(member, GOOD)
    chosen = send(member, BAD)
    score_all()
    Phase.objects.update(closes_at=database_now() + timedelta(seconds=2), most_selected=1)
    began = threading.Event()

    def choose():
        with transaction.atomic():
            select(Submission.objects.get(pk=chosen.pk))
            began.set()
            time.sleep(2.5)
        connection.close()

    choosing = threading.Thread(target=choose)
    choosing.start()
    began.wait(10)
    while database_now() < competition.phases.get().closes_at:
        time.sleep(0.05)
    frozen = freeze_picks(competition.phases.get())
    choosing.join()

    assert frozen
    assert picked() == {chosen}
