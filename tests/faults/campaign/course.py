"""The course of a campaign: uploads and faults side by side, then silence, then the verdict."""

import os
import time
from random import Random

from tests.faults.campaign.killer import Killer
from tests.faults.campaign.ledger import Ledger
from tests.faults.campaign.uploader import Uploader
from tests.faults.campaign.verdict import judge, wait_until_final
from tests.faults.campaign.watch import Watch
from tests.faults.campaign.world import World, wait_until_ready

PROMISED = 60.0
"""Seconds from the last fault until all is final, where nothing else keeps the processors busy."""
MOST_UNFINISHED = 40
"""Where more than so many wait, no new file is handed in: this is about faults, not about too much work."""
LONGEST = 3
"""So many times the seconds that were asked for it goes on, where the uploads are too few."""


def campaign(
    world: World, *, seconds: float, every: float, seed: int, lease: int, uploads: int = 0
) -> tuple[Ledger, dict[str, object]]:
    """Uploads and faults side by side for so many seconds, and until so many uploads are in; then the verdict.

    lease: seconds of a worker's lease; now and then a work horse is paused for longer.
    """
    ledger = Ledger()
    watch = Watch(world.settings["DATABASE_URL"], ledger)
    uploaders = [
        Uploader(team, world.client, ledger, Random(f"{seed} {team.name}"), lambda: watch.unfinished > MOST_UNFINISHED)
        for team in world.teams
    ]
    killer = Killer(world, Random(seed), every, lease)
    for thread in (watch, *uploaders):
        thread.start()
    began = time.monotonic()
    killer.keep_striking(seconds, LONGEST * seconds, enough=lambda: ledger.taken >= uploads)

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
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    if until_final > PROMISED * max(1.0, load):
        ledger.breach(
            f"all was final only {until_final:.0f} s after the last fault, at a load of {load:.1f} a processor"
        )
    wait_until_ready(world)
    figures = judge(world, ledger)
    if ledger.taken < uploads:
        ledger.breach(f"only {ledger.taken} uploads were in after {LONGEST * seconds:.0f} s, not {uploads}")
    return ledger, _table(stopped - began, world, ledger, killer, watch, until_final, load, figures)


def _table(
    seconds: float,
    world: World,
    ledger: Ledger,
    killer: Killer,
    watch: Watch,
    until_final: float,
    load: float,
    figures: dict[str, object],
) -> dict[str, object]:
    uploads = ledger.uploads
    return {
        "seconds of faults": round(seconds),
        "uploads": len(uploads),
        **{f"fault: {kind}": number for kind, number in sorted(killer.kills.items())},
        **{f"answered: {answer}": number for answer, number in sorted(ledger.answers.items())},
        "retries": ledger.retries,
        "most tries for one file": max((upload.tries for upload in uploads), default=0),
        "longest until a file was in, s": round(max((upload.seconds for upload in uploads), default=0), 1),
        "stale attempts that wrote nothing": world.logged("stale_attempt"),
        **figures,
        "looks into the books": watch.looks,
        "most that waited at once": watch.most_unfinished,
        "longest running after its lease, s": round(watch.longest_past_lease, 1),
        "seconds until all was final": round(until_final, 1),
        "load a processor": round(load, 1),
    }
