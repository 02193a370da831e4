"""The keys of `competition.yaml`: as the program reads them, and as docs/reference/competition-yaml.md tells them."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from competition.environment import REPOSITORY

ROW = re.compile(r"^\| `([^`]+)` \| [^|]+ \| ([^|]+) \|", re.MULTILINE)


def told_keys() -> dict[str, str]:
    """The default that the page tells for each key, in the page's words."""
    page = (REPOSITORY / "docs" / "reference" / "competition-yaml.md").read_text()
    return {key: default.strip() for key, default in ROW.findall(page)}


def keys_of(model: type[BaseModel], before: str = "") -> dict[str, str]:
    """The same as the program has it: `phases[].key`, `tracks.TRACK.labels`."""
    found: dict[str, str] = {}
    for name, field in model.model_fields.items():
        key = before + (field.alias or name)
        found[key] = _default(field)
        for place, inner in _inside(field):
            found.update(keys_of(inner, f"{key}{place}."))
    return found


def _inside(field: FieldInfo) -> Iterator[tuple[str, type[BaseModel]]]:
    """The models of a field: itself, those of a list, those by name."""
    yield from _models(field.annotation, "")


def _models(kind: Any, place: str) -> Iterator[tuple[str, type[BaseModel]]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield place, kind
        return
    place = {tuple: "[]", dict: ".TRACK"}.get(get_origin(kind), place)
    for one in get_args(kind):
        yield from _models(one, place)


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is PydanticUndefined:
        return "none" if field.default_factory else "**needed**"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, BaseModel) or value in (None, "", ()):
        return "none"
    return f"`{value}`" if not isinstance(value, datetime) else str(value)
