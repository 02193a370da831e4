"""What a competition's labels mean, and how common they are in public training data: never in the hidden test."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import log10

from django.utils.translation import gettext_lazy as _

from competition.environment import REPOSITORY
from competition.models import Competition, Track
from competition.operations.describe_definitions import definitions_in
from scoring import ALL, GLOBAL, LOCAL, Definition, read_definitions

OF_VINDR_CXR = REPOSITORY / "competition" / "vindr-cxr-labels.csv"
VINDR_CXR_IMAGES = 15_000
VINDR_CXR_SOURCE = _(
    "Nguyen et al., VinDr-CXR, arXiv 2012.15029, Tables 2 and 3, shortened. An image "
    "counts where most of its three readers gave it the label."
)
LOWEST_DECADE = -2
DECADES = 4
"""Per cent are drawn from 0.01 to 100."""
WIDTH = 400
HEAD = 8


@dataclass(frozen=True)
class Definitions:
    """What is told, by whom, and of how many training images the counts are (None: nothing is counted)."""

    source: str
    images: int | None
    labels: tuple[Definition, ...]

    def of(self, label: str) -> Definition | None:
        """That of one label."""
        return next((one for one in self.labels if one.label == label), None)


@dataclass(frozen=True)
class Prevalence:
    """How common a label is; `at` places it on a line WIDTH units long, from 0.01 to 100 per cent by powers of ten."""

    label: str
    positives: int
    per_cent: float
    at: float

    @property
    def head(self) -> float:
        """Where the mark at its end begins, which stays on the line."""
        return round(min(max(self.at - HEAD / 2, 0), WIDTH - HEAD), 1)


@dataclass(frozen=True)
class Told:
    """A label as the page lists it: its meaning and its prevalence, as far as they are told; how it is marked."""

    label: str
    meaning: str
    prevalence: Prevalence | None
    scope: str


def definitions_of(competition: Competition) -> Definitions | None:
    """The competition's own, else those of VinDr-CXR where its labelling rules hold; None: none are told."""
    kept = competition.definitions
    if kept is not None:
        return Definitions(kept["source"], kept["images"], definitions_in(kept))
    return _of_vindr_cxr() if competition.rules == "vindr-cxr" else None


@cache
def _of_vindr_cxr() -> Definitions:
    labels = read_definitions(OF_VINDR_CXR.read_bytes(), labels=ALL, images=VINDR_CXR_IMAGES)
    return Definitions(VINDR_CXR_SOURCE, VINDR_CXR_IMAGES, labels)


def told_labels(competition: Competition, track: Track, definitions: Definitions | None) -> list[Told]:
    """One for each label of the track, in its order."""
    prevalences = {one.label: one for one in prevalences_of(track.labels, definitions)}
    told = []
    for label in track.labels:
        definition = definitions.of(label) if definitions else None
        told.append(
            Told(
                label=label,
                meaning=definition.meaning if definition else "",
                prevalence=prevalences.get(label),
                scope=_scope(label) if competition.rules == "vindr-cxr" else "",
            )
        )
    return told


def prevalences_of(labels: Sequence[str], definitions: Definitions | None) -> list[Prevalence]:
    """Those that are told, the most common first."""
    if definitions is None or definitions.images is None:
        return []
    counted = [one for one in definitions.labels if one.label in labels and one.positives is not None]
    told = [_prevalence(one, definitions.images) for one in counted]
    return sorted(told, key=lambda one: -one.positives)


def _prevalence(definition: Definition, images: int) -> Prevalence:
    per_cent = 100 * (definition.positives or 0) / images
    decades = log10(per_cent) - LOWEST_DECADE if per_cent > 0 else 0
    return Prevalence(
        definition.label, definition.positives or 0, per_cent, round(WIDTH * max(decades, 0) / DECADES, 1)
    )


def _scope(label: str) -> str:
    if label in LOCAL:
        return _("marked with a rectangle")
    return _("said of the whole image") if label in GLOBAL else ""
