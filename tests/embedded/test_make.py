"""The Makefile on machines that lack something. The Pythons here are scripts, so that nothing is installed."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from competition.embedded.accounts import WEB_UID
from competition.embedded.runtime import REPOSITORY

OLD = "exit 1"
WITHOUT_VENV = 'case "$*" in *ensurepip*) exit 1;; esac'
SPEAKING = 'case "$*" in "-m venv"*) echo "made $*"; exit 1;; esac'


@pytest.fixture
def checkout(data_dir: Path) -> Path:
    """A folder with what make reads, in which nothing is installed."""
    for name in ("Makefile", "requirements-dev.txt"):
        shutil.copy(REPOSITORY / name, data_dir)
    return data_dir


def make(checkout: Path, source: str, **options: object) -> "subprocess.CompletedProcess[str]":
    """Run `make demo` with a Python that is this shell script."""
    python = checkout / "python"
    python.write_text(f"#!/bin/sh\n{source}\n")
    python.chmod(0o755)
    command = ["make", "demo", f"PYTHON={python}"]
    environment = {"PATH": os.environ["PATH"]}
    return subprocess.run(
        command, cwd=checkout, env=environment, capture_output=True, text=True, check=False, **options
    )


def test_a_python_that_is_too_old_is_named(checkout: Path):
    done = make(checkout, OLD)

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"This needs Python 3.11 or newer, and {checkout}/python is none.\n")


def test_a_missing_venv_module_is_named(checkout: Path):
    done = make(checkout, WITHOUT_VENV)

    assert done.returncode == 2
    assert done.stderr.startswith("This needs Python's venv module: install it (on Debian and Ubuntu: python3-venv).\n")


@pytest.mark.usefixtures("as_root")
def test_a_checkout_of_another_user_is_named(checkout: Path):
    done = make(checkout, "exit 0", user=WEB_UID, group=WEB_UID, extra_groups=[])

    assert done.returncode == 2
    assert "the folder belongs to another user: clone the repository yourself" in done.stderr.splitlines()[0]


def test_an_environment_whose_python_is_gone_is_made_anew(checkout: Path):
    pinned = hashlib.sha256((checkout / "requirements-dev.txt").read_bytes()).hexdigest()[:16]
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / f"installed-{pinned}").touch()
    (checkout / ".venv" / "bin" / "python").symlink_to("/nowhere/python3")

    done = make(checkout, SPEAKING)

    assert done.stdout.startswith("made -m venv --clear .venv\n")
