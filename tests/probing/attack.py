"""Attacks on hidden labels by one team without a model, through the API alone: it uploads, and reads what it is shown.

`boost` combines random 0/1 files by the values that are shown of each class (Blum and Hardt, 2015; Whitehill, 2016).
`climb` has a held score alone: it keeps what made a step. `split_class` and `halve_class` ask where a rare class's
positive images are, by the value of the class and by steps. `score_of` is the organizers' sight of the last file.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from numpy.typing import NDArray

from competition.jobs import evaluate
from competition.models import Competition, Evaluation, GroundTruth
from competition.operations.folder import read_folder
from competition.operations.found import found
from competition.operations.sweep import publish_ready
from competition.operations.yardstick import Yardstick, yardstick_of
from scoring import Probabilities, Scorecard, held, score_classification, shown_value
from tests.factory import make_member, make_token, write_folder

IMAGES = 1000
LABELS = tuple(f"L{place}" for place in range(14))
PREVALENCE = np.geomspace(0.012, 0.12, len(LABELS))
"""The first class has 12 positive images, the last 120."""
PUBLIC = 0.3
DECIMALS = 6
Values = NDArray[np.float64]
Shown = dict[str, object]


def truth_of(seed: int) -> NDArray[np.bool_]:
    """(images, labels): each label's positives drawn at random."""
    rng = np.random.default_rng(seed)
    labels = np.zeros((IMAGES, len(LABELS)), bool)
    for place, share in enumerate(PREVALENCE):
        labels[rng.permutation(IMAGES)[: round(share * IMAGES)], place] = True
    return labels


def found_competition(folder: Path, detail: str, truth: NDArray[np.bool_]) -> Competition:
    """A competition with these labels and a secret split, founded as an organizer does it."""
    write_folder(
        folder,
        manifest=None,
        min_positives=3,
        split={"public": PUBLIC, "seed": 9},
        tracks={"classification": {"labels": list(LABELS), "truth": "image_labels.csv", "metric": "auroc"}},
        phases=[
            {
                "key": "main",
                "title": "Main",
                "opens_at": "2020-01-01",
                "closes_at": "2100-01-01",
                "daily_limit": 1000,
                "total_limit": 1000,
                "detail": detail,
            }
        ],
    )
    (folder / "image_labels.csv").write_bytes(_csv(truth.astype(int).astype(str)))
    return found(read_folder(folder))


class Asked(Protocol):
    """Whoever can be asked by a file."""

    def ask(self, values: Values) -> Shown: ...


@dataclass
class Prober:
    """A team that uploads and reads."""

    competition: Competition
    api: Client
    sent: int = 0

    def ask(self, values: Values) -> Shown:
        """Upload probabilities (images, labels), have the worker score them, and read what is shown."""
        file = SimpleUploadedFile("mine.csv", _csv(np.char.mod(f"%.{DECIMALS}f", values)))
        receipt = self.api.post(
            f"/api/v1/competitions/{self.competition.slug}/submissions", {"track": "classification", "file": file}
        )
        assert receipt.status_code == 201, receipt.content
        self.sent += 1
        for evaluation in Evaluation.objects.filter(state="waiting"):
            evaluate(evaluation.pk, evaluation.attempt)
        publish_ready()
        shown = self.api.get(receipt["Location"]).json()
        assert shown["state"] == "scored", shown
        return shown


def prober(competition: Competition, name: str) -> Prober:
    """A person who has entered."""
    member = make_member(competition, name)
    return Prober(competition, Client(headers={"Authorization": f"Bearer {make_token(member.user)}"}))


