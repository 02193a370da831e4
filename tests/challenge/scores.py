"""What the server has measured, read from its tables, beside what the script measures itself."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import psycopg

from tests.challenge.books import Upload
from tests.challenge.measure import score_of
from tests.challenge.server import Deviation
from tests.challenge.standing import Measured
from tests.challenge.world import World

LARGEST_DIFFERENCE = 1e-9
OF_INTERVALS = 1e-6
"""Replicates are kept as float32."""
PARTS = ("public", "private")
NEW_SCORES = """
    SELECT s.id, e.submission_id::text, g.version, s.part, s.value, s.interval_low, s.interval_high, s.replicates
    FROM competition_score s JOIN competition_evaluation e ON e.id = s.evaluation_id
    JOIN competition_groundtruth g ON g.id = e.ground_truth_id WHERE s.id > %s ORDER BY s.id
"""


@dataclass
class Scores:
    """Values of the script's own, and the server's replicates. Keys: submission, version, part."""

    world: World
    public: set[str]
    labels: dict[str, list[str]]
    own: dict[tuple[str, str, int, str], float] = field(default_factory=dict)
    stored: dict[tuple[str, int, str], tuple[np.ndarray, tuple[float, float]]] = field(default_factory=dict)
    compared: int = 0
    largest: float = 0.0
    _last: int = 0

    def value(self, upload: Upload, version: int, part: str) -> float:
        """The script's own number for a file."""
        key = (upload.track, upload.content, version, part)
        if key not in self.own:
            truth = self.world.first if version == 1 else self.world.right
            images = self.public if part == "public" else set(self.world.images) - self.public
            self.own[key] = score_of(upload.track, upload.content, truth, images, self.labels[upload.track])
        return self.own[key]

    def measured(self, upload: Upload, version: int, part: str) -> Measured:
        """The script's value with the server's replicates."""
        return Measured(
            key=upload.key,
            team=upload.team.name,
            baseline=upload.team.baseline,
            received=upload.received,
            value=self.value(upload, version, part),
            replicates=self.stored[upload.key, version, part][0],
            withdrawn=upload.withdrawn,
        )

    def read(self, connection: psycopg.Connection[Any], uploads: list[Upload]) -> None:
        """Read what is new in the server's tables; raises Deviation for each value and interval that is not ours."""
        by_key = {upload.key: upload for upload in uploads}
        for number, key, version, part, value, low, high, packed in connection.execute(NEW_SCORES, [self._last]):
            self._last = number
            replicates = np.frombuffer(packed, dtype="<f4").astype(np.float64)
            own = self.value(by_key[key], version, part)
            self.compared += 1
            self.largest = max(self.largest, abs(own - value))
            if abs(own - value) > LARGEST_DIFFERENCE:
                raise Deviation(f"{by_key[key].track} {key} on {part} v{version}: stored {value!r}, recomputed {own!r}")
            interval = _interval(own, replicates)
            if np.abs(np.subtract(interval, [low, high])).max() > OF_INTERVALS:
                raise Deviation(f"interval of {key} on {part}: stored {low}, {high}, recomputed {interval}")
            self.stored[key, version, part] = (replicates, (low, high))


def _interval(value: float, replicates: np.ndarray) -> tuple[float, float]:
    """By docs/metrics.md: the basic one with its lower end moved down by the bias that the replicates show."""
    low, high = np.percentile(replicates, [2.5, 97.5])
    bias = max(float(np.mean(replicates)) - value, 0.0)
    return max(0.0, min(value, 2 * value - high - bias)), min(1.0, max(value, 2 * value - low))
