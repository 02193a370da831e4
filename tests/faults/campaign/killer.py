"""Every few seconds one of the server's processes is killed, drawn by lot from a seed."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from random import Random

import psutil
import redis

from tests.faults.campaign.world import World

PATIENCE = 1.5
"""Seconds to wait for a work horse, which lives only while there is work."""


class Killer:
    """Kills one thing after another; the second half of a campaign adds PostgreSQL."""

    def __init__(self, world: World, rng: Random, every: float) -> None:
        self._world, self._rng, self._every = world, rng, every
        self._deck: list[str] = []
        self._database_too = False
        self.kills: Counter[str] = Counter()
        self._finders: dict[str, Callable[[], list[psutil.Process]]] = {
            "web worker": lambda: _children(world.processes("gunicorn")),
            "web master": lambda: world.processes("gunicorn"),
            "worker": lambda: world.processes("manage.py worker"),
            "work horse": self._horses,
            "sweeper": lambda: world.processes("manage.py sweeper"),
            "Valkey": lambda: world.processes("valkey-server"),
            "PostgreSQL backend": lambda: _backends(world),
            "PostgreSQL": lambda: world.processes("postgres"),
        }

    def strike(self, *, database_too: bool) -> None:
        """One fault: kinds come in an order by lot, each once before any comes again."""
        if not self._deck or database_too != self._database_too:
            self._database_too = database_too
            kinds = [*self._finders, "FLUSHALL"]
            self._deck = [kind for kind in kinds if database_too or not kind.startswith("PostgreSQL")]
            self._rng.shuffle(self._deck)
        kind = self._deck.pop()
        lot = self._rng.random()
        if kind == "FLUSHALL":
            self._flush()
        else:
            self._kill(kind, self._finders[kind](), lot)

    def keep_striking(self, seconds: float) -> None:
        """Until so many seconds are over."""
        began = time.monotonic()
        strikes = 0
        while (passed := time.monotonic() - began) < seconds:
            self.strike(database_too=passed > seconds / 2)
            strikes += 1
            time.sleep(max(0.0, began + self._every * strikes - time.monotonic()))

    def _kill(self, kind: str, found: list[psutil.Process], lot: float) -> None:
        if not found:
            self.kills[f"{kind} (there was none)"] += 1
            return
        victim = found[int(lot * len(found))]
        with suppress(ProcessLookupError, psutil.NoSuchProcess):
            os.kill(victim.pid, signal.SIGKILL)
            self.kills[kind] += 1

    def _flush(self) -> None:
        try:
            with redis.Redis.from_url(self._world.settings["REDIS_URL"], socket_timeout=2) as client:
                client.flushall()
        except redis.RedisError:
            self.kills["FLUSHALL (Valkey was away)"] += 1
        else:
            self.kills["FLUSHALL"] += 1

    def _horses(self) -> list[psutil.Process]:
        """What workers have forked to do the work, and what that has started; as soon as there is something."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if horses := _children(self._world.processes("manage.py worker"), recursive=True):
                return horses
            time.sleep(0.02)
        return []


def _children(parents: list[psutil.Process], *, recursive: bool = False) -> list[psutil.Process]:
    found: list[psutil.Process] = []
    for parent in parents:
        with suppress(psutil.NoSuchProcess):
            found += parent.children(recursive=recursive)
    return found


def _backends(world: World) -> list[psutil.Process]:
    """Sessions of the web, of workers or of the sweeper: not those that PostgreSQL has for itself."""
    found = []
    for process in _children(world.processes("postgres")):
        with suppress(psutil.NoSuchProcess):
            if " vindr_web " in (line := " ".join(process.cmdline()) + " ") or " vindr_scorer " in line:
                found.append(process)
    return found
