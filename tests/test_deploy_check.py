"""Django's own checks of what is to be deployed, with the settings that a host has."""

import os
import subprocess
import sys

from competition.environment import REPOSITORY

PRODUCTION = {
    "PATH": os.environ["PATH"],
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "bench.example.org",
    "HTTPS": "true",
    "BEHIND_PROXY": "true",
    "LABELS_PUBLIC_KEY": "ab" * 32,
}


def check(**settings: str) -> "subprocess.CompletedProcess[str]":
    """`manage.py check --deploy`, for which a warning is a failure."""
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(
        command, cwd=REPOSITORY, env=PRODUCTION | settings, capture_output=True, text=True, check=False
    )


def test_nothing_is_to_be_said_against_the_settings_of_a_host():
    checked = check()

    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


def test_the_check_sees_what_is_unsafe():
    checked = check(HTTPS="false")

    assert checked.returncode == 1
    assert "security.W008" in checked.stderr
