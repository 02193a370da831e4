"""One folder, one demo: what is refused, in one sentence, and what is not mistaken for a running demo."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from competition.embedded.data_dir import DataDir, connection_of_running_demo, held
from competition.embedded.errors import CannotStartError
from competition.embedded.postgres import refuse_long_socket_path
from competition.embedded.runtime import REPOSITORY
from tests.embedded.conftest import Foreground, start_in_foreground


def test_a_second_demo_on_the_same_folder_is_refused_and_the_first_goes_on(foreground: Foreground):
    foreground.start()
    second = start_in_foreground([sys.executable, "-m", "tests.embedded.foreground"], foreground.data_dir)
    _, complaint = second.communicate(timeout=20)

    assert complaint == (
        f"Another demo (process {foreground.process.pid}) runs on {foreground.data_dir}: "
        "stop it, or set DATA_DIR and PORT to run a second one.\n"
    )
    assert second.returncode == 1
    assert foreground.query("SELECT 1") == [(1,)]


def test_a_stale_lock_is_no_obstacle(data_dir: Path):
    (data_dir / "lock").write_text(str(os.getpid()))

    with held(DataDir(data_dir)):
        written = (data_dir / "lock").read_text()

    assert written == str(os.getpid())


def test_postgresqls_stale_lock_is_no_obstacle_even_if_its_process_number_is_taken(foreground: Foreground):
    foreground.start()
    foreground.end(signal.SIGTERM)
    lock = foreground.data_dir / "database" / "postmaster.pid"
    lock.write_text(f"{foreground.process.pid}\n{lock.parent}\n1764000000\n5432\n\n\n  1 1\nready\n")

    foreground.start()

    assert foreground.query("SELECT 1") == [(1,)]


def test_an_interrupted_making_of_the_database_is_begun_anew(foreground: Foreground):
    unfinished = foreground.data_dir / "database.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18")

    foreground.start()

    assert foreground.query("SELECT 1") == [(1,)]
    assert not unfinished.exists()


def test_a_socket_path_that_the_kernel_cannot_take_is_refused_with_its_length():
    with pytest.raises(CannotStartError) as refused:
        refuse_long_socket_path(Path("/" + "x" * 100))

    assert "may have 107 bytes" in str(refused.value)
    assert "has 115: set DATA_DIR to a folder with a shorter path." in str(refused.value)


def test_a_folder_that_nobody_runs_on_has_no_connection(data_dir: Path):
    with pytest.raises(CannotStartError, match=f"^No demo runs on {data_dir}: start it with `make demo`"):
        connection_of_running_demo(DataDir(data_dir))


def test_a_connection_left_behind_by_a_killed_demo_is_not_used(data_dir: Path):
    (data_dir / "lock").write_text("1")
    (data_dir / "connection.json").write_text("{}")

    with pytest.raises(CannotStartError, match="^No demo runs on "):
        connection_of_running_demo(DataDir(data_dir))


def test_a_management_command_says_in_one_sentence_that_no_demo_runs(data_dir: Path):
    command = start_in_foreground([sys.executable, "manage.py", "showmigrations"], data_dir)
    said, complaint = command.communicate(timeout=20)

    assert command.returncode == 1
    assert said == ""
    assert complaint.startswith(f"No demo runs on {data_dir}: ")
    assert complaint.count("\n") == 1


def test_a_command_that_needs_no_database_works_without_a_demo(data_dir: Path):
    done = subprocess.run(
        [sys.executable, "manage.py", "version"],
        cwd=REPOSITORY,
        env={"DATA_DIR": str(data_dir), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.startswith("5.2")
