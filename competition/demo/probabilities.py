"""Made-up files of the classification track: the true labels behind so much noise."""

import numpy as np

from competition.demo.consensus import Consensus
from competition.demo.findings import GLOBAL_SHARES
from competition.demo.numbers import as_csv, as_share, generator
from scoring import GLOBAL

HEADER = f"image_id,{','.join(GLOBAL)}"


def separation_of(skill: float) -> float:
    """How many standard deviations the positive images lie above the others. skill: from 0 to 1."""
    return 0.3 + 2.2 * skill


def draw_probabilities(truth: Consensus, separation: float, *, seed: tuple[int, ...]) -> bytes:
    """A file whose AUROC is about Φ(separation / √2); the same for the same seed."""
    shape = truth.global_labels.shape
    noise = np.sqrt(0.6) * generator(1).normal(size=shape) + np.sqrt(0.4) * generator(*seed).normal(size=shape)
    usual = np.log(GLOBAL_SHARES / (1 - GLOBAL_SHARES))
    return _file(truth, as_share(usual + noise + separation * (truth.global_labels - GLOBAL_SHARES)))


def baseline_probabilities(truth: Consensus) -> bytes:
    """Each label's prevalence for every image: nobody has looked."""
    return _file(truth, np.tile(GLOBAL_SHARES, (len(truth.image_ids), 1)))


def _file(truth: Consensus, values: np.ndarray) -> bytes:
    rows = [
        f"{image},{','.join(f'{value:.5f}' for value in row)}"
        for image, row in zip(truth.image_ids, values.tolist(), strict=True)
    ]
    return as_csv(HEADER, rows)
