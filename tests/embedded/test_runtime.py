"""The copy of interpreter, packages and code for users who can't reach the originals."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from competition.embedded.accounts import WEB_UID, accounts_for
from competition.embedded.runtime import copy_of_code, open_to_all, runtime_for_others


@pytest.fixture
def as_root() -> None:
    """Only root can become another user."""
    if os.geteuid() != 0:
        pytest.skip("needs root")


@pytest.mark.usefixtures("as_root")
def test_another_user_can_run_the_code_with_the_copy(data_dir: Path):
    runtime = runtime_for_others(data_dir / "runtime")
    modules = "competition.embedded.demo, django, numpy, pandas, psycopg, rq, sklearn, sys"
    done = subprocess.run(
        ["python3", "-c", f"import {modules}; print(sys.executable)"],
        cwd=runtime.repository,
        env=runtime.environment(),
        user=WEB_UID,
        group=WEB_UID,
        extra_groups=[],
        capture_output=True,
        text=True,
    )

    assert done.stderr == ""
    assert done.stdout.startswith(str(runtime.bin))


@pytest.mark.usefixtures("as_root")
def test_a_second_start_makes_no_second_copy(data_dir: Path):
    first = runtime_for_others(data_dir / "runtime")
    before = sorted((data_dir).glob("runtime/*"))

    second = runtime_for_others(data_dir / "runtime")

    assert second == first
    assert sorted((data_dir).glob("runtime/*")) == before


def test_changed_code_is_copied_anew_and_the_old_copy_goes(data_dir: Path, tmp_path: Path):
    (tmp_path / "manage.py").write_text("one")
    first = copy_of_code(tmp_path, data_dir)
    (tmp_path / "manage.py").write_text("changed")

    second = copy_of_code(tmp_path, data_dir)

    assert (second / "manage.py").read_text() == "changed"
    assert not first.exists()


def test_neither_hidden_files_nor_data_are_copied(data_dir: Path, tmp_path: Path):
    for name in (".env", ".git/config", "var/secret", "tests/test_x.py", "mine/lock", "templates/page.html"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)

    copied = copy_of_code(tmp_path, tmp_path / "mine" / "runtime")

    assert [str(path.relative_to(copied)) for path in copied.rglob("*") if path.is_file()] == [
        "templates/page.html"
    ]


def test_a_folder_behind_a_closed_one_is_not_open_to_all(data_dir: Path):
    inner = data_dir / "closed" / "inner"
    inner.mkdir(parents=True)
    before = open_to_all(inner)
    inner.parent.chmod(stat.S_IRWXU)

    assert before
    assert not open_to_all(inner)


@pytest.mark.usefixtures("as_root")
def test_as_root_no_two_programs_share_a_user(data_dir: Path):
    accounts = accounts_for(data_dir / "database")
    users = [
        accounts.supervisor,
        accounts.postgres,
        accounts.valkey,
        accounts.web,
        accounts.worker,
        accounts.sweeper,
    ]

    assert len({user.uid for user in users}) == len(users)
    assert accounts.web.gid in accounts.worker.groups
    assert accounts.worker.gid not in accounts.web.groups
