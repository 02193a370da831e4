"""The secrets of a server, made as files."""

import stat

import pytest
from django.core.management import CommandError, call_command
from nacl.public import PrivateKey


def test_every_secret_is_a_file_for_its_owner_alone(tmp_path):
    call_command("make_keys", tmp_path / "secrets")

    files = list((tmp_path / "secrets").iterdir())
    assert len(files) == 15
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_the_public_key_belongs_to_the_private_one(tmp_path):
    call_command("make_keys", tmp_path)

    private = PrivateKey(bytes.fromhex((tmp_path / "labels_private_key").read_text()))
    assert bytes(private.public_key).hex() == (tmp_path / "labels_public_key").read_text()


def test_the_addresses_hold_the_passwords(tmp_path):
    call_command("make_keys", tmp_path, database_host="db.example.org")

    for role in ("owner", "web", "scorer"):
        password = (tmp_path / f"{role}_password").read_text()
        address = (tmp_path / f"{role}_database_url").read_text()
        assert address == f"postgresql://vindr_{role}:{password}@db.example.org:5432/vindr"
    bell = (tmp_path / "valkey.conf").read_text().removeprefix("requirepass ").strip()
    assert (tmp_path / "redis_url").read_text() == f"redis://:{bell}@bell:6379/0"


def test_no_two_secrets_are_the_same(tmp_path):
    call_command("make_keys", tmp_path)

    contents = [file.read_text() for file in tmp_path.iterdir()]
    assert len(set(contents)) == len(contents)


def test_a_key_that_is_there_is_never_overwritten_and_nothing_else_is_written(tmp_path):
    (tmp_path / "labels_private_key").write_text("the only copy")

    with pytest.raises(CommandError, match="has labels_private_key already; nothing was written"):
        call_command("make_keys", tmp_path)

    assert [file.name for file in tmp_path.iterdir()] == ["labels_private_key"]
    assert (tmp_path / "labels_private_key").read_text() == "the only copy"


def test_a_folder_that_can_not_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(CommandError, match=r"file.*(Not a directory|File exists)"):
        call_command("make_keys", tmp_path / "file")
