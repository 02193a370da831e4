"""docs/reference/settings.md: every variable of the server, from the typed settings and .env.example."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic.fields import FieldInfo

from competition.environment import REPOSITORY, Environment

HEAD = """# Settings of the server

Made from `competition/environment.py` and `.env.example` by `make api-reference`; a test holds them together.

Each is an environment variable. In the containers it can also be a file of the same name in small letters below
`/run/secrets`. [Hosts](../guides/hosts.md) says which process needs which; [.env.example](../../.env.example) is a
file to begin with. The web process [does not start](../guides/hosts.md#who-holds-which-secret) with an unsafe one,
and unknown variables are left alone. Those of the participants' command line are in [its own
reference](command-line.md#environment). "–" as a default is an empty value.
"""
SECTION = re.compile(r"^# --- (.+?) -+$")
VARIABLE = re.compile(r"(?:# )?([A-Z_]+)=(.*)$")


def settings_page() -> str:
    """The whole page: a table for each section of .env.example."""
    lines = [HEAD]
    for title, rows in _sections():
        lines += [
            f"## {title[:1].upper()}{title[1:]}",
            "",
            "| variable | type | default | meaning |",
            "| --- | --- | --- | --- |",
        ]
        lines += [*rows, ""]
    return "\n".join(lines)


def _sections() -> Iterator[tuple[str, list[str]]]:
    title, rows, words = "", [], []
    for line in [*(REPOSITORY / ".env.example").read_text().splitlines(), "# --- end ---"]:
        if found := SECTION.match(line):
            if title:
                yield title, rows
            title, rows, words = found[1], [], []
        elif found := VARIABLE.match(line):
            rows.append(_row(found[1], found[2], " ".join(words)))
        elif not line:
            words = []
        elif title:
            words.append(line.removeprefix("# "))


def _row(name: str, shown: str, meaning: str) -> str:
    field = Environment.model_fields.get(name.lower())
    kind = _kind(field) if field else ("a number" if shown.isdigit() else "text")
    default = _default(field) if field else (f"`{shown}`" if shown else "–")
    return f"| `{name}` | {kind} | {default} | {meaning.replace('|', chr(92) + '|')} |"


def _kind(field: FieldInfo) -> str:
    kind: Any = field.annotation
    if get_origin(kind) is Literal:
        return " or ".join(f"`{word}`" for word in get_args(kind))
    if kind is bool:
        return "`true` or `false`"
    if kind in (int, float):
        return ("a whole number" if kind is int else "a number") + _bounds(field)
    if Path in (kind, *get_args(kind)):
        return "a path"
    return "text" if kind is str else "names with commas between"


def _bounds(field: FieldInfo) -> str:
    low = next((one.ge for one in field.metadata if isinstance(one, Ge)), None)
    above = next((one.gt for one in field.metadata if isinstance(one, Gt)), None)
    high = next((one.le for one in field.metadata if isinstance(one, Le)), None)
    if above is not None:
        return f" above {above}"
    if high is not None:
        return f" from {low} to {high}"
    return "" if low is None else f", at least {low}"


def _default(field: FieldInfo) -> str:
    value = field.default
    if isinstance(value, Path):
        return f"`{value.relative_to(REPOSITORY)}`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return f"`{','.join(value)}`" if value else "none"
    return "–" if value in ("", None) else f"`{value}`"
