"""`python -m tests.faults.soak`: steady load for HOURS without a fault; what grew, and the verdict of the books."""

import argparse
import logging
import os
import signal
import sys
import time
from pathlib import Path
from random import Random

from tests.faults.campaign.telling import tell
from tests.faults.campaign.world import running_world, use_as_owner, wait_until_ready

SENDERS = 4
SEED = 40


def main() -> int:
    """The exit code says whether everything was as it must be."""
    asked = _asked()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all that was started is stopped
    with running_world(CAMPAIGN_PAGES="yes") as world:
        use_as_owner(world)
        from tests.faults.campaign.course import let_end, load, table, too_much
        from tests.faults.campaign.ledger import Ledger
        from tests.faults.campaign.people import found_competition
        from tests.faults.campaign.uploader import Uploader
        from tests.faults.campaign.verdict import judge
        from tests.faults.campaign.watch import Watch
        from tests.faults.soak.growth import Growth
        from tests.faults.soak.readers import Reader

        logging.getLogger("httpx").setLevel(logging.WARNING)
        found_competition(world, [f"Team {number:03}" for number in range(asked.teams)])
        wait_until_ready(world)
        print(f"{asked.teams} teams, {asked.rate:g} uploads a second, {asked.hours:g} h", flush=True)
        ledger, seconds = Ledger(), 3600 * asked.hours
        watch = Watch(world.settings["DATABASE_URL"], ledger, every=min(60.0, seconds / 20))
        pause = 2 * SENDERS / asked.rate
        senders = [
            Uploader(f"sender-{nth}", world.teams, world.client, ledger, Random(SEED + nth), too_much(watch), pause)
            for nth in range(SENDERS)
        ]
        reader = Reader(world, ledger, Random(SEED), 2 / asked.rate)
        growth = Growth(world, ledger, every=min(60.0, seconds / 60))
        for thread in (watch, *senders, reader, growth):
            thread.start()
        time.sleep(seconds)
        reader.finish()
        until_final = let_end(world, ledger, watch, senders)
        growth.finish()
        figures = {
            "hours": round(asked.hours, 2),
            "teams": asked.teams,
            "uploads": ledger.taken,
            "looks at boards, lists and pages": sum(reader.answers.values()),
            **table(world, ledger, watch),
            **judge(world, ledger),
            "seconds until all was final": round(until_final, 1),
            **growth.told(),
            "largest tables": growth.tables(),
            "load a processor": load(),
        }
    return tell(figures, ledger, asked.figures)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description="Steady load, without a fault.")
    parser.add_argument("--hours", type=float, default=float(os.environ.get("HOURS", "24")))
    parser.add_argument("--teams", type=int, default=500)
    parser.add_argument("--rate", type=float, default=1.0, help="uploads a second, and as many looks")
    parser.add_argument("--figures", type=Path, help="write the figures into this file too, as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
