"""Copies of a competition: drafts for another year, rehearsals that are thrown away, folders."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from competition.errors import Conflict, Forbidden, Invalid, NotFound
from competition.jobs import evaluate
from competition.models import (
    AuditEvent,
    Board,
    Competition,
    Entrant,
    Evaluation,
    GroundTruth,
    Letter,
    Phase,
    SealedTruth,
    Submission,
    Track,
)
from competition.operations.announce import announce
from competition.operations.clone import DATES, clone, rehearse
from competition.operations.decide_entry import decide_entry
from competition.operations.delete_rehearsal import delete_rehearsal
from competition.operations.description import FaultyFolder
from competition.operations.enter import enter
from competition.operations.export_description import export_folder, folder_of, yaml_of
from competition.operations.folder import read_folder
from competition.operations.found import found
from competition.operations.incoming_truth import UploadedTruth, read_incoming
from competition.operations.invite_guests import become_guest, invited_to
from competition.operations.make_public import make_public
from competition.operations.move_clock import move_clock
from competition.operations.open_phase import request_launch_check
from competition.operations.stage import rescore
from competition.operations.sweep import sweep
from competition.operations.verify_audit import verify_audit
from competition.operations.verify_commitments import verify_commitments
from tests.factory import (
    annotations_csv,
    description,
    detections_csv,
    hand_in,
    image_labels_csv,
    make_competition,
    make_user,
)

SPLIT = {"public": 0.5, "seed": 7}
YEAR = timedelta(days=365)
SCORED = ("competition_score", "competition_board")
ENTRY = {"accept_terms": "1", "accept_rules": "1", "answers": ["Somebody"]}


def rich():
    """A description with something in every part."""
    main = description()["phases"][0]
    return {
        "notice": "Made up.",
        "split": SPLIT,
        "team_size": 4,
        "merge_until": main["opens_at"] + timedelta(days=5),
        "approval": {"questions": ["Who are you?"]},
        "files": ["train.csv"],
        "files_need_entry": True,
        "citation": "Nobody, 2026",
        "embargo_until": main["closes_at"] + timedelta(days=9),
        "reference_rows": [{"track": "detection", "name": "A paper", "score": 0.3, "labels": "two", "source": "arXiv"}],
        "about": "terms.md",
        "definitions": {"file": "labels.csv", "images": 9000, "source": "A paper"},
        "rules_page": {"version": "1", "text": "terms.md", "notice_days": 3},
        "bibtex": "@misc{nobody, title = {Nothing}}",
        "entry_until": main["opens_at"] + timedelta(days=4),
        "external_data_until": main["opens_at"] + timedelta(days=6),
        "declarations": {"required": True, "public": False},
        "brackets": [{"key": "all", "title": "All", "phase": "main", "track": "detection", "prizes": ["1,000", "500"]}],
        "phases": [
            {**main, "late": {"daily_limit": 1, "total_limit": 2}, "detail": "composite"},
            {**main, "key": "later", "title": "Später", "shows": "nothing", "draft": True, "select": 3},
        ],
    }


@pytest.fixture
def source(db, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "train.csv").write_text("a,b\n")
    (tmp_path / "folder" / "labels.csv").write_text("label,meaning,positives\nPneumonia,Inflamed,469\n")
    return make_competition(tmp_path, **rich())


@pytest.fixture
def olga(source):
    olga = make_user("olga")
    source.organizers.add(olga)
    return olga


def one_member(competition, name):
    """A person who has entered and is approved."""
    membership = enter(user=make_user(name), competition=competition, team=f"Team {name}", **ENTRY)
    decide_entry(Entrant.objects.get(user=membership.user), organizer=membership.user, approve=True)
    return membership


def said_by(competition):
    """What it says, but for its names and dates."""
    said = folder_of(competition)
    words = said.description.model_dump(exclude={"slug", "title", *DATES}) | {"defined": said.definitions}
    phases = [{**phase, "opens_at": 0, "closes_at": 0} for phase in words.pop("phases")]
    return words, phases, said.about, said.terms, said.rules_page, said.manifest.image_ids, said.handouts


def test_a_clone_says_the_same_on_other_dates_and_holds_nobody_and_no_label(source, olga, score_all):
    hand_in(one_member(source, "ada"), detections_csv())
    score_all()

    copied = clone(source, slug="chest-2027", title="Chest 2027", by=olga, shift=YEAR)

    assert said_by(copied) == said_by(source)
    assert (copied.hidden, copied.rehearsal, copied.title, copied.copied_from) == (True, False, "Chest 2027", source)
    for phase in Phase.every.filter(competition=source):
        later = Phase.every.get(competition=copied, key=phase.key)
        assert (later.opens_at - phase.opens_at, later.closes_at - phase.closes_at) == (YEAR, YEAR)
    assert {getattr(copied, name) - getattr(source, name) for name in DATES} == {YEAR}
    assert not copied.teams.exists()
    assert not copied.ground_truths.exists()
    assert not hasattr(copied, "split")
    assert [event.act for event in AuditEvent.objects.filter(competition=copied)] == ["found"]
    assert AuditEvent.objects.filter(competition=source, act="clone", subject="chest-2027").exists()
    with pytest.raises(Conflict, match="No labels"):
        make_public(copied, organizer=olga)
    with pytest.raises(Conflict, match="another"):
        clone(source, slug="chest", by=olga)
    with pytest.raises(Invalid):
        clone(source, slug="Not A Slug", by=olga)


def test_sealed_labels_and_split_go_along_unopened_and_measure_the_same(source, olga, score_all, monkeypatch):
    monkeypatch.setattr("competition.vault._private_key", lambda: pytest.fail("a box was opened"))
    copied = clone(source, slug="again", by=olga, sealed=True)
    monkeypatch.undo()

    active, before = (GroundTruth.objects.active().get(competition=one) for one in (copied, source))
    assert (active.sealed_id, active.commitment) == (before.sealed_id, before.commitment)
    assert bytes(copied.split.sealed.box) == bytes(source.split.sealed.box)
    assert verify_commitments(copied) == []
    make_public(copied, organizer=olga)
    values = []
    for one, name in ((source, "ada"), (copied, "bob")):
        membership = one_member(one, name)
        submission = hand_in(membership, detections_csv(shift=30)).submission
        Evaluation.objects.filter(submission=submission).update(waiting_since="2020-01-01T00:00Z")
        values.append(submission)
    for submission in values:
        evaluation = Evaluation.objects.get(submission=submission)
        evaluate(evaluation.pk, evaluation.attempt)
    scores = [
        list(Evaluation.objects.get(submission=one).scores.order_by("part").values_list("part", "value"))
        for one in values
    ]
    assert scores[0] == scores[1]
    assert len(scores[0]) == 2


def test_the_folder_of_a_competition_makes_the_same_competition_once_the_hidden_files_are_back(source, tmp_path):
    export_folder(source, tmp_path / "out")
    written = {path.name: path.read_text() for path in (tmp_path / "out").iterdir()}

    texts = {"about.md", "terms.md", "rules.md"}
    assert set(written) == {"competition.yaml", "manifest.csv", "definitions.csv", "train.csv", *texts}
    assert "image_labels.csv, annotations.csv" in written["competition.yaml"].splitlines()[0]
    assert str(SPLIT["seed"]) not in yaml_of(source).partition("split:")[2].splitlines()[0]
    with pytest.raises(FaultyFolder) as refused:
        read_folder(tmp_path / "out")
    assert [problem.column for problem in refused.value.problems] == ["split.public", "split.seed"]
    filled = written["competition.yaml"].replace("  public: null\n  seed: null", "  public: 0.5\n  seed: 7")
    (tmp_path / "out" / "competition.yaml").write_text(filled.replace("slug: chest", "slug: twin"))
    (tmp_path / "out" / "annotations.csv").write_text(annotations_csv())
    (tmp_path / "out" / "image_labels.csv").write_text(image_labels_csv())
    twin = found(read_folder(tmp_path / "out"))
    assert yaml_of(twin).replace("slug: twin", "slug: chest") == yaml_of(source)
    assert twin.split.fingerprint != source.split.fingerprint
    with pytest.raises(CommandError, match="can't be written"):
        call_command("export_competition", "chest", tmp_path / "out")


def test_a_clone_without_labels_gets_its_own_by_its_folder(source, tmp_path, olga):
    out = io.StringIO()
    call_command("clone_competition", "chest", "next", "--shift-dates", "365d", "--organizer", "olga", stdout=out)
    call_command("export_competition", "next", tmp_path / "out", stdout=io.StringIO())
    yaml_file = tmp_path / "out" / "competition.yaml"
    yaml_file.write_text(yaml_file.read_text().replace("Made up.", "Other labels.") + f"split: {SPLIT}\n")
    (tmp_path / "out" / "annotations.csv").write_text(annotations_csv())
    (tmp_path / "out" / "image_labels.csv").write_text(image_labels_csv())

    call_command("create_competition", tmp_path / "out", stdout=io.StringIO(), stderr=io.StringIO())

    copied = Competition.objects.get(slug="next")
    assert out.getvalue() == "next\n"
    assert (copied.notice, copied.hidden, copied.is_organized_by(olga)) == ("Other labels.", True, True)
    assert verify_commitments(copied) == []
    assert not make_public(copied, organizer=olga).hidden


def test_a_rehearsal_is_deleted_with_all_rows_and_files_and_nothing_else_is(
    source, olga, score_all, django_capture_on_commit_callbacks
):
    trial = rehearse(source, slug="chest-trial", by=olga)
    kept = one_member(source, "ada")
    hand_in(kept, detections_csv())
    trial = move_clock(trial, organizer=olga, by=timedelta(days=2))
    guest = one_member(trial, "gus")
    file = hand_in(guest, detections_csv()).submission.file
    score_all()
    clone(trial, slug="of-the-trial", by=olga)
    before = {table: count_of(table) for table in SCORED}
    assert (Path(settings.ENVIRONMENT.storage_dir) / file).exists()

    with pytest.raises(Conflict, match="type chest-trial"):
        delete_rehearsal(trial, organizer=olga, confirm="chest")
    with django_capture_on_commit_callbacks(execute=True):
        assert delete_rehearsal(trial, organizer=olga, confirm="chest-trial") == 1

    assert not Competition.objects.filter(slug="chest-trial").exists()
    assert not (Path(settings.ENVIRONMENT.storage_dir) / file).exists()
    assert Competition.objects.get(slug="of-the-trial").copied_from is None
    assert Submission.objects.get().team == kept.team
    assert SealedTruth.objects.count() == 1
    assert verify_commitments(source) == []
    assert AuditEvent.objects.get(act="delete_rehearsal").competition == source
    assert all(count_of(table) < before[table] for table in SCORED)
    for real in (source, Competition.objects.get(slug="of-the-trial")):
        with pytest.raises(Conflict, match="Only a rehearsal"):
            delete_rehearsal(real, organizer=olga, confirm=real.slug)
        with (
            pytest.raises(DatabaseError, match="only a rehearsal"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT delete_rehearsal(%s)", [real.pk])
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            AuditEvent.objects.filter(competition=real).delete()


def count_of(table):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return cursor.fetchone()[0]


def test_guests_come_by_link_and_whoever_competes_on_the_same_labels_does_not(source, olga):
    trial = rehearse(source, slug="trial", by=olga)
    ada, gus = one_member(source, "ada").user, make_user("gus")

    with pytest.raises(NotFound):
        invited_to("trial", "another word")
    with pytest.raises(NotFound):
        invited_to("chest", source.invitation)
    with pytest.raises(Forbidden, match="same hidden labels"):
        become_guest(invited_to("trial", trial.invitation), user=ada)
    become_guest(trial, user=gus)
    visible = {name: set(Competition.objects.visible_to(who)) for name, who in {"gus": gus, "ada": ada}.items()}
    assert visible == {"gus": {source, trial}, "ada": {source}}
    enter(user=gus, competition=trial, team="Gus", **ENTRY)
    with pytest.raises(Forbidden, match="same hidden labels"):
        enter(user=gus, competition=source, team="Gus", **ENTRY)
    Letter.objects.all().delete()
    announce(trial, organizer=olga, title="Hello", text="All.")
    assert not Letter.objects.exists()


def test_the_same_labels_without_any_are_refused_and_tracks_are_of_the_copy(source, olga):
    copied = clone(source, slug="bare", by=olga)

    with pytest.raises(Conflict, match="no sealed labels"):
        clone(copied, slug="barer", by=olga, sealed=True)
    assert not Competition.objects.filter(slug="barer").exists()
    assert Track.objects.filter(competition=copied).count() == 2
    assert list(verify_audit(source)) == []


def test_what_needs_labels_says_so_where_a_copy_has_none(source, olga):
    bare = clone(source, slug="bare", by=olga)
    upload = UploadedTruth({"detection": annotations_csv().encode()}, {})

    for act in (
        lambda: rescore(bare, reason="again", by=olga),
        lambda: read_incoming(bare, upload),
        lambda: request_launch_check(bare, organizer=olga),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "no_truth"
    sweep()
    assert not Board.objects.exists()
