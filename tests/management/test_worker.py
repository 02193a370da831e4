"""What a worker says that can't begin."""

import os

import pytest
from django.core.management import CommandError, call_command


@pytest.fixture
def key_file(tmp_path, settings):
    """The file that the worker is given for its key."""
    path = tmp_path / "key"
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"labels_private_key_file": path})
    return path


@pytest.mark.parametrize("content", [b"", b"the only copy", b"ab" * 31, b"\xff\xfe" * 32])
def test_a_key_file_without_a_key_is_told_in_one_sentence(key_file, content):
    key_file.write_bytes(content)

    with pytest.raises(CommandError) as told:
        call_command("worker")

    assert str(told.value) == f"{key_file} holds no private key; make_keys writes one, of 64 hexadecimal digits."
    assert told.value.returncode == 1


def test_a_key_file_that_is_not_there_is_told_in_one_sentence(key_file):
    with pytest.raises(CommandError) as told:
        call_command("worker")

    assert str(told.value) == f"{key_file} can't be read: {os.strerror(2)}."
