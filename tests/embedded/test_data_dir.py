"""One folder, one demo: what is refused, in one sentence, and what is not mistaken for a running demo."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import redis

from competition.embedded.data_dir import DataDir, connection_of_running_demo, held, make_own_folder
from competition.embedded.demo import prepare_folder
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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["version"], "5.2"),
        (["create_competition", "--help"], "usage: manage.py create_competition"),
        (["make_keys", "keys"], "made "),
    ],
)
def test_a_command_that_needs_no_database_works_without_a_demo(data_dir: Path, words: list[str], said: str):
    words = [str(data_dir / word) if word == "keys" else word for word in words]
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=REPOSITORY,
        env={"DATA_DIR": str(data_dir), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.startswith(said)


def test_a_path_that_is_refused_is_not_made(data_dir: Path):
    path = data_dir / "made" / ("x" * 100)
    command = start_in_foreground([sys.executable, "manage.py", "demo"], path, PORT="1")
    _, complaint = command.communicate(timeout=20)

    assert command.returncode == 1
    assert complaint.startswith("The path of a socket may have 107 bytes and ")
    assert not path.parent.exists()


@pytest.mark.usefixtures("as_root")
def test_as_root_a_folder_behind_a_closed_one_is_refused_and_not_made(data_dir: Path):
    (data_dir / "closed").mkdir(mode=0o700)

    with pytest.raises(CannotStartError, match=f"^PostgreSQL and .* can't pass {data_dir}/closed: set DATA_DIR to "):
        prepare_folder(DataDir(data_dir / "closed" / "inner"))

    assert not (data_dir / "closed" / "inner").exists()


@pytest.mark.usefixtures("as_root")
def test_as_root_a_closed_folder_with_other_things_in_it_is_refused_and_stays_closed(data_dir: Path):
    (data_dir / "documents").mkdir()
    data_dir.chmod(0o700)

    with pytest.raises(CannotStartError, match="holds other things: set it to a folder of its own"):
        make_own_folder(DataDir(data_dir))

    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700


def test_an_open_folder_with_other_things_in_it_keeps_its_mode(data_dir: Path):
    (data_dir / "documents").mkdir()
    data_dir.chmod(0o775)

    make_own_folder(DataDir(data_dir))

    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o775


def test_a_temporary_folder_in_which_only_a_log_lies_is_taken_over(data_dir: Path):
    data_dir.chmod(0o700)
    (data_dir / "demo.log").touch()

    make_own_folder(DataDir(data_dir))

    assert stat.S_IMODE(data_dir.stat().st_mode) == (0o755 if os.geteuid() == 0 else 0o700)


def test_a_folder_whose_name_has_blanks_and_signs_serves_all_the_same(foreground: Foreground):
    foreground.data_dir /= "it's 100%41 = é"
    foreground.start()

    assert foreground.query("SELECT 1") == [(1,)]
    with redis.Redis.from_url(foreground.bell_url) as client:
        # Workers ask for it, and redis-py takes the answer apart at its blanks.
        assert client.client_info()["laddr"]


def test_a_caller_who_keeps_new_files_to_himself_changes_nothing(foreground: Foreground):
    before = os.umask(0o077)
    try:
        foreground.start()
    finally:
        os.umask(before)

    assert foreground.query("SELECT 1") == [(1,)]
