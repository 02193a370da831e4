"""What the supervisor promises, with the real databases and a program that does what a test needs."""

import signal
import subprocess
import sys
import time

import pytest

from competition.embedded.child import back_off
from tests.embedded.conftest import Foreground, eventually, living

SLEEPER = "import time; time.sleep(1000)"
PARENT = "import os, time; os.fork(); time.sleep(1000)"
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('deaf', flush=True)
time.sleep(1000)
"""
BUSY = """
import psycopg, sys
psycopg.connect(sys.argv[1]).execute('SELECT count(*) FROM generate_series(1, 1e12)')
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_and_leaves_no_process(foreground: Foreground, number: signal.Signals):
    family = foreground.start(f"sleeper={PARENT}").family
    asked_at = time.monotonic()

    foreground.end(number)

    assert len(family) > 5
    assert living(family) == []
    assert foreground.process.returncode == 0
    assert time.monotonic() - asked_at < 10


def test_a_second_ctrl_c_changes_nothing(foreground: Foreground):
    family = foreground.start(f"deaf={DEAF}").family
    eventually(lambda: "deaf" in (foreground.data_dir / "log" / "deaf.log").read_text())

    foreground.process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    said, complaints = foreground.end(signal.SIGINT)

    assert living(family) == []
    assert said == "stopping\n"
    assert complaints == ""


def test_a_program_that_ignores_the_stop_signal_is_killed(foreground: Foreground):
    foreground.start(f"deaf={DEAF}")
    deaf = foreground.child("deaf")
    eventually(lambda: "deaf" in (foreground.data_dir / "log" / "deaf.log").read_text())
    asked_at = time.monotonic()

    foreground.end(signal.SIGTERM)

    assert living([deaf]) == []
    assert time.monotonic() - asked_at < 10


def test_nothing_outlives_a_supervisor_that_is_killed(foreground: Foreground):
    family = foreground.start(f"sleeper={SLEEPER}").family

    foreground.end(signal.SIGKILL)

    eventually(lambda: not living(family))


def test_the_next_start_after_a_kill_finds_the_data(foreground: Foreground):
    foreground.start()
    foreground.query("CREATE TABLE kept AS SELECT 7 AS number")
    foreground.end(signal.SIGKILL)

    foreground.start()

    assert foreground.query("SELECT number FROM kept") == [(7,)]


def test_postgresql_comes_back_with_its_data_when_it_is_killed(foreground: Foreground):
    foreground.start()
    foreground.query("CREATE TABLE kept AS SELECT 7 AS number")
    killed = foreground.child("postgres")

    killed.kill()
    eventually(lambda: not living([killed]))

    assert foreground.query("SELECT number FROM kept") == [(7,)]
    assert foreground.child("postgres") != killed


def test_postgresql_comes_back_although_a_session_of_the_killed_one_is_still_busy(foreground: Foreground):
    foreground.start()
    killed = foreground.child("postgres")
    busy = subprocess.Popen([sys.executable, "-c", BUSY, foreground.database_url], stderr=subprocess.DEVNULL)
    eventually(lambda: foreground.query("SELECT 1 FROM pg_stat_activity WHERE query LIKE '%1e12)'"))

    killed.kill()

    assert foreground.query("SELECT 1") == [(1,)]
    assert busy.wait(timeout=10) != 0


def test_valkey_comes_back_with_its_data_when_it_is_killed(foreground: Foreground):
    foreground.start()
    killed = foreground.child("valkey")

    killed.kill()
    eventually(lambda: not living([killed]))

    assert foreground.ping()
    assert foreground.child("valkey") != killed


def test_a_killed_program_comes_back_within_two_seconds_and_leaves_no_orphan(foreground: Foreground):
    foreground.start(f"sleeper={PARENT}")
    killed = foreground.child("os.fork")
    orphan = eventually(killed.children)

    killed.kill()

    eventually(lambda: foreground.child("os.fork") not in (None, killed), seconds=2)
    assert living(orphan) == []


def test_a_program_is_started_again_without_end(foreground: Foreground):
    started = foreground.data_dir / "started"
    count = f"import time; open({str(started)!r}, 'a').write('x'); time.sleep(0.4)"
    foreground.start(f"mayfly={count}")

    eventually(lambda: started.exists() and len(started.read_text()) >= 5)

    assert foreground.process.poll() is None


def test_the_pause_before_a_new_start_grows_to_two_seconds_and_no_further():
    pauses = [back_off(deaths) for deaths in range(1, 30)]

    assert pauses[:6] == [0, 0.25, 0.5, 1, 2, 2]
    assert max(pauses) == 2


def test_a_database_that_cannot_start_ends_the_first_start_with_one_sentence(foreground: Foreground):
    foreground.start()
    foreground.end(signal.SIGTERM)
    (foreground.data_dir / "database" / "global" / "pg_control").write_bytes(b"broken")

    foreground.start()
    family = foreground.family if foreground.process.poll() is None else []
    said, complaint = foreground.process.communicate(timeout=20)

    assert said == ""
    assert complaint.splitlines()[-1].startswith("postgres does not stay up: ")
    assert str(foreground.data_dir / "log" / "postgres.log") in complaint
    assert foreground.process.returncode == 1
    assert living(family) == []


def test_a_terminal_that_is_gone_stops_nothing(foreground: Foreground):
    foreground.start(f"sleeper={SLEEPER}")
    foreground.process.stdout.close()
    foreground.process.stderr.close()
    killed = foreground.child("time.sleep")

    killed.kill()
    eventually(lambda: foreground.child("time.sleep") not in (None, killed), seconds=2)
    family = foreground.family
    foreground.process.terminate()

    assert foreground.process.wait(timeout=10) == 0
    assert living(family) == []
