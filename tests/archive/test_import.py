"""An archive comes in on another installation: the same but for its labels, and nothing of a faulty one."""

import hashlib
import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command

from competition.errors import Conflict, Forbidden, Refusal
from competition.models import AuditEvent, Board, Competition, Evaluation, Hint, Team, User
from competition.operations.enter import enter
from competition.operations.export_archive import archive_of
from competition.operations.import_archive import import_archive
from competition.operations.recompute import recompute
from competition.operations.replace_truth import replace_truth
from competition.operations.stage import rescore
from competition.operations.sweep import sweep
from competition.operations.verify_audit import verify_audit
from competition.operations.verify_commitments import verify_commitments
from scoring import METRIC_VERSION
from tests.archive.conftest import rows_of, unpacked
from tests.archive.elsewhere import elsewhere, empty_copy_of_the_database
from tests.factory import (
    PASSWORD,
    annotations_csv,
    detections_csv,
    hand_in,
    image_labels_csv,
    make_competition,
    make_member,
    make_user,
)


def written(folder, content):
    path = folder / "archive.zip"
    path.write_bytes(content)
    return path


@pytest.fixture
def archive(played, score_all, tmp_path):
    """Its path, with all scored."""
    score_all()
    path = written(tmp_path, b"".join(archive_of(played)))
    empty_copy_of_the_database()
    return path


def test_what_comes_in_is_what_went_out(archive, played, tmp_path, client):
    before = unpacked(played)
    board_here = client.get("/api/v1/competitions/chest/boards/detection").json()
    with elsewhere(tmp_path / "storage"):
        make_user("olga")
        dry = import_archive(archive, dry_run=True)
        nothing = (Competition.objects.count(), AuditEvent.objects.count(), list((tmp_path / "storage").rglob("*")))
        imported = import_archive(archive, match_people=True)
        competition = Competition.objects.get()
        after = unpacked(competition)
        board = client.get("/api/v1/competitions/chest/boards/detection").json()
        faults = [*verify_audit(competition), *verify_commitments(competition), *recompute(competition)]
        sweep()
        sealed = bytes(competition.ground_truths.get().sealed.box)
        ada = User.objects.get(username="imported: ada")
        own = AuditEvent.objects.get()
        hint = Hint.objects.select_related("team").get()
        joined = Team.objects.get(name="Old").merged_into.name

    assert nothing == (0, 0, [])
    assert dry.rows == imported.rows
    assert (imported.matched, imported.placeholders) == (["olga"], ["imported: ada", "imported: bob"])
    assert (ada.is_active, ada.has_usable_password(), ada.email) == (False, False, "")
    assert board == board_here
    assert board["entries"]
    assert faults == []
    assert sealed == b""
    assert hint.pair == str(hint.team_id) != str(played.teams.get(name="Team B").pk)
    assert joined == "Team B"

    added = {"audit/2.jsonl", "audit/2.csv"}
    other = {name for name in before if after[name].replace(b"imported: ", b"") != before[name]}
    assert set(after) - set(before) == added
    assert other == {"manifest.json"}
    assert json.loads(rows_of(after, "audit/2.jsonl")[0]["canonical"])[5] == own.act == "import"
    last = AuditEvent.objects.order_by("number").last()
    assert own.facts["audit_ended_with"] == f"{last.number}:{last.hash}"


def test_it_can_be_read_and_nothing_can_be_handed_in(archive, tmp_path, client):
    with elsewhere(tmp_path / "storage"):
        import_archive(archive, organizer=make_user("oscar"))
        competition = Competition.objects.get()
        eve = make_user("eve")
        with pytest.raises(Forbidden) as entry:
            enter(user=eve, competition=competition, team="Eve", accept_terms="1")
        client.login(username="oscar", password=PASSWORD)
        places = ("", "boards/detection/", "organize/", "organize/audit/")
        pages = [client.get(f"/competitions/chest/{place}") for place in places]
        with pytest.raises(Conflict) as again:
            rescore(competition, reason="new", by=None)

    assert entry.value.code == again.value.code == "archived"
    assert [page.status_code for page in pages] == [200] * 4
    assert all("brought in from an archive" in page.content.decode() for page in pages)
    assert "acts from before are kept" in pages[-1].content.decode()


