"""What docker/compose.yaml must hold to: who sees which secret, who can be reached, who runs as whom."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command

from competition.environment import REPOSITORY, Environment

FOLDER = REPOSITORY / "docker"
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OWN_IMAGE = "vindr-bench"
OFFICIAL = {"postgres", "valkey/valkey"}
STARTS_AS_ROOT = {"db"}
"""The official image's entry point gives its data to its own user and becomes that user."""


def secrets_of(service: str) -> dict[str, str]:
    """The service's secrets: the name of the file in the container → the secret."""
    given = [{"source": s} if isinstance(s, str) else s for s in SERVICES[service].get("secrets", [])]
    return {secret.get("target", secret["source"]): secret["source"] for secret in given}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys") / "secrets"
    call_command("make_keys", folder)
    return folder


@pytest.fixture
def settings_of(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The settings that a service's process reads from its secrets and its environment, and from nothing else."""

    def read(service: str) -> Environment:
        for name in Environment.model_fields:
            monkeypatch.delenv(name.upper(), raising=False)
        for name, value in SERVICES[service].get("environment", {}).items():
            monkeypatch.setenv(name, re.sub(r"\$\{(\w+):[?-]([^}]*)\}", r"\1.example.org", value))
        for target, source in secrets_of(service).items():
            (tmp_path / target).write_bytes((made / source).read_bytes())
        return Environment(_secrets_dir=tmp_path)

    return read


def test_the_private_key_is_mounted_in_the_worker_only():
    holders = {name for name in SERVICES if "labels_private_key" in secrets_of(name).values()}

    assert holders == {"worker"}
    assert [name for name in SERVICES if "labels_private_key" in str(SERVICES[name])] == ["worker"]


def test_each_database_role_has_its_own_processes():
    addresses = {name: secrets_of(name).get("database_url") for name in SERVICES if "database_url" in secrets_of(name)}

    assert addresses == {
        "setup": "owner_database_url",
        "web": "web_database_url",
        "worker": "scorer_database_url",
        "sweeper": "scorer_database_url",
    }


def test_only_the_web_process_has_the_key_of_the_sessions():
    assert [name for name in SERVICES if "web_secret_key" in secrets_of(name).values()] == ["web"]


def test_every_secret_is_a_file_that_make_keys_makes(made):
    files = {name: entry["file"] for name, entry in COMPOSE["secrets"].items()}

    assert files == {name: f"./secrets/{name}" for name in files}
    assert set(files) == {path.name for path in made.iterdir()}


def test_every_secret_that_is_declared_is_used_and_every_one_used_is_declared():
    used = {source for name in SERVICES for source in secrets_of(name).values()}

    assert used == set(COMPOSE["secrets"])


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_no_environment_variable_is_a_secret(service):
    for name, value in SERVICES[service].get("environment", {}).items():
        secret = re.search("KEY|PASSWORD|TOKEN|SECRET|DATABASE_URL|REDIS_URL|EMAIL_URL", name)
        assert not secret or (name.endswith("_FILE") and value.startswith("/run/secrets/")), name
        assert "://" not in value


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_every_image_has_a_tag(service):
    name, _, tag = SERVICES[service]["image"].partition(":")

    assert name in {OWN_IMAGE, *OFFICIAL}
    assert tag
    assert tag != "latest"


@pytest.mark.parametrize("service", sorted(set(SERVICES) - STARTS_AS_ROOT))
def test_every_service_runs_as_a_numbered_user_without_rights_on_what_is_read_only(service):
    facts = SERVICES[service]

    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", facts["user"])
    assert facts["cap_drop"] == ["ALL"]
    assert facts["read_only"] is True


def test_only_an_official_image_begins_as_root():
    assert {name for name, facts in SERVICES.items() if "user" not in facts} == STARTS_AS_ROOT
    assert all(SERVICES[name]["image"].split(":")[0] in OFFICIAL for name in STARTS_AS_ROOT)


def test_only_the_web_process_is_published_and_only_to_this_host():
    published = {name: facts["ports"] for name, facts in SERVICES.items() if "ports" in facts}

    assert list(published) == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in published["web"])


def test_only_web_and_the_sweeper_that_sends_mail_reach_the_outside():
    networks = {name: facts["networks"] for name, facts in SERVICES.items()}

    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert {name for name, on in networks.items() if on != ["inside"]} == {"web", "sweeper"}


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_every_service_restarts_and_has_limits(service):
    limits = SERVICES[service]["deploy"]["resources"]["limits"]

    assert set(limits) == {"cpus", "memory", "pids"}
    assert SERVICES[service]["restart"] in {"unless-stopped", "on-failure:5"}


def test_the_worker_can_only_read_the_uploaded_files():
    assert SERVICES["worker"]["volumes"] == ["storage:/srv/storage:ro"]


@pytest.mark.parametrize(
    ("service", "role"), [("setup", "owner"), ("web", "web"), ("worker", "scorer"), ("sweeper", "scorer")]
)
def test_a_process_reads_its_settings_from_its_secrets(settings_of, made, service, role):
    settings = settings_of(service)

    assert settings.database_url == (made / f"{role}_database_url").read_text()
    assert settings.database_url.startswith(f"postgresql://vindr_{role}:")
    assert settings.redis_url == (made / "redis_url").read_text()
    assert settings.labels_public_key == (made / "labels_public_key").read_text()
    assert len(settings.secret_key) >= 50


def test_the_web_process_has_no_private_key_and_the_worker_finds_its_own(settings_of):
    assert settings_of("web").labels_private_key_file is None
    worker = settings_of("worker").labels_private_key_file

    assert worker == Path("/run/secrets/labels_private_key")
    assert worker.name in secrets_of("worker")


def test_the_web_process_sends_no_mail_until_the_host_says_how(settings_of):
    assert settings_of("web").email_url == ""


def test_the_setting_of_the_host_reaches_the_web_process(settings_of):
    settings = settings_of("web")

    assert settings.allowed_hosts == ("ALLOWED_HOSTS.example.org", "127.0.0.1")
    assert settings.https
    assert settings.behind_proxy
