"""What the labels of a competition mean, as its folder tells it, and how common they are in public training data."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pydantic import Field

from competition.operations.strict import Strict
from scoring import BoxTruth, Definition, LabelTruth

MOST_IMAGES = 1_000_000_000


class DefinitionsEntry(Strict):
    """A CSV file `label,meaning[,positives]`; of how many training images the positive ones are; who says so."""

    file: str
    images: int | None = Field(default=None, ge=1, le=MOST_IMAGES)
    source: str = Field(default="", max_length=1000)


def kept_definitions(entry: DefinitionsEntry | None, definitions: Sequence[Definition]) -> dict[str, Any] | None:
    """What the competition keeps of them."""
    if entry is None:
        return None
    return {"source": entry.source, "images": entry.images, "labels": [asdict(one) for one in definitions]}


def definitions_in(kept: dict[str, Any] | None) -> tuple[Definition, ...]:
    """What was kept."""
    return tuple(Definition(**one) for one in kept["labels"]) if kept else ()


def are_hidden_counts(
    definitions: Sequence[Definition], images: int | None, truths: Mapping[str, BoxTruth | LabelTruth], tested: int
) -> bool:
    """Whether the counts are those of the hidden labels. images: what was counted; tested: the test images."""
    counts = {one.label: one.positives for one in definitions if one.positives is not None}
    hidden = {
        label: int(count)
        for truth in truths.values()
        for label, count in zip(truth.labels, truth.positive_images().sum(axis=0), strict=True)
    }
    return bool(counts) and images == tested and all(hidden.get(label) == count for label, count in counts.items())
