"""`competition.yaml`: what an organizer writes down about a competition, read strictly.

Whatever is wrong is named by its place in the file, and nothing that is not asked for is let through.
"""

from collections.abc import Hashable
from datetime import datetime
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from competition.operations.describe_definitions import DefinitionsEntry
from competition.operations.describe_fair_play import (
    MOST_BRACKETS,
    Bibtex,
    BracketEntry,
    DeclarationsEntry,
    deadline_before_the_end,
    placed_brackets,
)
from competition.operations.describe_phases import PhaseEntry
from competition.operations.describe_rules import RulesEntry
from competition.operations.describe_tracks import ReadersEntry, ReferenceEntry, SplitEntry, TrackEntry
from competition.operations.read_truth import checked_overrides
from competition.operations.strict import Strict, Time
from scoring import Problem, Review, parse_metric

MOST_IMAGES = 1_000_000_000


class FaultyFolder(Exception):
    """What is wrong in one file of the folder. `reviews`: those of an export to choose from, if it has several."""

    def __init__(self, file: str, problems: tuple[Problem, ...], total: int, reviews: tuple[Review, ...] = ()) -> None:
        super().__init__(f"{file}: {problems[0].detail}")
        self.reviews = reviews
        self.file = file
        self.problems = problems
        self.total = total


def faulty(file: str, code: str, detail: str, *, line: int | None = None) -> FaultyFolder:
    """A file with one fault."""
    return FaultyFolder(file, (Problem(code=code, line=line, column=None, value=None, detail=detail),), 1)


class _Loader(yaml.SafeLoader):
    """YAML in which a key stands once, and a time is text: `2026-13-01` is then named by its place."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        """Refuse a key that stands twice; YAML itself would keep the last."""
        seen = set()
        for key_node, _ in node.value:
            key = None if key_node.tag.endswith(":merge") else self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable) and key is not None and key in seen:
                raise yaml.MarkedYAMLError(problem=f"the key {key!r} stands twice", problem_mark=key_node.start_mark)
            if isinstance(key, Hashable):
                seen.add(key)
        return super().construct_mapping(node, deep=deep)


_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))


class TermsEntry(Strict):
    """The data use agreement: its version and the Markdown file with its text."""

    version: str = Field(min_length=1, max_length=40, coerce_numbers_to_str=True)
    text: str


class ApprovalEntry(Strict):
    """What entrants are asked before an organizer approves them; there may be no question."""

    questions: tuple[Annotated[str, Field(min_length=1, max_length=500)], ...] = Field(default=(), max_length=20)


class Description(Strict):
    """`competition.yaml`."""

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")
    title: str = Field(min_length=1, max_length=200)
    about: str | None = None
    definitions: DefinitionsEntry | None = None
    notice: str = ""
    terms: TermsEntry | None = None
    rules_page: RulesEntry | None = None
    team_size: int | None = Field(default=None, ge=1, le=MOST_IMAGES)
    merge_until: Time | None = None
    approval: ApprovalEntry | None = None
    files: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")], ...] = Field(
        default=(), max_length=50
    )
    files_need_entry: bool = False
    rules: Literal["vindr-cxr"] | None = None
    overrides: dict[str, str] = Field(default_factory=dict)
    review: str = Field(default="", max_length=200, coerce_numbers_to_str=True)
    manifest: str | None = None
    tracks: dict[Literal["detection", "classification"], TrackEntry] = Field(min_length=1)
    citation: str = Field(default="", max_length=5000)
    bibtex: Bibtex = ""
    embargo_until: Time | None = None
    reference_rows: tuple[ReferenceEntry, ...] = Field(default=(), max_length=100)
    min_positives: int = Field(default=10, ge=1, le=MOST_IMAGES)
    not_in_score: tuple[str, ...] = ()
    groups: str | None = None
    readers: ReadersEntry | None = None
    split: SplitEntry | None = None
    phases: tuple[PhaseEntry, ...] = Field(min_length=1)
    entry_until: Time | None = None
    external_data_until: Time | None = None
    declarations: DeclarationsEntry = DeclarationsEntry()
    brackets: tuple[BracketEntry, ...] = Field(default=(), max_length=MOST_BRACKETS)

    @field_validator("tracks")
    @classmethod
    def metrics_fit(cls, value: dict[str, TrackEntry]) -> dict[str, TrackEntry]:
        """Each metric is one for its track."""
        for kind, track in value.items():
            if parse_metric(track.metric).track != kind:
                raise ValueError(f"{track.metric} is no metric for {kind}")
        return value

    @field_validator("overrides")
    @classmethod
    def overrides_say_why(cls, value: dict[str, str]) -> dict[str, str]:
        """A check that can be overridden, and the reason."""
        return checked_overrides(value)

    @field_validator("not_in_score")
    @classmethod
    def labels_exist(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        """What is left out of the score is a label of a track."""
        tracks = info.data.get("tracks")
        known = {label for track in (tracks or {}).values() for label in track.labels}
        unknown = sorted(set(value) - known)
        if tracks and unknown:
            raise ValueError(f"{unknown[0]!r} is no label of a track")
        return value

    @field_validator("reference_rows")
    @classmethod
    def tracks_exist(cls, value: tuple[ReferenceEntry, ...], info: ValidationInfo) -> tuple[ReferenceEntry, ...]:
        """A reference row is about a track of the competition."""
        unknown = {row.track for row in value} - set(info.data.get("tracks") or {"detection", "classification"})
        if unknown:
            raise ValueError(f"there is no {unknown.pop()} track")
        return value

    @field_validator("phases")
    @classmethod
    def keys_differ(cls, value: tuple[PhaseEntry, ...]) -> tuple[PhaseEntry, ...]:
        """A phase is known by its key."""
        if len({phase.key for phase in value}) < len(value):
            raise ValueError("two phases have the same key")
        return value

    @field_validator("entry_until", "external_data_until")
    @classmethod
    def before_the_end(cls, value: datetime | None, info: ValidationInfo) -> datetime | None:
        """A deadline that no phase outlasts would forbid nothing."""
        return deadline_before_the_end(value, info.data.get("phases") or ())

    @field_validator("brackets")
    @classmethod
    def brackets_fit(cls, value: tuple[BracketEntry, ...], info: ValidationInfo) -> tuple[BracketEntry, ...]:
        """Brackets are of a phase and track that are there; what is left out is filled in where it is clear."""
        return placed_brackets(value, info.data.get("phases") or (), list(info.data.get("tracks") or ()))


def read_description(content: bytes, name: str = "competition.yaml") -> Description:
    """Read `competition.yaml`; unknown keys and wrong values are named by their place in it."""
    try:
        raw = yaml.load(content, _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise faulty(name, "not_yaml", f"This is no YAML: {error.problem}.", line=line) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise faulty(name, "not_yaml", f"This is no YAML: {error}.") from error
    if not isinstance(raw, dict):
        raise faulty(name, "not_yaml", "The file must hold keys and values, beginning with slug and title.")
    try:
        return Description.model_validate(raw)
    except ValidationError as error:
        problems = tuple(_problem_of(detail) for detail in error.errors())
        raise FaultyFolder(name, problems[:100], len(problems)) from error


def _problem_of(error: Any) -> Problem:
    place = ".".join(str(step) for step in error["loc"])
    value = error.get("input")
    shown = str(value)[:100] if isinstance(value, str | int | float) else None
    sentence = error["msg"].removeprefix("Value error, ").removesuffix(".")
    sentence = f"{sentence[:1].upper()}{sentence[1:]}."
    return Problem(code="bad_value", line=None, column=place or None, value=shown, detail=sentence)
