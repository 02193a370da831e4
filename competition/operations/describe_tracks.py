"""The tracks in `competition.yaml`: labels and truth, who read, the secret split, and scores that others report."""

from typing import Literal

from pydantic import Field, field_validator

from competition.operations.strict import Strict
from scoring import ALL, GLOBAL, LOCAL, checked_labels, parse_metric

NAMED_LABELS = {"all": ALL, "local": LOCAL, "global": GLOBAL}
LARGEST_SEED = 2**63 - 1


class TrackEntry(Strict):
    """One track: labels (a list, or all, local, global), the file of its truth, its metric."""

    labels: tuple[str, ...]
    truth: str
    metric: str

    @field_validator("labels", mode="before")
    @classmethod
    def named_labels(cls, value: object) -> object:
        """`all`, `local` and `global` stand for VinDr-CXR's labels."""
        return NAMED_LABELS.get(value, value) if isinstance(value, str) else value

    @field_validator("labels")
    @classmethod
    def labels_differ(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """A label stands once, whatever its spelling, and there is one."""
        if any(not label.isprintable() or label == "image_id" for label in value):
            raise ValueError("a label is printable text and not image_id")
        return checked_labels(value)

    @field_validator("metric")
    @classmethod
    def metric_is_known(cls, value: str) -> str:
        """In its full form: `voc2010` is `voc2010@0.4`."""
        return str(parse_metric(value))


class ReadersEntry(Strict):
    """Files about the radiologists behind the consensus: who read at which stage, and what the first readers marked."""

    stages: str | None = None
    readings: str | None = None


class SplitEntry(Strict):
    """The secret division: the share of the public part and the seed of the draw."""

    public: float = Field(gt=0, lt=1)
    seed: int = Field(ge=0, le=LARGEST_SEED)


class ReferenceEntry(Strict):
    """A score that others have reported, shown beside a board: on which labels, and where it is told."""

    track: Literal["detection", "classification"]
    name: str = Field(min_length=1, max_length=100)
    score: float = Field(ge=0, le=1, allow_inf_nan=False)
    labels: str = Field(min_length=1, max_length=200)
    source: str = Field(min_length=1, max_length=500)
