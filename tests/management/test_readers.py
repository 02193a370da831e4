"""What is known of the readers behind the consensus is checked, and told to the organizer."""

from competition.models import Competition
from tests.factory import IMAGES, description, write_folder
from tests.management.test_create_competition import create
from tests.management.test_faulty_folders import faults_of

READERS = {"stages": "stages.csv", "readings": "readings.csv"}


def write(folder, *, readers=READERS, reviewer="R9", **changes):
    write_folder(folder, readers=readers, **changes)
    stages = [f"{image},{stage},{name}" for image in IMAGES for stage, name in
              ((1, "R1"), (1, "R2"), (1, "R3"), (2, "R8"), (2, reviewer))]  # fmt: skip
    (folder / "stages.csv").write_text("image_id,stage,rad_id\n" + "\n".join(stages))
    readings = [f"{image},{name},{int(index < sick)},{int(index >= sick)}" for index, image in enumerate(IMAGES)
                for name, sick in (("R1", 24), ("R2", 12), ("R3", 32))]  # fmt: skip
    (folder / "readings.csv").write_text("image_id,rad_id,Pneumonia,No finding\n" + "\n".join(readings))
    return folder


def test_the_agreement_of_first_readers_with_the_consensus_is_told_as_optimistic(db, tmp_path):
    _, err = create(write(tmp_path / "f"), "--dry-run")

    assert "readers: 5 persons keep the two-stage rule on every image" in err
    assert "optimistic: the consensus was formed from these readings; a reader is a point, and has no AUROC" in err
    assert "R1: kappa 1.000, sensitivity 1.000, specificity 1.000 (40 readings, 24 of positive images)" in err
    assert "R2: kappa 0.444, sensitivity 0.500, specificity 1.000 (40 readings, 24 of positive images)" in err
    assert not Competition.objects.exists()


def test_a_broken_two_stage_rule_refuses_the_folder(db, tmp_path):
    answer = faults_of(write(tmp_path / "f", reviewer="R1"))

    assert answer["file"] == "stages.csv"
    assert (answer["problems"][0]["code"], answer["total"]) == ("reader_of_both_stages", 40)


def test_readings_need_a_consensus_to_be_compared_with(db, tmp_path):
    tracks = {"detection": description()["tracks"]["detection"]}

    answer = faults_of(write(tmp_path / "f", tracks=tracks))

    assert (answer["file"], answer["problems"][0]["code"]) == ("competition.yaml", "no_consensus")
