"""What was sealed is what was committed to, for labels and for the split."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from competition import vault
from competition.models import AuditEvent, GroundTruth, SealedSplit, Split
from competition.operations.folder import read_folder
from competition.operations.found import public_part
from tests.factory import make_competition


@pytest.fixture
def competition(db, tmp_path):
    return make_competition(tmp_path, split={"public": 0.5, "seed": 7})


def replace(table, box):
    """As somebody does it who owns the table."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {table} SET box = %s", [box])
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def broken(capsys):
    with pytest.raises(SystemExit) as end:
        call_command("verify_commitments", "chest")
    assert end.value.code == 1
    return capsys.readouterr().out


def test_the_split_is_drawn_from_the_seed_sealed_and_committed_to(competition, tmp_path, capsys):
    folder = read_folder(tmp_path / "folder")
    drawn = public_part(folder)

    sealed = vault.open_split(SealedSplit.objects.get().box)
    call_command("verify_commitments")

    assert sealed == [image for image, public in zip(folder.manifest.image_ids, drawn, strict=True) if public]
    assert len(AuditEvent.objects.get(act="found").facts["split_commitment"]) == 64
    assert "all commitments" in capsys.readouterr().err
    assert not any(image in json.dumps(AuditEvent.objects.get(act="found").facts) for image in sealed)


def test_the_same_split_has_another_commitment_each_time():
    assert vault.seal_split(["a"]).commitment != vault.seal_split(["a"]).commitment


def test_another_split_is_found(competition, capsys):
    replace("competition_sealedsplit", vault.seal_split(["0" * 32]).box)

    assert broken(capsys) == "chest: The split is not what was committed to.\n"


def test_other_labels_are_found(competition, capsys):
    replace("competition_sealedtruth", vault.seal_labels(vault.Labels({"detection": ""})).box)

    assert broken(capsys) == "chest: Version 1 of the ground truth is not what was committed to.\n"


def test_a_split_that_was_sealed_before_there_were_commitments_is_read():
    bare = vault._seal(json.dumps(["a", "b"]).encode())

    assert vault.open_split(bare) == ["a", "b"]


def test_without_the_private_key_it_says_so(competition, settings):
    vault._private_key.cache_clear()
    keyless = settings.ENVIRONMENT.model_copy(update={"labels_private_key_file": None})

    with override_settings(ENVIRONMENT=keyless), pytest.raises(CommandError, match="no private key"):
        call_command("verify_commitments")
    with pytest.raises(CommandError, match="There is no competition other"):
        call_command("verify_commitments", "other")
    assert GroundTruth.objects.exists()
    assert Split.objects.exists()
