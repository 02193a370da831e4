"""The settings of a process: where they come from, and which of them a web process does not start with."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from competition.environment import REPOSITORY, Environment
from competition.safety import unsafe_settings

OF_THE_DEMO = {"PORT", "HOST", "DATA_DIR"}
KEY = "k" * 50
SAFE = {"secret_key": KEY, "labels_public_key": "ab" * 32, "allowed_hosts": "bench.example.org"}
UNSAFE = {
    "SECRET_KEY must be random and at least 50 characters long.": {"secret_key": "short"},
    "LABELS_PRIVATE_KEY_FILE is set; only workers may have the key that opens the labels.": {
        "labels_private_key_file": "/run/secrets/labels_private_key"
    },
    "LABELS_PUBLIC_KEY is not set; labels could not be sealed.": {"labels_public_key": ""},
    "ALLOWED_HOSTS must name the hosts; * lets anybody choose one.": {"allowed_hosts": "*"},
    "DEBUG must be off where HTTPS is on.": {"debug": "true", "https": "true"},
    "ORGANIZERS_NEED_SECOND_FACTOR must be on where HTTPS is on.": {
        "organizers_need_second_factor": "false",
        "https": "true",
    },
}


@pytest.fixture
def surroundings(monkeypatch):
    """Surroundings without a setting, and a function that adds some."""
    for name in Environment.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def add(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name.upper(), value)

    return add


def web_process(**values: str) -> "subprocess.CompletedProcess[str]":
    """Import what gunicorn imports, in a process with these settings and no others."""
    environment = {"PATH": os.environ["PATH"], **{name.upper(): value for name, value in values.items()}}
    command = [sys.executable, "-c", "import competition.wsgi"]
    return subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)


def test_the_example_names_every_setting_once_and_no_other():
    lines = (REPOSITORY / ".env.example").read_text().splitlines()
    named = [found[1] for line in lines if (found := re.match(r"(?:# )?([A-Z_]+)=", line))]

    assert sorted(named) == sorted({name.upper() for name in Environment.model_fields} | OF_THE_DEMO)


def test_the_example_says_what_each_setting_is():
    text = (REPOSITORY / ".env.example").read_text()

    for block in re.split(r"\n\s*\n", text):
        if re.search(r"^(# )?[A-Z_]+=", block, re.MULTILINE):
            assert re.match(r"# \S+ ", block), block


def test_the_example_gives_the_defaults(surroundings):
    defaults = Environment(_secrets_dir=None)
    for line in (REPOSITORY / ".env.example").read_text().splitlines():
        if (found := re.match(r"([A-Z_]+)=(.+)", line)) and found[1] not in OF_THE_DEMO:
            surroundings(**{found[1]: found[2]})

    assert Environment(_secrets_dir=None) == defaults


def test_names_are_split_at_commas(surroundings):
    surroundings(allowed_hosts="a.example.org, b.example.org,", trusted_origins="https://a.example.org")

    settings = Environment(_secrets_dir=None)
    assert settings.allowed_hosts == ("a.example.org", "b.example.org")
    assert settings.trusted_origins == ("https://a.example.org",)


def test_a_secret_comes_from_a_file_and_the_environment_goes_before_it(surroundings, tmp_path):
    (tmp_path / "redis_url").write_text("redis://of-the-file\n")
    (tmp_path / "secret_key").write_text("of the file")
    surroundings(secret_key="of the environment")

    settings = Environment(_secrets_dir=tmp_path)
    assert settings.redis_url == "redis://of-the-file"
    assert settings.secret_key == "of the environment"


def test_a_wrong_value_is_named_and_not_shown(surroundings):
    surroundings(lease_seconds="hunter2")

    with pytest.raises(ValidationError) as error:
        Environment(_secrets_dir=None)

    assert "lease_seconds" in str(error.value)
    assert "hunter2" not in str(error.value)


def test_settings_can_not_be_changed_afterwards(surroundings):
    settings = Environment(_secrets_dir=None)

    with pytest.raises(ValidationError, match="frozen"):
        settings.debug = True


def test_safe_settings_have_no_fault(surroundings, settings):
    surroundings(**SAFE)
    settings.ENVIRONMENT = Environment(_secrets_dir=None)

    assert unsafe_settings() == []


@pytest.mark.parametrize(("sentence", "change"), UNSAFE.items(), ids=[next(iter(c)) for c in UNSAFE.values()])
def test_each_unsafe_setting_has_its_sentence(surroundings, settings, sentence, change):
    surroundings(**(SAFE | change))
    settings.ENVIRONMENT = Environment(_secrets_dir=None)

    assert unsafe_settings() == [sentence]


@pytest.mark.parametrize(("sentence", "change"), UNSAFE.items(), ids=[next(iter(c)) for c in UNSAFE.values()])
def test_a_web_process_does_not_start_with_an_unsafe_setting(sentence, change):
    started = web_process(**(SAFE | change))

    assert started.returncode != 0
    assert f"The server does not start: {sentence}" in started.stderr


def test_a_web_process_starts_with_safe_settings():
    started = web_process(**SAFE)

    assert started.returncode == 0, started.stderr


def test_a_worker_does_not_start_without_the_private_key():
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": "postgresql:///none"}
    command = [sys.executable, "manage.py", "worker", "--skip-checks"]
    asked = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)

    assert asked.returncode == 1
    assert "LABELS_PRIVATE_KEY_FILE is not set; a worker needs the key that opens the labels." in asked.stderr


def test_secrets_are_looked_for_where_containers_have_them():
    assert Path("/run/secrets") == sys.modules["competition.environment"].SECRETS_FOLDER
