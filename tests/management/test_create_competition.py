import io
import json

import pytest
from django.core.management import CommandError, call_command

from competition.models import Competition, GroundTruth, Submission
from tests.factory import annotations_csv, description, detections_csv, hand_in, make_member, write_folder


def create(folder, *arguments):
    out, err = io.StringIO(), io.StringIO()
    call_command("create_competition", str(folder), *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def with_phases(**changes):
    return [description()["phases"][0] | changes]


def test_a_folder_becomes_a_competition_and_its_slug_is_printed(db, tmp_path):
    out, _ = create(write_folder(tmp_path / "f"))

    competition = Competition.objects.get()
    assert out.splitlines()[-1] == "chest" == competition.slug
    assert competition.manifest.images == 40
    assert GroundTruth.objects.get().state == "active"


def test_a_dry_run_writes_nothing(db, tmp_path):
    create(write_folder(tmp_path / "f"), "--dry-run")

    assert not Competition.objects.exists()


def test_a_faulty_file_is_named_with_its_places_and_exit_3(db, tmp_path, capsys):
    folder = write_folder(tmp_path / "f")
    (folder / "annotations.csv").write_text(
        annotations_csv().replace("Nodule/Mass", "Nodule/Mass", 1) + "x,Cardiomegaly,1,2,3,4\n"
    )
    out = io.StringIO()

    with pytest.raises(SystemExit) as exit_:
        call_command("create_competition", str(folder), stdout=out, stderr=io.StringIO())

    answer = json.loads(out.getvalue())
    assert exit_.value.code == 3
    assert answer["file"] == "annotations.csv"
    assert answer["problems"][0]["code"] == "unknown_image"
    assert not Competition.objects.exists()


def test_labels_of_one_track_are_enough(db, tmp_path):
    tracks = description()["tracks"]
    for kind in ("detection", "classification"):
        create(write_folder(tmp_path / kind, slug=kind, tracks={kind: tracks[kind]}, manifest=None, terms=None))

    detection, classification = Competition.objects.order_by("-slug")
    assert (detection.manifest.images, classification.manifest.images) == (40, 40)
    assert [track.kind for track in classification.tracks.all()] == ["classification"]


def test_a_dry_run_tells_what_a_real_one_would_refuse(db, tmp_path):
    with pytest.raises(CommandError, match="min_positives"):
        create(write_folder(tmp_path / "f", min_positives=30), "--dry-run")


def test_another_slug_confirms_nothing(db, tmp_path):
    folder = write_folder(tmp_path / "f")
    create(folder)
    hand_in(make_member(Competition.objects.get()), detections_csv())
    (folder / "annotations.csv").write_text(annotations_csv().replace("Cardiomegaly", "Nodule/Mass", 1))

    with pytest.raises(CommandError, match="--confirm chest"):
        create(folder, "--confirm", "others")


def test_run_again_it_applies_what_has_changed(db, tmp_path):
    create(write_folder(tmp_path / "f"))
    _, nothing = create(tmp_path / "f", "--dry-run")

    _, err = create(write_folder(tmp_path / "f", title="Chests", phases=with_phases(daily_limit=7)))

    assert "nothing has changed" in nothing
    assert "title: Chest → Chests" in err
    assert "daily_limit: 5 → 7" in err
    assert Competition.objects.get().title == "Chests"
    assert GroundTruth.objects.count() == 1


def test_changed_labels_with_submissions_need_confirmation_and_make_a_new_version(db, tmp_path):
    folder = write_folder(tmp_path / "f")
    create(folder)
    hand_in(make_member(Competition.objects.get()), detections_csv())
    (folder / "annotations.csv").write_text(annotations_csv().replace("Cardiomegaly", "Nodule/Mass", 1))

    with pytest.raises(CommandError, match="--confirm chest"):
        create(folder)
    create(folder, "--confirm", "chest")

    assert list(GroundTruth.objects.order_by("version").values_list("version", "state")) == [
        (1, "active"),
        (2, "staged"),
    ]
    assert Submission.objects.get().evaluations.count() == 2


def test_a_changed_split_is_refused(db, tmp_path):
    create(write_folder(tmp_path / "f", split={"public": 0.5, "seed": 1}))

    with pytest.raises(CommandError, match="split"):
        create(write_folder(tmp_path / "f", split={"public": 0.5, "seed": 2}))


def test_terms_with_another_text_need_another_version(db, tmp_path):
    folder = write_folder(tmp_path / "f")
    create(folder)
    (folder / "terms.md").write_text("other")

    with pytest.raises(CommandError, match="new version"):
        create(folder)


def test_a_track_on_which_no_label_counts_is_refused(db, tmp_path):
    with pytest.raises(CommandError, match="min_positives"):
        create(write_folder(tmp_path / "f", min_positives=30))

    assert not Competition.objects.exists()
