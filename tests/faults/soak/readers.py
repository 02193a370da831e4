"""Who reads while others upload: boards, lists, pages."""

import threading
from collections import Counter
from random import Random

import httpx

from tests.faults.campaign.ledger import Ledger
from tests.faults.campaign.world import World

PATHS = (
    "/",
    "/competitions/chest/",
    "/api/v1/competitions/chest",
    "/api/v1/competitions/chest/boards/detection",
    "/api/v1/competitions/chest/boards/classification?format=csv",
    "/api/v1/competitions/chest/submissions",
    "/readyz",
)


class Reader(threading.Thread):
    """Asks for one after another, by lot; anything but 200 is a breach."""

    def __init__(self, world: World, ledger: Ledger, rng: Random, longest_pause: float) -> None:
        super().__init__(name="reader", daemon=True)
        self._world, self._ledger, self._rng, self._longest_pause = world, ledger, rng, longest_pause
        self._over = threading.Event()
        self.answers: Counter[int] = Counter()

    def finish(self) -> None:
        """Ask no more."""
        self._over.set()
        self.join()

    def run(self) -> None:
        """Until `finish`."""
        while not self._over.wait(self._rng.uniform(0, self._longest_pause)):
            path, team = self._rng.choice(PATHS), self._rng.choice(self._world.teams)
            try:
                answer = self._world.client.get(path, headers={"Authorization": f"Bearer {team.tokens[0]}"})
            except httpx.TransportError as error:
                self._ledger.breach(f"{path}: {error!r}")
                continue
            self.answers[answer.status_code] += 1
            if answer.status_code != 200:
                self._ledger.breach(f"{path}: {answer.status_code} {answer.text[:200]}")