class Simulation:
    """The same team without HTTP and books: the server's own scoring, step rule and shown value, and nothing else.

    That it answers as the API does is tested; it makes twenty runs of a hundred files a matter of a minute.
    """

    def __init__(self, stick: Yardstick, detail: str) -> None:
        self._stick = stick
        self._truths = {part: stick.truth.restricted_to(images) for part, images in stick.parts.items()}
        self._detail = detail
        self._held: tuple[float, NDArray[np.float32]] | None = None
        self.values: list[float] = []
        self.private: list[float] = []

    def ask(self, values: Values) -> Shown:
        """Score, and say what is shown."""
        cells = np.round(values, DECIMALS)
        public = self._scored("public", cells, 0)
        self.values.append(public.value)
        self.private.append(self._scored("private", cells, 0).value)
        if self._detail == "classes":
            return {"score": public.value, "report": public.as_json()}
        step = self._makes_step(public.value, cells)
        return {"score": shown_value(public.value) if step else None, "report": None}

    def _makes_step(self, value: float, cells: Values) -> bool:
        """As the server decides; without resamples where the least difference is not reached."""
        if self._held is not None and value - self._held[0] < 0.0099:
            return False
        replicates = self._scored("public", cells, self._stick.resamples).replicates
        mine = (value, np.asarray(replicates, np.float32))
        both = [mine] if self._held is None else [self._held, mine]
        step = held(np.array([one for one, _ in both]), np.stack([row for _, row in both]))[-1] == len(both) - 1
        if step:
            self._held = mine
        return step

    def _scored(self, part: str, cells: Values, resamples: int) -> Scorecard:
        stick = self._stick
        file = Probabilities(tuple(stick.truth.image_ids), LABELS, np.ascontiguousarray(cells), len(cells))
        return score_classification(
            self._truths[part],
            file.restricted_to(stick.parts[part]),
            resamples=resamples,
            seed=stick.seed,
            scored=stick.measure.scored_labels,
        )


def yardstick_for(competition: Competition) -> Yardstick:
    """What the competition's files are measured against."""
    return yardstick_of(GroundTruth.objects.get(competition=competition), competition.tracks.get())


def made_step(shown: Shown) -> bool:
    """Whether the answer says that a held score has moved."""
    return shown["score"] is not None


def boost(team: Asked, rng: np.random.Generator, queries: int) -> Values:
    """Weights each random column by how much better than chance it was shown to be; hands in the sum."""
    total = np.zeros((IMAGES, len(LABELS)))
    for _ in range(queries):
        asked = rng.integers(0, 2, total.shape).astype(float)
        values = {row["label"]: row["value"] for row in team.ask(asked)["report"]["classes"]}
        total += asked * (np.array([values[label] for label in LABELS]) - 0.5)
    team.ask(_as_shares(total))
    return total


def climb(team: Asked, rng: np.random.Generator, queries: int) -> Values:
    """Adds a random file to what is held, and keeps it when that made a step."""
    total = rng.integers(0, 2, (IMAGES, len(LABELS))).astype(float)
    team.ask(_as_shares(total))
    for _ in range(queries - 1):
        candidate = total + rng.integers(0, 2, total.shape)
        if made_step(team.ask(_as_shares(candidate))):
            total = candidate
    return total


def split_class(team: Asked, rng: np.random.Generator, queries: int) -> Values:
    """By the class's own value: a group that is put above all others is better than chance if a positive is in it."""
    belief = np.full(IMAGES, 0.5)
    groups = list(np.array_split(rng.permutation(IMAGES), 12))
    while groups and queries:
        group = groups.pop()
        queries -= 1
        above = team.ask(_group_file(group))["report"]["classes"][0]["value"] > 0.5
        belief[group] = 0.0 if not above else belief[group] + 1 / len(group)
        if above and len(group) > 1:
            groups += np.array_split(group, 2)
    return belief


def halve_class(team: Asked, rng: np.random.Generator, queries: int) -> Values:
    """By steps alone: a random half of those that are left is put above all others, and kept when that made a step."""
    left = np.arange(IMAGES)
    team.ask(np.full((IMAGES, len(LABELS)), 0.5))
    for _ in range(queries - 1):
        half = rng.permutation(left)[: max(1, len(left) // 2)]
        if made_step(team.ask(_group_file(half))):
            left = half
    belief = np.zeros(IMAGES)
    belief[left] = 1.0
    return belief


def recovered(belief: Values, positive: NDArray[np.bool_], rng: np.random.Generator) -> float:
    """The share of positives among as many images as there are positives, the most believed; ties drawn by lot.

    The mean of 200 draws.
    """
    count = int(positive.sum())
    lots = (np.lexsort((rng.random(IMAGES), -belief))[:count] for _ in range(200))
    return float(np.mean([positive[named].mean() for named in lots]))


def _group_file(group: NDArray[np.intp]) -> Values:
    values = np.full((IMAGES, len(LABELS)), 0.5)
    values[:, 0] = 0.0
    values[group, 0] = 1.0
    return values


def _as_shares(total: Values) -> Values:
    low, high = total.min(), total.max()
    return (total - low) / (high - low)


def _csv(cells: NDArray[np.str_]) -> bytes:
    rows = [f"{image:032x},{','.join(row)}" for image, row in enumerate(cells)]
    return ("\n".join([",".join(["image_id", *LABELS]), *rows]) + "\n").encode()
