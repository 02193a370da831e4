"""What a competition is: its tracks with their labels, and its phases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from vindr_bench.answers import Raw, instant
from vindr_bench.errors import Misused

_OF_DETECTION = ("class_name", "PredictionString", "TARGET")


@dataclass(frozen=True)
class Track:
    """One kind of prediction: `detection` or `classification`, its labels and its metric."""

    track: str
    labels: tuple[str, ...]
    metric: str


@dataclass(frozen=True)
class Phase:
    """A span of time, half-open and in UTC. `state` is `upcoming`, `open` or `closed`."""

    key: str
    title: str
    opens_at: datetime | None
    closes_at: datetime | None
    state: str
    daily_limit: int
    total_limit: int


@dataclass(frozen=True)
class Competition:
    """A competition with what its participants need. `raw` has the rest of the server's answer."""

    slug: str
    title: str
    images: int
    tracks: tuple[Track, ...]
    phases: tuple[Phase, ...]
    raw: Raw = field(repr=False, compare=False)

    @classmethod
    def of(cls, raw: Raw) -> Self:
        """From JSON."""
        tracks = tuple(Track(row["track"], tuple(row["labels"]), row["metric"]) for row in raw["tracks"])
        named = ("key", "title", "state", "daily_limit", "total_limit")
        phases = tuple(
            Phase(
                **{name: row[name] for name in named},
                opens_at=instant(row["opens_at"]),
                closes_at=instant(row["closes_at"]),
            )
            for row in raw["phases"]
        )
        return cls(raw["slug"], raw["title"], raw["images"], tracks, phases, raw)

    @property
    def open_phases(self) -> list[Phase]:
        """Those that take uploads now."""
        return [phase for phase in self.phases if phase.state == "open"]

    def track(self, name: str | None) -> Track:
        """The track of that name, or the only one. Misused where there is no such one, or several."""
        names = ", ".join(track.track for track in self.tracks)
        if name is None:
            if len(self.tracks) == 1:
                return self.tracks[0]
            raise Misused("track_missing", f"Say which track: --track {names.replace(', ', ' or --track ')}.")
        found = next((track for track in self.tracks if track.track == name), None)
        if found is None:
            raise Misused("unknown_track", f"{self.slug} has no track {name!r}; it has: {names}.")
        return found

    def track_of_file(self, name: str | None, first_line: bytes) -> Track:
        """The named track, or the one that a file's header is of."""
        return self.track(kind_of_file(first_line) if name is None and len(self.tracks) > 1 else name)

    def phase_to_upload_to(self, key: str | None) -> str | None:
        """The named phase, or the only open one. None leaves it to the server, which says why nothing can be taken."""
        if key is not None:
            return key
        keys = [phase.key for phase in self.open_phases]
        if len(keys) > 1:
            raise Misused(
                "phase_ambiguous", f"Several phases are open; say which: --phase {' or --phase '.join(keys)}."
            )
        return keys[0] if keys else None


def kind_of_file(first_line: bytes) -> str:
    """The kind of track that a file's header is of: boxes, in our form or Kaggle's, or probabilities."""
    header = first_line.decode(errors="replace")
    return "detection" if any(column in header for column in _OF_DETECTION) else "classification"
