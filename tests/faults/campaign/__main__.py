"""`python -m tests.faults.campaign`: faults for ten minutes, then the verdict as a table; `--help` tells the rest."""

import argparse
import logging
import secrets
import signal
import sys
from pathlib import Path
from random import Random

from tests.faults.campaign.telling import tell
from tests.faults.campaign.world import running_world, use_as_owner, wait_until_ready

LEASE_OF_THE_SERVER = 30
"""Seconds, where nothing else is asked for."""


def main() -> int:
    """The exit code says whether everything was as it must be."""
    asked = _asked()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all that was started is stopped
    print(f"seed {asked.seed}: {asked.seconds:.0f} s of faults, one every {asked.every:g} s", flush=True)
    lease = {} if asked.lease is None else {"LEASE_SECONDS": str(asked.lease), "HEARTBEAT_SECONDS": "1"}
    with running_world(**lease) as world:
        use_as_owner(world)
        from tests.faults.campaign.course import campaign
        from tests.faults.campaign.killer import Killer, Pace
        from tests.faults.campaign.ledger import Ledger
        from tests.faults.campaign.people import found_competition
        from tests.faults.campaign.watch import Watch

        logging.getLogger("httpx").setLevel(logging.WARNING)
        found_competition(world)
        wait_until_ready(world)
        ledger = Ledger()
        pace = Pace(asked.seconds, asked.every, asked.lease or LEASE_OF_THE_SERVER)
        killer = Killer(world, Random(asked.seed), pace, enough=lambda: ledger.taken >= asked.uploads)
        watch = Watch(world.settings["DATABASE_URL"], ledger)
        table = campaign(world, ledger, watch, killer, seed=asked.seed)
        if ledger.taken < asked.uploads:
            ledger.breach(f"only {ledger.taken} uploads are in, not {asked.uploads}")
    return tell({**table, "seed": asked.seed}, ledger, asked.figures)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.campaign", description="A campaign of faults.")
    parser.add_argument("--seconds", type=float, default=600, help="for how long there are faults")
    parser.add_argument("--every", type=float, default=2, help="seconds from one fault to the next")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="repeats the draws of a run")
    parser.add_argument("--lease", type=int, help="seconds of a worker's lease, instead of the server's own 30")
    parser.add_argument(
        "--uploads", type=int, default=0, help="go on until so many are in, three times as long at most"
    )
    parser.add_argument("--figures", type=Path, help="write the figures into this file too, as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
