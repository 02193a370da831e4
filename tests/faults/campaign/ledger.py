"""What the uploaders know themselves: what they have sent, what they were told, and what must not have been."""

import hashlib
import time
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from typing import Any


@dataclass
class Upload:
    """One file that a team wants to hand in, until it is in."""

    key: str
    """Its Idempotency-Key, the same at every try."""
    team: str
    track: str
    kind: int
    """Files of one kind must get one score, to the last bit."""
    content: bytes
    began: float = field(default_factory=time.monotonic)
    tries: int = 0
    receipt: dict[str, Any] | None = None
    seconds: float = 0.0
    """From the first try until it was in."""

    @property
    def sha256(self) -> str:
        """Of the bytes that were sent."""
        return hashlib.sha256(self.content).hexdigest()


class Ledger:
    """The uploads of all teams; several threads write."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.uploads: list[Upload] = []
        self.answers: Counter[str] = Counter()
        self.breaches: list[str] = []

    def begin(self, upload: Upload) -> None:
        """It will be sent until it is in."""
        with self._lock:
            self.uploads.append(upload)

    def heard(self, upload: Upload, answer: str) -> None:
        """One try, and what became of it."""
        with self._lock:
            upload.tries += 1
            self.answers[answer] += 1

    def is_in(self, upload: Upload, receipt: dict[str, Any]) -> None:
        """The server has said that it has it. A second receipt for the same upload must be the first one."""
        told = {name: receipt.get(name) for name in ("id", "sha256", "received_at")}
        if told["sha256"] != upload.sha256:
            self.breach(f"{upload.key}: the receipt names other bytes than were sent")
        if upload.receipt is None:
            upload.receipt, upload.seconds = told, time.monotonic() - upload.began
        elif upload.receipt != told:
            self.breach(f"{upload.key}: two receipts, {upload.receipt} and {told}")

    def breach(self, what: str) -> None:
        """Something that must never be."""
        with self._lock:
            self.breaches.append(what)

    @property
    def taken(self) -> int:
        """Files that the server has said it has."""
        return sum(upload.receipt is not None for upload in list(self.uploads))

    @property
    def retries(self) -> int:
        """Tries beyond the first."""
        return sum(max(0, upload.tries - 1) for upload in self.uploads)
