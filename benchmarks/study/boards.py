"""Whether rank ranges hold the true rank: boards of twenty teams of equal and of nearly equal quality."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from benchmarks.study import classifiers, detectors
from benchmarks.study.images import Images, draw_counts, draw_images, image_weights
from benchmarks.study.tally import mean_of
from competition.demo.detections import detector_of
from scoring import LOCAL
from scoring.arrays import Counts, Flags, Floats, Replicates, Weights
from scoring.estimates import ENOUGH_POSITIVES
from scoring.ranking import rank_entries

TEAMS: Final = 20
DECIMALS: Final = 3
SKILLS: Final = {
    "equal": (0.7,) * TEAMS,
    "each a little better": tuple(np.linspace(0.6, 0.8, TEAMS).tolist()),
}
"""How good the teams of each board are."""
FORMS: Final = ("single", "simultaneous", "percentiles of ranks")


@dataclass(eq=False)
class Board:
    """For each run: which teams' ranges hold the true rank (teams,), and how many ranks a range has on average."""

    held: list[Flags] = field(default_factory=list)
    width: list[float] = field(default_factory=list)

    def add(self, low: Counts | Floats, high: Counts | Floats, truth: Counts) -> None:
        """Note one run's ranges (teams,)."""
        self.held.append((low <= truth) & (truth <= high))
        self.width.append(float((high - low + 1).mean()))

    @property
    def of_one(self) -> float:
        """How often a team's range holds its true rank, in per cent."""
        return float(100 * np.mean(self.held))

    @property
    def of_the_worst_off(self) -> float:
        """The same of the team whose range does so least often."""
        return float(100 * np.mean(self.held, axis=0).min())

    @property
    def of_all(self) -> float:
        """How often all ranges of a board hold their true ranks at once, in per cent."""
        return float(100 * np.mean(np.all(self.held, axis=1)))


def true_ranks(skills: tuple[float, ...]) -> Counts:
    """Competition ranks by skill; every label's value on the population rises with it."""
    values = np.array(skills)
    return ranks_of(values[:, None])[:, 0]


def ranks_of(scores: Floats) -> Counts:
    """Competition ranks in each column of `scores` (teams, columns)."""
    return 1 + np.array([(scores > row).sum(axis=0) for row in scores])


def add_board(
    board: dict[str, Board],
    track: str,
    images: int,
    skills: tuple[float, ...],
    rng: np.random.Generator,
    resamples: int,
) -> None:
    """Draw a test set with the teams' submissions and note their ranges in each of FORMS."""
    scores, replicates = draw_board(track, images, skills, rng, resamples)
    truth = true_ranks(skills)
    for form in FORMS[:2]:
        ranking = rank_entries(np.round(scores, DECIMALS), replicates, simultaneous=form == "simultaneous")
        board[form].add(ranking.rank_low, ranking.rank_high, truth)
    low, high = np.quantile(ranks_of(replicates), [0.025, 0.975], axis=1)
    board[FORMS[2]].add(low, high, truth)


def draw_board(
    track: str, images: int, skills: tuple[float, ...], rng: np.random.Generator, resamples: int
) -> tuple[Floats, Replicates]:
    """The scores (teams,) and their replicates (teams, resamples) on a test set.

    They run over the labels of the demo's track, local or global, that have positives enough.
    """
    drawn = draw_images(rng, images, 1.0)
    weights = image_weights(draw_counts(rng, images, resamples), drawn.group)
    labels = slice(0, len(LOCAL)) if track == "detection" else slice(len(LOCAL), None)
    positives = drawn.positive[:, labels].sum(axis=0)
    values = (_detection if track == "detection" else _classification)(drawn, skills, rng, weights)
    rows = np.array([mean_of(of_team, positives, ENOUGH_POSITIVES)[1] for of_team in values])
    return rows[:, 0], rows[:, 1:].astype(np.float32)


def _detection(images: Images, skills: tuple[float, ...], rng: np.random.Generator, weights: Weights) -> list[Floats]:
    findings = detectors.draw_findings(rng, images)
    submissions = (detectors.draw_submission(rng, findings, detector_of(skill)) for skill in skills)
    return [detectors.values_of(rows, weights) for rows in submissions]


def _classification(
    images: Images, skills: tuple[float, ...], rng: np.random.Generator, weights: Weights
) -> list[Floats]:
    noise = classifiers.draw_noise(rng, images)
    submissions = (classifiers.draw_submission(rng, images, noise, skill) for skill in skills)
    labels = slice(len(LOCAL), None)
    return [classifiers.values_of(images.positive[:, labels], score[:, labels], weights) for score in submissions]
