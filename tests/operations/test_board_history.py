"""What is kept of the boards of the past, and who may read it now."""

from datetime import timedelta

import pytest

from competition.clock import database_now
from competition.errors import Invalid, NotFound
from competition.models import Board, Competition, PastScore
from competition.operations.board_snapshots import day_before, read_instant, snapshot
from competition.operations.make_public import make_public
from competition.operations.move_clock import move_clock
from competition.operations.publish import publish, request_publication
from competition.operations.stage import rescore
from competition.operations.withdraw import withdraw
from tests.factory import description, detections_csv, hand_in, make_competition, make_member


def place_of(competition):
    return competition.phases.get(), competition.tracks.get(kind="detection")


def noted():
    rows = PastScore.objects.order_by("board__version", "team__name")
    return list(rows.values_list("board__version", "team__name", "score"))


def test_a_score_is_noted_when_a_board_first_shows_it_and_not_again(competition, member, score_all):
    bob = make_member(competition, "bob")
    hand_in(member, detections_csv(shift=150))
    score_all()
    hand_in(bob, detections_csv(shift=150))
    score_all()
    hand_in(bob, detections_csv(shift=190))
    score_all()
    best = hand_in(member, detections_csv()).submission
    score_all()
    withdraw(best)
    score_all()

    assert noted() == [(1, "Team ada", 0.0), (2, "Team bob", 0.0), (4, "Team ada", 1.0), (5, "Team ada", 0.0)]
    assert Board.objects.count() == 5


def test_another_ground_truth_begins_a_course_anew(competition, member, score_all):
    hand_in(member, detections_csv())
    score_all()
    rescore(competition, reason="new metric", by=None)
    score_all()

    newest = Board.objects.latest_of(*place_of(competition))
    assert [version for version, *_ in noted()] == [1, newest.version]
    assert newest.version > 1
    assert PastScore.objects.up_to(newest).count() == 1


def boards_of(competition, *, ages, **facts):
    """Snapshots that were published so many hours ago."""
    phase, track = place_of(competition)
    now = database_now()
    common = {"phase": phase, "track": track, "ground_truth": competition.ground_truths.get(), "metric": "auroc"}
    for version, hours in enumerate(ages, start=1):
        kind = {"detail": phase.detail, "shows": phase.shows} | facts
        Board.objects.create(
            **common,
            **kind,
            version=version,
            metric_version="1",
            entries=[],
            etag=f"{version}",
            published_at=now - timedelta(hours=hours),
        )
    return phase, track, now


def found(phase, track, **words):
    try:
        board = snapshot(phase, track, **words)
    except NotFound:
        return None
    return board and board.version


def test_a_snapshot_is_found_by_its_number_by_an_instant_and_by_the_end_of_a_day(competition):
    phase, track, now = boards_of(competition, ages=(72, 30, 20, 1))

    assert [found(phase, track, version=number) for number in ("1", "4", "5", "99999999999")] == [1, 4, None, None]
    assert found(phase, track) == 4
    assert found(phase, track, as_of=(now - timedelta(hours=25)).isoformat()) == 2
    assert found(phase, track, as_of=(now + timedelta(days=9)).date().isoformat()) == 4
    assert found(phase, track, as_of="2020-01-01") is None
    assert day_before(snapshot(phase, track), phase, now).version == 2
    assert day_before(snapshot(phase, track, version="1"), phase) is None
    assert read_instant("2026-11-25").isoformat() == "2026-11-25T23:59:59.999999+00:00"
    for words in ({"version": "x"}, {"version": "0"}, {"version": "1", "as_of": "2026-01-01"}, {"version": "١"}):
        with pytest.raises(Invalid):
            snapshot(phase, track, **words)
    beyond = ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59")  # years that UTC doesn't have
    for text in ("soon", "2026-02-31", "2026-01-01T25:00Z", "\0", *beyond):
        with pytest.raises(Invalid):
            snapshot(phase, track, as_of=text)


def test_what_told_more_than_the_phase_tells_now_is_read_no_more(competition):
    phase, track, _ = boards_of(competition, ages=(72, 30))
    boards_of_now = {}
    for name, facts in {
        "nothing": {"shows": "nothing"},
        "held": {"detail": "composite"},
        "all": {"shows": "private", "revealed_at": database_now()},
    }.items():
        for field, value in facts.items():
            setattr(phase, field, value)
        boards_of_now[name] = found(phase, track, version="1")
        phase.refresh_from_db()

    assert boards_of_now == {"nothing": None, "held": None, "all": 1}


def test_the_private_part_is_read_only_while_the_phase_shows_it(competition):
    phase, track, now = boards_of(competition, ages=(72, 30), shows="private")

    assert found(phase, track, version="1") is None
    assert day_before(Board.objects.get(version=2), phase, now + timedelta(days=5)) is None
    phase.shows = "private"
    assert found(phase, track, version="1") == 1


def test_what_was_published_before_the_competition_was_public_stays_hidden(competition):
    Competition.objects.update(hidden=True)
    competition.refresh_from_db()
    phase, track, now = boards_of(competition, ages=(72, 30))
    before = found(phase, track, version="1")
    phase.competition = make_public(competition, organizer=None)

    assert before == 1
    assert [found(phase, track, version=number) for number in ("1", "2")] == [None, 2]
    assert day_before(snapshot(phase, track), phase, now) is None


def test_a_day_is_one_of_the_competitions_own_clock(db, tmp_path, score_all):
    rehearsal = make_competition(
        tmp_path, rehearsal=True, phases=[{**description()["phases"][0], "closes_at": "2100-01-01"}]
    )
    phase, track = place_of(rehearsal)
    hand_in(make_member(rehearsal, "ada"), detections_csv())
    score_all()
    move_clock(rehearsal, organizer=None, by=timedelta(hours=25))
    request_publication(phase, track)
    board = publish(phase, track)
    rehearsal.refresh_from_db()

    assert board.version == 2
    assert day_before(board, phase, rehearsal.now()).version == 1
