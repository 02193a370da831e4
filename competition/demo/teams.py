"""The made-up teams: who they are, and how good each of their submissions is."""

from collections.abc import Iterator
from dataclasses import dataclass

from competition.demo.consensus import Consensus
from competition.demo.detections import baseline_detections, detector_of, draw_detections
from competition.demo.probabilities import baseline_probabilities, draw_probabilities, separation_of


@dataclass(frozen=True)
class MadeUpTeam:
    """A team of one person. Each submission has a skill from 0 to 1, in the order in which they come."""

    name: str
    username: str
    boxes: int
    """How many boxes its detection files have."""
    detection: tuple[float, ...]
    classification: tuple[float, ...]
    baseline: bool = False


TEAMS = (
    MadeUpTeam("Northlight Radiology Lab", "demo-amara", 36_000, (0.80, 0.90, 0.97), (0.70, 0.82)),
    MadeUpTeam("Two Lungs and a Laptop", "demo-bao", 5_000, (0.05, 0.22), (0.15, 0.30, 0.41)),
    MadeUpTeam("Lotus Chest Reading", "demo-linh", 24_000, (0.70, 0.82, 0.91), (0.80, 0.91, 0.95)),
    MadeUpTeam("Halden Imaging Group", "demo-henrik", 30_000, (0.66, 0.79), (0.77, 0.90)),
    MadeUpTeam("Blue Heron Clinic", "demo-maya", 9_000, (0.35, 0.48), (0.42, 0.55)),
    MadeUpTeam("Saint Orla Hospital", "demo-niamh", 12_000, (0.48, 0.60, 0.71), (0.52, 0.66)),
    MadeUpTeam("Tideway Thorax Team", "demo-tomas", 15_000, (0.62, 0.76), (0.61, 0.74, 0.81)),
    MadeUpTeam("Amber Bay Medical Centre", "demo-yusuf", 8_000, (0.42, 0.53), (0.36, 0.58)),
    MadeUpTeam("Kestrel Vision", "demo-ines", 18_000, (0.55, 0.68), (0.66, 0.73)),
    MadeUpTeam("Greenfield X-ray Project", "demo-grace", 6_000, (0.28, 0.40), (0.30, 0.46)),
    MadeUpTeam("Cedar Hill Residents", "demo-omar", 4_000, (0.20, 0.33), (0.25, 0.39)),
    MadeUpTeam("First Steps", "demo-sofia", 2_500, (0.10,), (0.05, 0.12)),
)

BASELINE = MadeUpTeam("Prevalence baseline", "demo-baseline", 0, (0.0,), (0.0,), baseline=True)


@dataclass(frozen=True)
class MadeUpFile:
    """One submission to be handed in. `key` names it for good."""

    team: MadeUpTeam
    track: str
    number: int
    """From 1, among the team's submissions to the track."""

    @property
    def key(self) -> str:
        """Its idempotency key: it is handed in once, however often the demo is loaded."""
        return f"{self.team.username}-{self.track}-{self.number}"

    @property
    def skill(self) -> float:
        """From 0 to 1."""
        skills = self.team.detection if self.track == "detection" else self.team.classification
        return skills[self.number - 1]

    def content(self, truth: Consensus) -> bytes:
        """The CSV."""
        seed = (2, TEAMS.index(self.team) if self.team in TEAMS else len(TEAMS), self.number)
        if self.track == "detection":
            if self.team.baseline:
                return baseline_detections(truth)
            return draw_detections(truth, detector_of(self.skill), boxes=self.team.boxes, seed=(*seed, 0))
        if self.team.baseline:
            return baseline_probabilities(truth)
        return draw_probabilities(truth, separation_of(self.skill), seed=(*seed, 1))


def files_of(teams: tuple[MadeUpTeam, ...]) -> Iterator[MadeUpFile]:
    """All of their submissions, as they come in: everybody's first, then everybody's second …"""
    for number in range(1, 1 + max(len(team.detection + team.classification) for team in teams)):
        for track in ("detection", "classification"):
            for team in teams:
                if number <= len(getattr(team, track)):
                    yield MadeUpFile(team, track, number)


def files_to_upload(truth: Consensus) -> dict[str, bytes]:
    """A good file for each track that is no team's."""
    return {
        "detection": draw_detections(truth, detector_of(0.85), boxes=20_000, seed=(3, 0)),
        "classification": draw_probabilities(truth, separation_of(0.85), seed=(3, 1)),
    }
