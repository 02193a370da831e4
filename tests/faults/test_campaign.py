"""The campaign's short form: some seconds of faults against a whole server of its own."""

import subprocess
import sys

import pytest

from competition.embedded.runtime import REPOSITORY
from tests.faults.forms import LONG

FAULTS = ("--seconds", "14", "--every", "1", "--lease", "6")
PATIENCE = 900


@pytest.mark.skipif(LONG, reason="the long form has run by itself")
def test_nothing_is_lost_and_nothing_counted_twice_while_everything_is_killed(record_property):
    ended = subprocess.run(
        [sys.executable, "-m", "tests.faults.campaign", *FAULTS],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    record_property("campaign", ended.stdout)
    assert ended.returncode == 0, ended.stdout + ended.stderr[-3000:]
