"""A competition as a folder: `competition.yaml` and the files it names, read and checked before anything is written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from scoring import (
    ALL,
    GLOBAL,
    LOCAL,
    BoxTruth,
    FaultyFile,
    LabelTruth,
    Manifest,
    Problem,
    check_vindr_rules,
    parse_metric,
    read_box_truth,
    read_groups,
    read_label_truth,
    read_manifest,
)

T = TypeVar("T")

NAMED_LABELS = {"all": ALL, "local": LOCAL, "global": GLOBAL}


class FaultyFolder(Exception):
    """What is wrong in one file of the folder."""

    def __init__(self, file: str, problems: tuple[Problem, ...], total: int) -> None:
        super().__init__(f"{file}: {problems[0].detail}")
        self.file = file
        self.problems = problems
        self.total = total


def _in_utc(value: object) -> object:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    raise ValueError("write a time like 2026-01-01T00:00:00Z")


Time = Annotated[datetime, BeforeValidator(_in_utc)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TermsEntry(_Strict):
    """The data use agreement: its version and the Markdown file with its text."""

    version: str = Field(min_length=1, max_length=40, coerce_numbers_to_str=True)
    text: str


class TrackEntry(_Strict):
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
        """A label stands once, and there is one."""
        if not value or len(set(value)) < len(value):
            raise ValueError("name each label once, and at least one")
        return value


class SplitEntry(_Strict):
    """The secret division: the share of the public part and the seed of the draw."""

    public: float = Field(gt=0, lt=1)
    seed: int


class PhaseEntry(_Strict):
    """One phase."""

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    title: str = Field(min_length=1, max_length=200)
    opens_at: Time
    closes_at: Time
    daily_limit: int = Field(default=3, ge=1, le=1_000_000)
    total_limit: int = Field(default=40, ge=1, le=1_000_000)
    shows: Literal["public", "nothing", "private"] = "public"
    detail: Literal["composite", "classes"] = "composite"

    @field_validator("shows", mode="before")
    @classmethod
    def private_part(cls, value: object) -> object:
        """`private part` is the long form of `private`."""
        return "private" if value == "private part" else value

    @model_validator(mode="after")
    def opens_first(self) -> "PhaseEntry":
        """A phase opens before it closes."""
        if self.opens_at >= self.closes_at:
            raise ValueError("opens_at must be before closes_at")
        return self


class Description(_Strict):
    """`competition.yaml`."""

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")
    title: str = Field(min_length=1, max_length=200)
    about: str | None = None
    notice: str = ""
    terms: TermsEntry | None = None
    rules: Literal["vindr-cxr"] | None = None
    manifest: str | None = None
    tracks: dict[Literal["detection", "classification"], TrackEntry] = Field(min_length=1)
    min_positives: int = Field(default=10, ge=1)
    not_in_score: tuple[str, ...] = ()
    groups: str | None = None
    split: SplitEntry | None = None
    phases: tuple[PhaseEntry, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def names_fit(self) -> "Description":
        """Metrics fit their tracks, phases have different keys, labels left out of the score exist."""
        for kind, track in self.tracks.items():
            metric = parse_metric(track.metric)
            if (metric.protocol == "auroc") != (kind == "classification"):
                raise ValueError(f"{track.metric} is no metric for {kind}")
        if len({phase.key for phase in self.phases}) < len(self.phases):
            raise ValueError("two phases have the same key")
        known = {label for track in self.tracks.values() for label in track.labels}
        unknown = sorted(set(self.not_in_score) - known)
        if unknown:
            raise ValueError(f"not_in_score names {unknown[0]!r}, which is no label of a track")
        return self


@dataclass(frozen=True)
class Folder:
    """A folder whose files are all good."""

    description: Description
    about: str
    terms: str
    manifest: Manifest
    truths: dict[str, BoxTruth | LabelTruth]
    groups: tuple[str, ...] | None
    """The group of each image of the manifest, in its order."""


def read_folder(path: Path) -> Folder:
    """Read and check everything; raises FaultyFolder with every fault of the first file that has one."""
    description = read_description(path / "competition.yaml")
    files = {kind: _bytes(path, track.truth) for kind, track in description.tracks.items()}
    if description.rules == "vindr-cxr":
        _check_rules(description, files)
    manifest = _manifest(path, description, files)
    truths = {kind: _read_truth(kind, track, files[kind], manifest) for kind, track in description.tracks.items()}
    groups = None
    if description.groups is not None:
        content = _bytes(path, description.groups)
        groups = _checked(description.groups, lambda: read_groups(content, manifest=manifest))
    return Folder(
        description=description,
        about=_text(path, description.about),
        terms=_text(path, description.terms.text if description.terms else None),
        manifest=manifest,
        truths=truths,
        groups=groups,
    )


def read_description(path: Path) -> Description:
    """Read `competition.yaml`; unknown keys and wrong values are named by their place in it."""
    name = path.name
    try:
        raw = yaml.safe_load(_bytes(path.parent, name))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise _faulty(name, "not_yaml", "This is no YAML.", line=mark.line + 1 if mark else None) from error
    if not isinstance(raw, dict):
        raise _faulty(name, "not_yaml", "The file must hold keys and values, beginning with slug and title.")
    try:
        return Description.model_validate(raw)
    except ValidationError as error:
        problems = tuple(_problem_of(detail) for detail in error.errors())
        raise FaultyFolder(name, problems, len(problems)) from error


def _problem_of(error: Any) -> Problem:
    place = ".".join(str(step) for step in error["loc"])
    value = error.get("input")
    shown = str(value)[:100] if isinstance(value, str | int | float) else None
    return Problem(code="bad_value", line=None, column=place or None, value=shown, detail=f"{error['msg']}.")


def _faulty(file: str, code: str, detail: str, *, line: int | None = None) -> FaultyFolder:
    return FaultyFolder(file, (Problem(code=code, line=line, column=None, value=None, detail=detail),), 1)


def _bytes(folder: Path, name: str) -> bytes:
    path = folder / name
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise _faulty(name, "outside_folder", "Files must lie in the competition's folder.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise _faulty(name, "unreadable", f"The file can't be read: {error.strerror}.") from error


def _text(folder: Path, name: str | None) -> str:
    if name is None:
        return ""
    try:
        return _bytes(folder, name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _faulty(name, "encoding", f"The text is not UTF-8 (byte {error.start}).") from error


def _checked(file: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except FaultyFile as faulty:
        raise FaultyFolder(file, faulty.problems, faulty.total) from faulty


def _read_truth(kind: str, track: TrackEntry, content: bytes, manifest: Manifest | None) -> BoxTruth | LabelTruth:
    read = read_box_truth if kind == "detection" else read_label_truth
    return _checked(track.truth, lambda: read(content, labels=track.labels, manifest=manifest))


def _manifest(path: Path, description: Description, files: dict[str, bytes]) -> Manifest:
    if description.manifest is not None:
        content = _bytes(path, description.manifest)
        return _checked(description.manifest, lambda: read_manifest(content))
    images: set[str] = set()
    for kind, track in description.tracks.items():
        images |= set(_read_truth(kind, track, files[kind], None).image_ids)
    return Manifest(image_ids=tuple(sorted(images)), widths=None, heights=None)


def _check_rules(description: Description, files: dict[str, bytes]) -> None:
    problems = check_vindr_rules(files.get("detection"), files.get("classification"))
    if problems:
        names = ", ".join(track.truth for track in description.tracks.values())
        raise FaultyFolder(names, problems[:100], len(problems))
