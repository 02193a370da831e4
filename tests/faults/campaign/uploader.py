"""A team that hands in file after file over HTTP, and sends what was refused again with the same key until it is in."""

import threading
import time
from collections.abc import Callable, Sequence
from random import Random

import httpx

from tests.factory import detections_csv, probabilities_csv
from tests.faults.campaign.ledger import Ledger, Upload
from tests.faults.campaign.world import Team

KINDS = 8
LONGEST_PAUSE = 1.6
"""Seconds between two files of one team."""
PAUSE_AFTER_A_REFUSAL = 0.3


class Uploader(threading.Thread):
    """Of some teams, by lot. `hold` says whether so much waits that a sensible client would wait too."""

    def __init__(
        self,
        name: str,
        teams: Sequence[Team],
        client: httpx.Client,
        ledger: Ledger,
        rng: Random,
        hold: Callable[[], bool],
        longest_pause: float = LONGEST_PAUSE,
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._teams, self._client, self._ledger, self._rng, self._hold = teams, client, ledger, rng, hold
        self._longest_pause = longest_pause
        self._over = threading.Event()

    def finish(self) -> None:
        """No new file; the one on its way is sent until it is in."""
        self._over.set()

    def run(self) -> None:
        """Until `finish`."""
        number = 0
        while not self._over.wait(self._rng.uniform(0, self._longest_pause)):
            if self._hold():
                continue
            number += 1
            team = self._rng.choice(self._teams)
            self._send_until_it_is_in(self._next_file(team, number), team)

    def _next_file(self, team: Team, number: int) -> Upload:
        """No two files have the same bytes, though those of one kind have the same boxes, or the same order."""
        kind, track = self._rng.randrange(KINDS), self._rng.choice(("detection", "classification"))
        if track == "detection":
            content = detections_csv(shift=5.0 * kind, score=0.1 + 1e-6 * number)
        else:
            content = probabilities_csv(noise=0.05 + 0.05 * kind, seed=kind) + b"\n" * number
        return Upload(f"{self.name}-{number}", team.name, track, kind, content)

    def _send_until_it_is_in(self, upload: Upload, team: Team) -> None:
        self._ledger.begin(upload)
        while upload.receipt is None:
            answer = send(upload, self._client, self._rng.choice(team.tokens), self._ledger)
            if answer == "fault":
                return
            if upload.receipt is None:
                time.sleep(PAUSE_AFTER_A_REFUSAL)


def send(upload: Upload, client: httpx.Client, token: str, ledger: Ledger) -> str:
    """One try. A receipt (201, 200), a clean 503 or a broken connection are expected; all else is a breach."""
    try:
        answer = client.post(
            "/api/v1/competitions/chest/submissions",
            data={"track": upload.track},
            files={"file": ("predictions.csv", upload.content)},
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": upload.key},
        )
    except httpx.TransportError:
        ledger.heard(upload, "broken connection")
        return "refused"
    ledger.heard(upload, str(answer.status_code))
    if answer.status_code in (200, 201):
        ledger.is_in(upload, answer.json())
        return "in"
    kind = answer.headers.get("content-type", "")
    if answer.status_code == 503 and kind.startswith("application/problem+json"):
        return "refused"
    ledger.breach(f"{upload.key}: {answer.status_code} {kind} {answer.text[:300]}")
    return "fault"
