"""The course of a campaign: uploads and faults side by side, then silence, then the verdict."""

import os
import time
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Protocol

from tests.faults.campaign.ledger import Ledger
from tests.faults.campaign.uploader import Uploader
from tests.faults.campaign.verdict import judge, wait_until_final
from tests.faults.campaign.watch import Watch
from tests.faults.campaign.world import World, wait_until_ready

PROMISED = 60.0
"""Seconds from the last fault until all is final, where nothing else keeps the processors busy."""
MOST_UNFINISHED = 40
"""Where more than so many wait, no new file is handed in: this is about faults, not about too much work."""


class Faults(Protocol):
    """What is done to the server while files come in."""

    kills: Counter[str]
    """What was done, and how often."""

    def go_on(self) -> None:
        """Until it is over."""


def campaign(world: World, ledger: Ledger, watch: Watch, faults: Faults, *, seed: int) -> dict[str, object]:
    """Uploads and faults side by side, then the verdict. What must not have been is in the ledger; returns figures."""
    uploaders = [
        Uploader(team.name, [team], world.client, ledger, Random(f"{seed} {team.name}"), too_much(watch))
        for team in world.teams
    ]
    for thread in (watch, *uploaders):
        thread.start()
    began = time.monotonic()
    faults.go_on()
    lasted = time.monotonic() - began
    until_final = let_end(world, ledger, watch, uploaders)
    figures = judge(world, ledger)
    return {
        "seconds of faults": round(lasted),
        "uploads": ledger.taken,
        **{f"fault: {kind}": number for kind, number in sorted(faults.kills.items())},
        **table(world, ledger, watch),
        **figures,
        "seconds until all was final": round(until_final, 1),
        "load a processor": load(),
    }


def too_much(watch: Watch) -> Callable[[], bool]:
    """Whether so much waits that a sensible client would wait too."""
    return lambda: watch.unfinished > MOST_UNFINISHED


def let_end(world: World, ledger: Ledger, watch: Watch, uploaders: list[Uploader]) -> float:
    """No more files; returns how many seconds it took until all was final, which is a breach where it was too long."""
    stopped = time.monotonic()
    for uploader in uploaders:
        uploader.finish()
    for uploader in uploaders:
        uploader.join(timeout=300)
        if uploader.is_alive():
            ledger.breach(f"{uploader.name} can't get its last file in")
    wait_until_final(world.settings["DATABASE_URL"])
    until_final = time.monotonic() - stopped
    watch.finish()
    if until_final > PROMISED * max(1.0, load()):
        ledger.breach(
            f"all was final only {until_final:.0f} s after the last fault, at a load of {load():.1f} a processor"
        )
    wait_until_ready(world)
    return until_final


def table(world: World, ledger: Ledger, watch: Watch) -> dict[str, object]:
    """Figures of the uploads and of what was seen in the books meanwhile."""
    uploads = ledger.uploads
    return {
        **{f"answered: {answer}": number for answer, number in sorted(ledger.answers.items())},
        "retries": ledger.retries,
        "most tries for one file": max((upload.tries for upload in uploads), default=0),
        "longest until a file was in, s": round(max((upload.seconds for upload in uploads), default=0), 1),
        "stale attempts that wrote nothing": world.logged("stale_attempt"),
        "looks into the books": watch.looks,
        "most that waited at once": watch.most_unfinished,
        "longest running after its lease, s": round(watch.longest_past_lease, 1),
    }


def load() -> float:
    """By processor, over the last minute."""
    return round(os.getloadavg()[0] / (os.cpu_count() or 1), 1)