def test_a_slug_that_is_taken_is_refused(archive, played):
    with pytest.raises(Conflict) as refusal:
        import_archive(archive)

    assert refusal.value.code == "slug_taken"
    assert Competition.objects.count() == 1


def remade(path, **changes):
    """The archive with other files, and a manifest that fits them; None takes a file out."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    for name, change in changes.items():
        members[name] = change(members.get(name, b"")) if callable(change) else change
    members = {name: content for name, content in members.items() if content is not None}
    listed = [(name, len(content), hashlib.sha256(content).hexdigest()) for name, content in members.items()]
    manifest["members"] = [dict(zip(("name", "size", "sha256"), entry, strict=True)) for entry in listed]
    members["manifest.json"] = json.dumps(manifest).encode()
    path.write_bytes(zipped(members))


def zipped(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def with_first_row(**values):
    def change(content):
        first, _, rest = content.partition(b"\n")
        return json.dumps({**json.loads(first), **values}).encode() + b"\n" + rest

    return change


def link(path):
    with zipfile.ZipFile(path, "a") as archive:
        odd = zipfile.ZipInfo("files/link.csv")
        odd.external_attr = 0o120777 << 16
        archive.writestr(odd, "/etc/passwd")


def of_a_newer_server(path):
    members = {"manifest.json": json.dumps({"format": "vindr-bench archive", "version": 2, "members": []})}
    path.write_bytes(zipped(members))


def scored(name):
    return f"replicates/1-{METRIC_VERSION}-{name}.npy"


FAULTS = {
    "broken off": ("not_whole", lambda path: path.write_bytes(path.read_bytes()[:-9000])),
    "no archive": ("not_whole", lambda path: path.write_bytes(b"PK")),
    "another zip": ("not_whole", lambda path: path.write_bytes(zipped({"a.csv": b"a"}))),
    "newer": ("newer_version", of_a_newer_server),
    "a link": ("odd_file", link),
    "outside": ("odd_name", lambda path: remade(path, **{"../../etc/cron.d/job": b"* * * * *"})),
    "absolute": ("odd_name", lambda path: remade(path, **{"/etc/passwd": b"root"})),
    "backslash": ("odd_name", lambda path: remade(path, **{"files\\..\\x": b"root"})),
    "bomb": ("too_large", lambda path: remade(path, **{"files/bomb.csv": bytes(100 * 1024**2)})),
    "changed act": (
        "broken_audit",
        lambda path: remade(path, **{"audit/1.jsonl": lambda rows: rows.replace(b"by hand", b"by foot")}),
    ),
    "removed act": (
        "broken_audit",
        lambda path: remade(path, **{"audit/1.jsonl": lambda rows: rows.partition(b"\n")[2]}),
    ),
    "no audit": ("broken_audit", lambda path: remade(path, **{"audit/1.jsonl": None})),
    "other images": ("damaged", lambda path: remade(path, **{"images/manifest.csv": b"image_id\n"})),
    "other file": (
        "damaged",
        lambda path: remade(path, **{"tables/submission.jsonl": with_first_row(sha256="0" * 64)}),
    ),
    "unknown team": ("unknown_row", lambda path: remade(path, **{"tables/team.jsonl": b""})),
    "unknown field": ("unknown_field", lambda path: remade(path, **{"tables/phase.jsonl": with_first_row(is_staff=1)})),
    "too long": ("faulty_row", lambda path: remade(path, **{"tables/phase.jsonl": with_first_row(title="x" * 300)})),
    "NUL": ("faulty_row", lambda path: remade(path, **{"tables/phase.jsonl": with_first_row(title="\0")})),
    "no time": ("faulty_row", lambda path: remade(path, **{"tables/phase.jsonl": with_first_row(opens_at="soon")})),
    "no number": (
        "faulty_row",
        lambda path: remade(path, **{"tables/score.jsonl": with_first_row(value=float("nan"))}),
    ),
    "no JSON": ("faulty_row", lambda path: remade(path, **{"tables/team.jsonl": b"{"})),
    "no row": ("faulty_row", lambda path: remade(path, **{"tables/team.jsonl": b"[]\n"})),
    "two": ("faulty_row", lambda path: remade(path, **{"tables/competition.jsonl": lambda rows: rows * 2})),
    "none": ("file_missing", lambda path: remade(path, **{"tables/competition.jsonl": None})),
    "too few replicates": (
        "faulty_replicates",
        lambda path: remade(path, **{scored("detection-public"): lambda content: content[:-4000]}),
    ),
    "too many replicates": (
        "faulty_replicates",
        lambda path: remade(path, **{"tables/score.jsonl": lambda rows: rows.rpartition(b"\n{")[0] + b"\n"}),
    ),
    "no array": ("faulty_replicates", lambda path: remade(path, **{scored("detection-public"): b"\x93NUMPY"})),
}


def refusal_of(archive):
    try:
        import_archive(archive)
    except Refusal as refusal:
        return refusal.code
    return "came in"


def test_of_a_faulty_archive_nothing_comes_in(archive, tmp_path, capsys):
    """Every fault on one and the same archive, so that it is made once."""
    good, answers, left = archive.read_bytes(), {}, {}
    with elsewhere(tmp_path / "storage"):
        for name, (_, spoil) in FAULTS.items():
            archive.write_bytes(good)
            spoil(archive)
            answers[name] = refusal_of(archive)
            left[name] = Competition.objects.count() + User.objects.count() + len(files_below(tmp_path / "storage"))
        assert answers == {name: code for name, (code, _) in FAULTS.items()}
        with pytest.raises(SystemExit) as end:
            call_command("import_archive", str(archive))
        with pytest.raises(CommandError, match="no user"):
            call_command("import_archive", str(archive), organizer="nobody")

    assert set(left.values()) == {0}
    assert end.value.code == 3
    assert "array" in capsys.readouterr().err


def files_below(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_on_its_way_stays_behind_and_new_labels_open_it_again(transactional_db, tmp_path, score_all):
    competition = make_competition(tmp_path)
    ada = make_member(competition, "ada")
    hand_in(ada, detections_csv(shift=40.0))
    score_all()
    rescore(competition, reason="to be decided on", by=None, hold=True)
    hand_in(ada, detections_csv())
    path = written(tmp_path, b"".join(archive_of(competition)))
    empty_copy_of_the_database()
    with elsewhere(tmp_path / "storage", worker=True):
        oscar = make_user("oscar")
        call_command("import_archive", str(path), organizer="oscar")
        here = Competition.objects.get()
        versions = [(truth.version, truth.state, bool(truth.dropped_at)) for truth in here.ground_truths.order_by("pk")]
        states = sorted(Evaluation.objects.values_list("ground_truth__version", "state", "failure"))
        files = {"detection": annotations_csv().encode(), "classification": image_labels_csv().encode()}
        replace_truth(
            competition=here, files=files, confirm="chest", reason="the labels as they are here", organizer=oscar
        )
        score_all()
        opened_again = not here.is_archived()
        bob = make_member(here, "bob")
        receipt = hand_in(bob, detections_csv(shift=10.0))
        score_all()
        board = Board.objects.latest_of(here.phases.get(), here.tracks.get(kind="detection"))
        version = board.ground_truth.version

    assert versions == [(1, "active", False), (2, "retired", True)]
    assert states == [(1, "done", ""), (1, "failed", "imported"), *[(2, "failed", "imported")] * 2]
    assert opened_again
    assert receipt.created
    assert [entry["team"] for entry in board.entries] == ["Team ada", "Team bob"]
    assert version == 3
