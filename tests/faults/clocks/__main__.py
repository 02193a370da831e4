"""`python -m tests.faults.clocks`: every program's clock jumps by an hour, either way, under load; then the verdict."""

import argparse
import logging
import signal
import sys
from pathlib import Path

from tests.faults.campaign.telling import tell
from tests.faults.campaign.world import running_world, use_as_owner, wait_until_ready
from tests.faults.clocks.clock import compiler

SEED = 37


def main() -> int:
    """The exit code says whether everything was as it must be."""
    asked = _asked()
    if compiler() is None:
        print("A clock is moved by a library that needs a compiler: install gcc and libc6-dev.", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all that was started is stopped
    with running_world(CAMPAIGN_CLOCKS="yes") as world:
        use_as_owner(world)
        from tests.faults.campaign.course import campaign
        from tests.faults.campaign.ledger import Ledger
        from tests.faults.campaign.people import NAMES_OF_THE_TEAMS, found_competition
        from tests.faults.campaign.watch import Watch
        from tests.faults.clocks.jumps import OF_ONE_CLOCK, Jumps, clocks_of

        logging.getLogger("httpx").setLevel(logging.WARNING)
        found_competition(world, NAMES_OF_THE_TEAMS[:4])
        wait_until_ready(world)
        ledger = Ledger()
        watch = Watch(world.settings["DATABASE_URL"], ledger, OF_ONE_CLOCK)
        programs = tuple(asked.clock or clocks_of(world.folder))
        jumps = Jumps(world, ledger, watch, programs, asked.pause)
        table = campaign(world, ledger, watch, jumps, seed=SEED)
    slowest, jump = jumps.slowest
    return tell({**table, "slowest until final after a jump": f"{slowest:.1f} s ({jump})"}, ledger, asked.figures)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.clocks", description="Clocks that jump.")
    parser.add_argument("--clock", action="append", help="only this program's (postgres, sweeper, valkey, web, worker)")
    parser.add_argument("--pause", type=float, default=4, help="seconds of uploads after a jump")
    parser.add_argument("--figures", type=Path, help="write the figures into this file too, as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
