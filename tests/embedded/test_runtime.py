"""The copy of interpreter, packages and code for users who can't reach the originals."""

import re
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from competition.embedded.accounts import WEB_UID, accounts_for
from competition.embedded.reach import open_to_all
from competition.embedded.runtime import CODE, REPOSITORY, copy_of_code, runtime_for_others
from competition.embedded.static_files import static_root
from tests.embedded.conftest import new_data_dir


@pytest.fixture(scope="module")
def store() -> Iterator[Path]:
    """Where the one copy is that the tests below look at: it has ten thousand files."""
    with new_data_dir() as path:
        yield path / "runtime"


@pytest.mark.usefixtures("as_root")
def test_another_user_can_run_the_code_with_the_copy(store: Path):
    runtime = runtime_for_others(store)
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
def test_a_second_start_makes_no_second_copy(store: Path):
    first = runtime_for_others(store)
    before = sorted(store.iterdir())

    second = runtime_for_others(store)

    assert second == first
    assert sorted(store.iterdir()) == before


def test_changed_code_is_copied_anew_and_the_old_copy_goes(data_dir: Path, tmp_path: Path):
    (tmp_path / "manage.py").write_text("one")
    first = copy_of_code(tmp_path, data_dir)
    (tmp_path / "manage.py").write_text("changed")

    second = copy_of_code(tmp_path, data_dir)

    assert (second / "manage.py").read_text() == "changed"
    assert not first.exists()


def test_nothing_but_the_code_of_the_server_is_copied(data_dir: Path, tmp_path: Path):
    code = ["competition/static/site.css", "competition/x.py", "manage.py", "scoring/x.py", "templates/page.html"]
    others = [".env", ".git/config", "var/secret", "my_labels/truth.csv", "truth.csv", "competition/.hidden"]
    for name in (*code, *others, "competition/__pycache__/x.pyc"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)

    copied = copy_of_code(tmp_path, tmp_path / "mine" / "runtime")

    assert sorted(str(p.relative_to(copied)) for p in copied.rglob("*") if p.is_file() and p.suffix != ".pyc") == code


def test_the_copy_is_what_the_image_has_of_the_code():
    dockerfile = (REPOSITORY / "docker" / "Dockerfile").read_text()
    in_the_image = set(re.findall(r"^COPY (\w+) \1$", dockerfile, re.MULTILINE))

    assert in_the_image == set(CODE) - {"manage.py"}


def test_a_static_file_that_moves_is_collected_anew(tmp_path: Path):
    (tmp_path / "requirements.txt").touch()
    first = tmp_path / "competition" / "static" / "one" / "site.css"
    first.parent.mkdir(parents=True)
    first.touch()
    before = static_root(tmp_path / "store", tmp_path)

    first.parent.rename(first.parent.with_name("two"))

    assert static_root(tmp_path / "store", tmp_path) != before


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
