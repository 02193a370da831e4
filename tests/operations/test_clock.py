"""A rehearsal's clock: what goes by it, and that nothing else does."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.utils.dateparse import parse_datetime

from competition.clock import database_now
from competition.errors import Conflict, Forbidden, Invalid, QuotaSpent
from competition.models import (
    Acceptance,
    AuditEvent,
    Board,
    Competition,
    Evaluation,
    Extension,
    Letter,
    Submission,
)
from competition.operations.announce import announce
from competition.operations.extend import extend
from competition.operations.move_clock import move_clock
from competition.operations.settle import open_appeals, settle
from competition.operations.stage import rescore
from competition.operations.sweep import sweep
from tests.factory import description, detections_csv, hand_in, make_competition, make_member, make_user

DAY = timedelta(days=1)
SOON = timedelta(minutes=5)


def phases(**changes):
    now = datetime.now(UTC)
    dates = {"opens_at": now + 10 * DAY, "closes_at": now + 100 * DAY}
    return [{**description()["phases"][0], **dates, "daily_limit": 1, "publication": "automatic", **changes}]


@pytest.fixture
def rehearsal(db, tmp_path):
    return make_competition(tmp_path / "rehearsal", slug="trial", phases=phases(), rehearsal=True)


@pytest.fixture
def other(db, tmp_path):
    return make_competition(tmp_path / "other", slug="real", phases=phases())


@pytest.fixture
def olga(db):
    return make_user("olga")


def state_of(competition):
    return competition.phases.get().state(competition.now())


def is_about(instant, expected):
    return abs(instant - expected) < SOON


def test_a_rehearsal_opens_closes_publishes_and_becomes_final_as_its_clock_is_moved(rehearsal, other, olga, score_all):
    ada, bob = make_member(rehearsal, "ada"), make_member(other, "bob")
    with pytest.raises(Forbidden, match="opens at|No phase is open"):
        hand_in(ada, detections_csv())
    start = database_now()
    rehearsal = move_clock(rehearsal, organizer=olga, by=11 * DAY)
    assert (state_of(rehearsal), state_of(other)) == ("open", "upcoming")

    first = hand_in(ada, detections_csv(shift=30)).submission
    with pytest.raises(QuotaSpent) as spent:
        hand_in(ada, detections_csv())
    assert first.received_at.date() == (start + 11 * DAY).date()
    assert spent.value.resets_at.date() == (start + 12 * DAY).date()
    assert spent.value.retry_after_seconds <= 24 * 3600

    rehearsal = move_clock(rehearsal, organizer=olga, by=DAY)
    second = hand_in(ada, detections_csv()).submission
    announce(rehearsal, organizer=olga, title="Half time", text="Go on.")
    score_all()
    rehearsal = move_clock(rehearsal, organizer=olga, to=start + 101 * DAY)
    with pytest.raises(Forbidden):
        hand_in(ada, detections_csv())
    sweep()
    sweep()
    phase = rehearsal.phases.get()

    assert state_of(rehearsal) == "closed"
    assert is_about(phase.picks_frozen_at, start + 101 * DAY)
    assert is_about(phase.revealed_at, start + 101 * DAY)
    assert {first.pk, second.pk} == set(Submission.objects.filter(picked_at__isnull=False).values_list("pk", flat=True))
    newest = Board.objects.filter(phase=phase).order_by("version").last()
    assert is_about(newest.published_at, start + 101 * DAY)

    settle(phase, organizer=olga, results="verified", reason="run again")
    phase = open_appeals(phase, organizer=olga, days=7)
    assert is_about(phase.appeals_until, start + 108 * DAY)
    with pytest.raises(Conflict, match="may object"):
        settle(phase, organizer=olga, results="final", reason="no objection")
    rehearsal = move_clock(rehearsal, organizer=olga, by=8 * DAY)
    assert settle(phase, organizer=olga, results="final", reason="no objection").results == "final"

    assert state_of(other) == "upcoming"
    with pytest.raises(Forbidden):
        hand_in(bob, detections_csv())
    assert other.phases.get().picks_frozen_at is None
    assert is_about(bob.joined_at, start)
    assert is_about(other.now(), start)


def test_facts_of_a_rehearsal_carry_its_time_and_the_machine_keeps_its_own(rehearsal, olga, score_all):
    start = database_now()
    rehearsal = move_clock(rehearsal, organizer=olga, by=50 * DAY)

    ada = make_member(rehearsal)
    rehearsal.organizers.add(ada.user)
    receipt = hand_in(ada, detections_csv())
    score_all()
    extend(rehearsal.phases.get(), organizer=olga, closes_at=start + 200 * DAY, reason="more time")
    announce(rehearsal, organizer=olga, title="Hello", text="All.")
    truth = rescore(rehearsal, reason="again", by=olga)

    evaluation = Evaluation.objects.get(ground_truth=truth)
    then = [
        ada.joined_at,
        ada.team.created_at,
        Acceptance.objects.get().accepted_at,
        receipt.submission.received_at,
        Board.objects.latest("pk").published_at,
        Extension.objects.get().extended_at,
        rehearsal.announcements.get().posted_at,
        truth.created_at,
    ]
    now = [evaluation.waiting_since, AuditEvent.objects.latest("number").happened_at, rehearsal.created_at]
    assert [is_about(instant, start + 50 * DAY) for instant in then] == [True] * len(then)
    assert [is_about(instant, start) for instant in now] == [True] * len(now)
    letters = list(Letter.objects.values_list("written_at", flat=True))
    assert letters
    assert all(is_about(written, start) for written in letters)


def test_a_clock_goes_forward_only_for_a_rehearsal_only_and_each_move_is_written_down(rehearsal, other, olga):
    stale = Competition.objects.get(pk=rehearsal.pk)
    move_clock(rehearsal, organizer=olga, by=DAY)

    with pytest.raises(Conflict, match="meanwhile"):
        move_clock(stale, organizer=olga, by=DAY)
    for words in ({"by": timedelta(0)}, {"by": -DAY}, {"to": rehearsal.now() - DAY}, {}, {"by": 4000 * DAY}):
        with pytest.raises(Invalid):
            move_clock(rehearsal, organizer=olga, **words)
    with pytest.raises(Conflict, match="Only a rehearsal"):
        move_clock(other, organizer=olga, by=DAY)
    event = AuditEvent.objects.get(act="move_clock")
    moved = parse_datetime(event.facts["after"]) - parse_datetime(event.facts["before"])
    assert (event.subject, event.actor, moved) == ("trial", olga, DAY)


@pytest.mark.parametrize(
    ("slug", "change", "name"),
    [
        ("real", {"clock_shift": DAY}, "only_a_rehearsal_has_a_clock_of_its_own"),
        ("trial", {"clock_shift": -DAY}, "never changed"),
        ("trial", {"hidden": False}, "a_rehearsal_is_hidden"),
        ("real", {"rehearsal": True, "hidden": True}, "never changed"),
        ("trial", {"rehearsal": False}, "never changed"),
    ],
)
def test_the_database_keeps_the_rules_of_rehearsals(rehearsal, other, slug, change, name):
    with pytest.raises((IntegrityError, InternalError), match=name), transaction.atomic():
        Competition.objects.filter(slug=slug).update(**change)
