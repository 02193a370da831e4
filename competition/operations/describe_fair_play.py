"""The part of `competition.yaml` on fair play: deadlines of their own, declarations, brackets, the citation."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from competition.operations.strict import Strict

MOST_BRACKETS = 20
LONGEST_BIBTEX = 10_000
BIBTEX_ENTRY = re.compile(r"\s*@[A-Za-z]+\s*\{[^\s,{}]+,")


def _checked_bibtex(value: str) -> str:
    """Empty, or entries whose braces are closed: what a bibliography program reads."""
    depth, lowest = 0, 0
    for sign in value:
        depth += (sign == "{") - (sign == "}")
        lowest = min(lowest, depth)
    if value and (not BIBTEX_ENTRY.match(value) or depth or lowest):
        raise ValueError("write BibTeX: @article{key, title = {…}, …}")
    return value


Bibtex = Annotated[str, Field(max_length=LONGEST_BIBTEX), AfterValidator(_checked_bibtex)]


class DeclarationsEntry(Strict):
    """Whether a choice for the final ranking needs a declaration, and whether everybody reads it after the close."""

    required: bool = False
    public: bool = True


class BracketEntry(Strict):
    """Prizes in order, for the teams of a track in a phase that are eligible; without `eligibility` all are."""

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    title: str = Field(min_length=1, max_length=200)
    phase: str = ""
    track: Literal["detection", "classification", ""] = ""
    eligibility: str = Field(default="", max_length=2000)
    prizes: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = Field(min_length=1, max_length=50)


def deadline_before_the_end(value: datetime | None, phases: Sequence[Any]) -> datetime | None:
    """Refuse a deadline after the last close; with late uploads a competition has no end of its own."""
    if value is None or not phases or any(phase.late for phase in phases):
        return value
    end = max(phase.closes_at for phase in phases)
    if value > end:
        raise ValueError(f"no phase is open any more then; the last one closes {end:%Y-%m-%d %H:%M} UTC")
    return value


def placed_brackets(
    value: tuple[BracketEntry, ...], phases: Sequence[Any], tracks: Sequence[str]
) -> tuple[BracketEntry, ...]:
    """With the phase that closes last and the only track where none is named; refuses what isn't there."""
    if not phases or not tracks:
        return value
    if len({bracket.key for bracket in value}) < len(value):
        raise ValueError("two brackets have the same key")
    last = max(phases, key=lambda phase: phase.closes_at).key
    return tuple(_placed(bracket, last, {phase.key for phase in phases}, tracks) for bracket in value)


def _placed(bracket: BracketEntry, last: str, phases: set[str], tracks: Sequence[str]) -> BracketEntry:
    phase = bracket.phase or last
    track = bracket.track or (tracks[0] if len(tracks) == 1 else "")
    if phase not in phases:
        raise ValueError(f"the bracket {bracket.key} is of the phase {phase}, which is not there")
    if track not in tracks:
        raise ValueError(f"name the track of the bracket {bracket.key}: one of {', '.join(tracks)}")
    return bracket.model_copy(update={"phase": phase, "track": track})
