"""Every few seconds one of the server's processes is killed, drawn by lot from a seed."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random

import psutil
import psycopg
import redis
from rq import Queue
from rq.serializers import JSONSerializer

from competition import queue
from tests.faults.campaign.world import World

PATIENCE = 1.5
"""Seconds to wait for a work horse, which lives only while there is work."""
NEWEST = "SELECT id, attempt FROM competition_evaluation ORDER BY id DESC LIMIT 10"

LONGEST = 3
"""So many times the seconds that were asked for it goes on, where the uploads are too few."""


@dataclass(frozen=True)
class Pace:
    """For how many seconds there are faults, the seconds from one to the next, and those of a worker's lease."""

    seconds: float
    every: float
    lease: int


class Killer:
    """Kills one thing after another; the second half of a campaign adds PostgreSQL."""

    def __init__(self, world: World, rng: Random, pace: Pace, enough: Callable[[], bool]) -> None:
        self._world, self._rng, self._pace, self._enough = world, rng, pace, enough
        self._paused: tuple[psutil.Process, float] | None = None
        """A work horse, and when it may go on."""
        self._deck: list[str] = []
        self._database_too = False
        self.kills: Counter[str] = Counter()
        self._finders: dict[str, Callable[[], list[psutil.Process]]] = {
            "web worker": lambda: _children(world.processes("gunicorn")),
            "web master": lambda: world.processes("gunicorn"),
            "worker": lambda: world.processes("manage.py worker"),
            "work horse": lambda: self._below_workers("manage.py worker"),
            "nursery of what scores": lambda: self._below_workers("competition.sandbox"),
            "sweeper": lambda: world.processes("manage.py sweeper"),
            "Valkey": lambda: world.processes("valkey-server"),
            "PostgreSQL backend": lambda: _backends(world),
            "PostgreSQL": lambda: world.processes("postgres"),
        }
        self._others: dict[str, Callable[[redis.Redis], object]] = {
            "FLUSHALL": lambda bell: bell.flushall(),
            "ten rung for again": self._ring_again,
        }
        self._pause = "work horse paused beyond its lease"

    def strike(self, *, database_too: bool) -> None:
        """One fault: kinds come in an order by lot, each once before any comes again."""
        if not self._deck or database_too != self._database_too:
            self._database_too = database_too
            kinds = [*self._finders, *self._others, self._pause]
            self._deck = [kind for kind in kinds if database_too or not kind.startswith("PostgreSQL")]
            self._rng.shuffle(self._deck)
        kind = self._deck.pop()
        lot = self._rng.random()
        if kind == self._pause:
            self._suspend(lot)
        elif kind in self._others:
            self._to_the_bell(kind)
        else:
            self._kill(kind, self._finders[kind](), lot)

    def go_on(self) -> None:
        """Until the seconds are over and it is enough, or the longest time is over."""
        began, seconds = time.monotonic(), self._pace.seconds
        strikes = 0
        while (passed := time.monotonic() - began) < seconds or (passed < LONGEST * seconds and not self._enough()):
            self.strike(database_too=passed > seconds / 2)
            self._resume(at=time.monotonic())
            strikes += 1
            time.sleep(max(0.0, began + self._pace.every * strikes - time.monotonic()))
        self._resume(at=None)

    def _suspend(self, lot: float) -> None:
        """One at a time: until then its worker does nothing, and another takes up what it had."""
        found = [] if self._paused else self._below_workers("manage.py worker")
        if not found:
            self.kills[f"{self._pause} (there was none)"] += 1
            return
        horse = found[int(lot * len(found))]
        with suppress(psutil.NoSuchProcess):
            horse.suspend()
            self._paused = horse, time.monotonic() + self._pace.lease * (1.1 + lot / 4)
            self.kills[self._pause] += 1

    def _resume(self, *, at: float | None) -> None:
        """Whoever is paused goes on, once it is time or where there is no time left."""
        if self._paused is None or (at is not None and at < self._paused[1]):
            return
        with suppress(psutil.NoSuchProcess):
            self._paused[0].resume()
        self._paused = None

    def _kill(self, kind: str, found: list[psutil.Process], lot: float) -> None:
        if not found:
            self.kills[f"{kind} (there was none)"] += 1
            return
        victim = found[int(lot * len(found))]
        with suppress(ProcessLookupError, psutil.NoSuchProcess):
            os.kill(victim.pid, signal.SIGKILL)
            self.kills[kind] += 1

    def _to_the_bell(self, kind: str) -> None:
        try:
            with redis.Redis.from_url(self._world.settings["REDIS_URL"], socket_timeout=2) as bell:
                self._others[kind](bell)
        except (redis.RedisError, psycopg.OperationalError):
            self.kills[f"{kind} (out of reach)"] += 1
        else:
            self.kills[kind] += 1

    def _ring_again(self, bell: redis.Redis) -> None:
        """For the newest, whatever their state, and beside the message that there may be."""
        with psycopg.connect(self._world.settings["DATABASE_URL"], connect_timeout=2) as connection:
            newest = connection.execute(NEWEST).fetchall()
        messages = Queue(queue.QUEUE_NAME, connection=bell, serializer=JSONSerializer)
        for pk, attempt in newest:
            messages.enqueue_call(queue.EVALUATE, args=(pk, attempt), result_ttl=0, failure_ttl=60)

    def _below_workers(self, word: str) -> list[psutil.Process]:
        """What workers have started that has the word in its command line; as soon as there is something."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            below = _children(self._world.processes("manage.py worker"), recursive=True)
            if found := [process for process in below if word in _line(process)]:
                return found
            time.sleep(0.02)
        return []


def _line(process: psutil.Process) -> str:
    """Its command line; empty once it has ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def _children(parents: list[psutil.Process], *, recursive: bool = False) -> list[psutil.Process]:
    found: list[psutil.Process] = []
    for parent in parents:
        with suppress(psutil.NoSuchProcess):
            found += parent.children(recursive=recursive)
    return found


def _backends(world: World) -> list[psutil.Process]:
    """Sessions of the web, of workers or of the sweeper: not those that PostgreSQL has for itself."""
    sessions = _children(world.processes("postgres"))
    return [one for one in sessions if {"vindr_web", "vindr_scorer"} & set(_line(one).split())]
