"""A draft phase is opened by hand, once a worker has found that the yardstick measures."""

import json

import pytest

from competition import jobs
from competition.errors import Conflict
from competition.models import AuditEvent, LaunchCheck, Phase, TruthTrack
from competition.operations.open_phase import checklist, open_phase, request_launch_check
from competition.operations.stage import rescore
from competition.operations.sweep import sweep
from tests.factory import description, make_competition, make_user


@pytest.fixture
def draft(tmp_path, db):
    return make_competition(tmp_path, phases=[{**description()["phases"][0], "draft": True}])


@pytest.fixture
def olga(db):
    return make_user("olga")


def of(competition):
    return Phase.every.get(competition=competition)


def answered(competition, olga):
    check = request_launch_check(competition, organizer=olga)
    jobs.check_launch(check.pk)
    check.refresh_from_db()
    return check


def outcome(check):
    return {(line["check"], line["track"]): line["passed"] for line in check.results}


def test_a_good_competition_passes_and_its_phase_can_be_opened(draft, olga):
    check = answered(draft, olga)
    open_phase(of(draft), organizer=olga)
    open_phase(of(draft), organizer=olga)

    assert check.passed
    assert set(outcome(check).values()) == {True}
    assert {name for name, _ in outcome(check)} == {"sample", "perfect", "empty", "random", "positives"}
    assert draft.phases.get().key == "main"
    assert AuditEvent.objects.filter(act="open_phase", actor=olga).count() == 1


def test_with_a_split_both_parts_are_checked(tmp_path, db, olga):
    phases = [{**description()["phases"][0], "draft": True}]
    competition = make_competition(tmp_path, phases=phases, split={"public": 0.5, "seed": 1}, min_positives=2)

    check = answered(competition, olga)

    assert check.passed
    assert outcome(check)["positives", "detection"] is False


def test_nothing_is_opened_before_a_worker_has_answered(draft, olga):
    with pytest.raises(Conflict, match="made_files"):
        open_phase(of(draft), organizer=olga)
    request_launch_check(draft, organizer=olga)
    with pytest.raises(Conflict, match="made_files"):
        open_phase(of(draft), organizer=olga)

    assert of(draft).draft


def test_a_yardstick_that_does_not_measure_blocks_the_opening(draft, olga, monkeypatch):
    monkeypatch.setattr("competition.operations.check_launch._chance", lambda yardstick: 0.9)

    check = answered(draft, olga)

    assert not check.passed
    with pytest.raises(Conflict, match="empty, random"):
        open_phase(of(draft), organizer=olga)


def test_an_answer_is_about_the_labels_that_the_boards_show(draft, olga):
    answered(draft, olga)
    rescore(draft, reason="new", by=None)
    sweep()

    with pytest.raises(Conflict, match="made_files"):
        open_phase(of(draft), organizer=olga)


def test_a_phase_that_is_over_is_not_opened(draft, olga):
    answered(draft, olga)
    Phase.every.update(opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z")

    with pytest.raises(Conflict, match="dates"):
        open_phase(of(draft), organizer=olga)


def test_missing_terms_and_few_positives_are_warnings(tmp_path, db, olga):
    phases = [{**description()["phases"][0], "draft": True}]
    competition = make_competition(
        tmp_path, phases=phases, split={"public": 0.5, "seed": 1}, min_positives=2, terms=None
    )
    answered(competition, olga)
    lines = {(line.check, line.track): line for line in checklist(of(competition))}
    open_phase(of(competition), organizer=olga)

    assert not lines["terms", ""].passed
    assert not lines["positives", "detection"].passed
    assert not of(competition).draft
    assert AuditEvent.objects.get(act="open_phase").facts["warnings"] == ["terms", "positives", "positives"]


def test_an_answer_holds_no_number(draft, olga):
    check = answered(draft, olga)

    assert check.results
    assert not [line for line in check.results if set(line) != {"check", "track", "passed", "blocks"}]
    assert not any(isinstance(value, float) for line in check.results for value in line.values())
    assert not [label for label in TruthTrack.objects.first().labels if label in json.dumps(check.results)]


def test_one_check_at_a_time_an_answer_once_and_another_check_where_none_comes(draft, olga):
    first = request_launch_check(draft, organizer=olga)
    second = request_launch_check(draft, organizer=olga)
    jobs.check_launch(first.pk)
    finished = LaunchCheck.objects.get().finished_at
    jobs.check_launch(first.pk)

    LaunchCheck.objects.create(competition=draft, ground_truth=draft.ground_truths.get())
    LaunchCheck.objects.filter(finished_at=None).update(requested_at="2020-01-01T00:00Z")
    third = request_launch_check(draft, organizer=olga)

    assert first == second
    assert third not in (first, LaunchCheck.objects.filter(requested_at__year=2020).get())
    assert LaunchCheck.objects.get(pk=first.pk).finished_at == finished
