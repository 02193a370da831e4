"""What grows while the load is steady: memory and open files of each program, tables, and the storage."""

import threading
import time
from collections import defaultdict
from contextlib import suppress

import numpy as np
import psutil
import psycopg

from tests.faults.campaign.ledger import Ledger
from tests.faults.campaign.world import World

MIB = 1024 * 1024
PROGRAMS = {
    "web": "gunicorn",
    "worker": "manage.py worker",
    "sweeper": "manage.py sweeper",
    "valkey": "valkey-server",
    "postgres": "postgres",
}
WARM = 1 / 3
"""The share of the time in which programs are still filling their caches: it counts for no slope."""
MOST_GROWTH = 0.25
"""Of a program's memory, from the middle third of the time to the last."""
SMALL = 20.0
"""MiB of growth that is no sign of anything."""
TABLES = """
    SELECT relname, pg_total_relation_size(oid) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC LIMIT 5
"""


class Growth(threading.Thread):
    """Looks at the same processes again and again; with no faults, none of them may end."""

    def __init__(self, world: World, ledger: Ledger, every: float) -> None:
        super().__init__(name="growth", daemon=True)
        self._world, self._ledger, self._every = world, ledger, every
        self._over = threading.Event()
        self._began = time.monotonic()
        self._lasting = {name: self._processes(word) for name, word in PROGRAMS.items()}
        self.samples: dict[str, list[tuple[float, float]]] = defaultdict(list)
        """By what is measured: hours since the beginning, and the figure."""

    def run(self) -> None:
        """Until `finish`."""
        self.look()
        while not self._over.wait(self._every):
            self.look()

    def finish(self) -> None:
        """Look no more."""
        self._over.set()
        self.join()
        self.look()

    def look(self) -> None:
        """One sample of everything."""
        hours = (time.monotonic() - self._began) / 3600
        for name, processes in self._lasting.items():
            memory = files = 0.0
            for process in processes:
                try:
                    memory += process.memory_info().rss / MIB
                    files += process.num_fds()
                except psutil.NoSuchProcess:
                    self._ledger.breach(f"a process of {name} has ended, and nobody had ended it")
            self.samples[f"{name}, MiB"].append((hours, memory))
            self.samples[f"{name}, open files"].append((hours, files))
        with suppress(psycopg.OperationalError), psycopg.connect(self._world.settings["DATABASE_URL"]) as books:
            size = books.execute("SELECT pg_database_size(current_database())").fetchone()[0]
            self.samples["database, MiB"].append((hours, size / MIB))

    def _processes(self, word: str) -> list[psutil.Process]:
        """Those that last: the program's own and what it has started for good, no session and no work horse."""
        found = self._world.processes(word)
        if word in ("gunicorn",):
            found = [process for parent in found for process in (parent, *parent.children())]
        return found

    def told(self) -> dict[str, str]:
        """Each figure at the beginning, at the end, and its slope without the time of warming up. Judges memory."""
        table = {}
        for name, samples in self.samples.items():
            hours, figures = np.array(samples).T
            warm = hours >= hours[-1] * WARM
            slope = float(np.polyfit(hours[warm], figures[warm], 1)[0]) if warm.sum() > 2 else float("nan")
            table[name] = f"{figures[0]:.0f} to {figures[-1]:.0f}, {slope:+.1f} an hour"
            self._judge(name, hours, figures)
        return table

    def _judge(self, name: str, hours: "np.ndarray", figures: "np.ndarray") -> None:
        if not name.endswith("MiB") or name.startswith(("database", "postgres", "valkey")):
            return
        middle = figures[(hours >= hours[-1] / 3) & (hours < hours[-1] * 2 / 3)]
        last = figures[hours >= hours[-1] * 2 / 3]
        if len(middle) and (grown := float(np.median(last) - np.median(middle))) > max(
            SMALL, MOST_GROWTH * float(np.median(middle))
        ):
            self._ledger.breach(f"{name}: {grown:.0f} more in the last third than in the one before")

    def tables(self) -> str:
        """The largest tables."""
        with psycopg.connect(self._world.settings["DATABASE_URL"]) as books:
            rows = books.execute(TABLES).fetchall()
        return ", ".join(f"{name.removeprefix('competition_')} {size / MIB:.1f} MiB" for name, size in rows)
