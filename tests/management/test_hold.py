"""Changed labels from a folder can wait for an organizer's word too."""

import pytest
from django.core.management import CommandError

from competition.models import AuditEvent, Competition, GroundTruth, Track
from competition.operations.decide_truth import drop_truth
from tests.factory import annotations_csv, description, detections_csv, hand_in, make_member, make_user, write_folder
from tests.management.test_create_competition import create

HOLD = ("--confirm", "chest", "--hold", "--reason", "errata")


@pytest.fixture
def folder(db, tmp_path):
    folder = write_folder(tmp_path / "f")
    create(folder)
    hand_in(make_member(Competition.objects.get()), detections_csv())
    return folder


def with_metric(metric):
    tracks = description()["tracks"]
    return tracks | {"detection": tracks["detection"] | {"metric": metric}}


def test_changed_labels_are_held_with_their_reason(folder):
    (folder / "annotations.csv").write_text(annotations_csv().replace("Cardiomegaly", "Nodule/Mass", 1))

    create(folder, *HOLD)

    truth = GroundTruth.objects.get(version=2)
    assert (truth.state, truth.held, truth.reason) == ("staged", True, "errata")
    assert AuditEvent.objects.get(act="amend").reason == "errata"


def test_a_dropped_change_of_metric_is_taken_back(folder):
    create(write_folder(folder, tracks=with_metric("coco")), *HOLD)
    held = Track.objects.get(kind="detection").metric

    drop_truth(GroundTruth.objects.get(version=2), confirm="chest", organizer=make_user("olga"))

    assert held == "coco"
    assert Track.objects.get(kind="detection").metric == "voc2010@0.4"


def test_a_change_of_what_counts_can_not_be_held(folder):
    with pytest.raises(CommandError, match="can't be held"):
        create(write_folder(folder, min_positives=4), *HOLD)

    assert GroundTruth.objects.count() == 1
