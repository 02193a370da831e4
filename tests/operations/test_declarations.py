"""Declarations of external data and models, the deadlines beside the phases, and what a folder says of both."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from competition.errors import Conflict, Forbidden, Invalid
from competition.models import AuditEvent, Competition, DeadlineExtension, Declaration, Letter, Phase, Submission
from competition.operations.amend import amend, differences
from competition.operations.declare import declare
from competition.operations.declared import public_declarations, undeclared
from competition.operations.description import FaultyFolder
from competition.operations.disqualify import disqualify
from competition.operations.enter import enter
from competition.operations.extend_deadline import extend_deadline
from competition.operations.folder import read_folder
from competition.operations.freeze_picks import freeze_picks
from competition.operations.reveal import reveal
from competition.operations.select import select
from competition.operations.settle import settle
from tests.factory import description, detections_csv, hand_in, make_competition, make_member, make_user, write_folder

MODEL = {"kind": "model", "name": "ResNet-50", "source": "https://example.org/r50", "licence": "BSD", "public": True}
DATA = {"kind": "data", "name": "CheXpert", "source": "arXiv:1901.07031", "licence": "research only", "public": False}


@pytest.fixture
def olga(db):
    return make_user("olga")


@pytest.fixture
def competition(db, tmp_path):
    return make_competition(tmp_path, declarations={"required": True})


def close():
    Phase.objects.update(opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z")


def test_a_choice_needs_a_declaration_whose_versions_are_all_kept(competition, member):
    submission = hand_in(member, detections_csv()).submission
    with pytest.raises(Conflict, match="Declare first"):
        select(submission)
    first = declare(submission, user=member.user, items=[MODEL])
    declare(submission, user=member.user, items=[MODEL | {"name": " ResNet-50 "}])
    second = declare(submission, user=member.user, items=[], none=True)
    select(submission)

    assert (first.version, second.version, second.items) == (1, 2, [])
    assert Declaration.objects.count() == 2
    for change in ({"items": []}, {"version": 3}):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            Declaration.objects.filter(pk=first.pk).update(**change)


FAULTY_DECLARATIONS = [
    ([], False, "items"),
    ([MODEL], True, "none"),
    ([MODEL, MODEL | {"licence": "MIT", "name": "RESNET-50"}], False, "items"),
    ([MODEL | {"name": " "}], False, "items.name"),
    ([MODEL | {"licence": "x" * 201}], False, "items.licence"),
    ([MODEL | {"kind": "code"}], False, "items.kind"),
    ([MODEL | {"public": "yes"}], False, "items.public"),
    ([MODEL | {"name": str(n)} for n in range(51)], False, "items"),
]


def test_a_faulty_declaration_is_named_and_nothing_is_kept(competition, member):
    submission = hand_in(member, detections_csv()).submission
    for items, none, field in FAULTY_DECLARATIONS:
        with pytest.raises(Invalid) as refusal:
            declare(submission, user=member.user, items=items, none=none)
        assert refusal.value.field == field

    assert not Declaration.objects.exists()


def test_after_its_day_nothing_is_declared_that_was_not_declared_before(competition, member):
    first, second = (hand_in(member, detections_csv(shift=shift)).submission for shift in (0, 10))
    declare(first, user=member.user, items=[MODEL])
    Competition.objects.update(external_data_until=competition.now())
    corrected = declare(second, user=member.user, items=[MODEL | {"licence": "MIT"}])
    with pytest.raises(Forbidden, match="had not declared CheXpert") as refusal:
        declare(second, user=member.user, items=[MODEL, DATA])
    none = declare(second, user=member.user, items=[], none=True)

    assert refusal.value.code == "external_data_closed"
    assert (corrected.version, none.version) == (1, 2)


def test_a_fallback_that_nobody_has_declared_stays_ranked_and_is_not_verified(competition, member, olga, score_all):
    bob = make_member(competition, "bob")
    mine, other = hand_in(member, detections_csv()).submission, hand_in(bob, detections_csv(shift=150)).submission
    declare(other, user=bob.user, items=[DATA])
    select(other)
    score_all()
    close()
    phase = competition.phases.get()
    freeze_picks(phase)
    letters = list(Letter.objects.filter(subject__contains="declare").values_list("user__username", flat=True))
    phase = reveal(phase, organizer=olga)
    score_all()
    with pytest.raises(Conflict, match="by Team ada"):
        settle(phase, organizer=olga, results="verified", reason="run again")
    left_out = settle(phase, organizer=olga, results="verified", reason="run again", leave_undeclared=True)
    still = undeclared(phase)
    settle(phase, organizer=olga, results="provisional", reason="ada is late")
    declare(mine, user=member.user, items=[], none=True)
    settle(phase, organizer=olga, results="verified", reason="run again")
    settle(phase, organizer=olga, results="final", reason="no appeal")

    assert letters == ["ada"]
    assert phase.boards.filter(track=mine.track).latest("pk").entries[0]["team"] == "Team ada"
    assert (left_out.results, still) == ("verified", [mine])
    assert AuditEvent.objects.filter(facts__not_verified=["Team ada"]).count() == 1
    with pytest.raises(Conflict, match="final"):
        declare(mine, user=member.user, items=[MODEL])


def test_everybody_reads_what_is_declared_after_the_close_and_only_of_what_stands(competition, member, olga, score_all):
    chosen, beside = (hand_in(member, detections_csv(shift=shift)).submission for shift in (0, 10))
    bob = make_member(competition, "bob")
    fallback = hand_in(bob, detections_csv(shift=20)).submission
    for submission in (chosen, beside, fallback):
        declare(submission, user=submission.author, items=[MODEL])
    select(chosen)
    score_all()

    def shown():
        return [row.team for row in public_declarations(Competition.objects.get(), competition.now())]

    running = shown()
    close()
    freeze_picks(competition.phases.get())
    closed = shown()
    reveal(competition.phases.get(), organizer=olga)
    published = shown()
    disqualify(chosen, organizer=olga, reason="by hand")
    off = shown()
    Competition.objects.update(declarations_public=False)

    assert (running, closed, published, off) == ([], ["Team ada"], ["Team ada", "Team bob"], ["Team bob"])
    assert shown() == []


def test_nobody_enters_or_joins_from_its_day_on_and_who_is_in_stays_in(competition, member):
    Competition.objects.update(entry_until=competition.now())
    competition.refresh_from_db()
    for words in ({"team": "New"}, {"invitation": member.team.invitation}):
        with pytest.raises(Forbidden, match="Entering was possible until") as refusal:
            enter(
                user=make_user(f"user-{len(words)}-{next(iter(words))}"),
                competition=competition,
                accept_terms="1",
                **words,
            )
        assert refusal.value.code == "entry_closed"

    assert hand_in(member, detections_csv()).created
    with pytest.raises(Conflict):
        enter(user=member.user, competition=competition, team="Again", accept_terms="1")


def test_a_deadline_is_extended_with_a_reason_never_brought_forward_and_a_folder_leaves_it(tmp_path, olga, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    day = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
    facts = {"entry_until": day, "phases": description()["phases"]}
    competition = make_competition(tmp_path, **facts)
    make_member(competition)
    extend_deadline(competition, organizer=olga, deadline="entry_until", until=day + timedelta(days=2), reason="outage")
    folder = read_folder(write_folder(tmp_path / "folder", **facts))
    same = differences(competition, folder)
    later = read_folder(write_folder(tmp_path / "folder", **{**facts, "entry_until": day + timedelta(days=9)}))
    changes = amend(Competition.objects.get(), later)

    assert DeadlineExtension.objects.get().after == day + timedelta(days=2)
    assert AuditEvent.objects.get(act="extend_deadline").reason == "outage"
    assert Letter.objects.filter(subject__contains="a deadline is extended").count() == 1
    assert (same, [change.what for change in changes]) == ([], ["entry_until"])
    competition = Competition.objects.get()
    for words, error in (
        ({"until": day}, Invalid),
        ({"reason": " "}, Invalid),
        ({"deadline": "title"}, Invalid),
        ({"deadline": "merge_until"}, Conflict),
    ):
        good = {"deadline": "entry_until", "until": day + timedelta(days=20), "reason": "x"}
        with pytest.raises(error):
            extend_deadline(competition, organizer=olga, **(good | words))


FAULTY = [
    ({"entry_until": "2200-01-01"}, "entry_until"),
    ({"external_data_until": "2200-01-01"}, "external_data_until"),
    ({"brackets": [{"key": "a", "title": "A", "prizes": ["1"]}]}, "brackets"),
    ({"brackets": [{"key": "a", "title": "A", "track": "detection", "prizes": []}]}, "brackets.0.prizes"),
    ({"brackets": [{"key": "a", "title": "A", "track": "detection", "phase": "no", "prizes": ["1"]}]}, "brackets"),
    ({"brackets": [{"key": "a", "title": "A", "track": "detection", "prizes": ["1"]}] * 2}, "brackets"),
    ({"declarations": {"required": True, "shown": "never"}}, "declarations.shown"),
    ({"bibtex": "@article{a, title = {x}"}, "bibtex"),
    ({"bibtex": "Nguyen et al."}, "bibtex"),
]


@pytest.mark.parametrize(("wrong", "place"), FAULTY)
def test_a_fault_in_a_folder_is_named_by_its_place(tmp_path, wrong, place):
    with pytest.raises(FaultyFolder) as faulty:
        read_folder(write_folder(tmp_path / "folder", **wrong))

    assert [problem.column for problem in faulty.value.problems] == [place]


def test_brackets_of_a_folder_go_round_and_one_that_is_claimed_is_not_removed(tmp_path, db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    main = {"key": "main", "title": "Main", "track": "detection", "prizes": ["first", "second"]}
    local = {"key": "local", "title": "Local", "track": "detection", "eligibility": "From here.", "prizes": ["x"]}
    competition = make_competition(tmp_path, brackets=[main, local], bibtex="@misc{a, title = {B}}")

    def changed(**facts):
        facts = {"phases": description()["phases"], "bibtex": "@misc{a, title = {B}}"} | facts
        changes = differences(competition, read_folder(write_folder(tmp_path / "folder", **facts)))
        return [str(change) for change in changes if "phase" not in change.what]

    turned = changed(brackets=[local, {**main, "prizes": ["first"]}])
    member = make_member(competition)
    competition.brackets.get(key="local").claims.create(team=member.team, statement="We are.")

    assert changed(brackets=[main, local]) == []
    assert turned == [
        "bracket local order: 2 → 1",
        "bracket main prizes: ['first', 'second'] → ['first']",
        "bracket main order: 1 → 2",
    ]
    assert changed(brackets=[local]) == ["bracket local order: 2 → 1", "bracket main: a bracket → removed"]
    with pytest.raises(Conflict, match="can't be removed"):
        changed(brackets=[main])
    assert Submission.objects.count() == 0
