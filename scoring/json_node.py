"""An object of a JSON file, read key by key: what isn't there, or is something else, adds a fault with its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scoring.faults import Faults, shown

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character, which an escape of JSON can write and no encoding can."""


@dataclass(frozen=True)
class Node:
    """An object of the JSON and its place, such as `finding[3]`. Reading what isn't there adds a fault."""

    value: dict[str, Any]
    path: str
    faults: Faults

    def at(self, key: str) -> str:
        """The place of a key."""
        return f"{self.path}.{key}" if self.path else key

    def fault(self, code: str, key: str, detail: str, value: str | None = None) -> None:
        """A fault at a key."""
        self.faults.add(code, None, self.at(key), value, detail)

    def text(self, key: str, *, optional: bool = False) -> str:
        """A text that isn't empty; empty with a fault where there is none. null is the same as a key left out."""
        found = self.value.get(key)
        if isinstance(found, str) and found and not _LONE_SURROGATE.search(found):
            return found
        if found in (None, "") and optional:
            return ""
        code = "missing_key" if found is None else "bad_value"
        self.fault(code, key, f"There must be a text under {key!r}.")
        return ""

    def one_of(self, key: str, words: Sequence[str]) -> str:
        """A text that is one of these words."""
        found = self.text(key)
        if found and found not in words:
            self.fault("bad_value", key, f"{shown(found)} is none of {', '.join(words)}.", found)
            return ""
        return found

    def node(self, key: str) -> Node:
        """An object; an empty one with a fault where there is none."""
        found = self.value.get(key)
        if not isinstance(found, dict):
            self.fault("missing_key" if found is None else "bad_value", key, f"There must be an object under {key!r}.")
            found = {}
        return Node(found, self.at(key), self.faults)

    def records(self, key: str) -> list[Node]:
        """A list of objects; empty with a fault where there is none. null is an empty list, as Go writes it."""
        nodes = []
        for position, entry in enumerate(self._list(key)):
            if isinstance(entry, dict):
                nodes.append(Node(entry, f"{self.at(key)}[{position}]", self.faults))
            else:
                self.fault("bad_value", f"{key}[{position}]", "Every entry must be an object.")
        return nodes

    def texts(self, key: str) -> list[str]:
        """A list of texts."""
        entries = self._list(key)
        for position, entry in enumerate(entries):
            if not isinstance(entry, str) or not entry:
                self.fault("bad_value", f"{key}[{position}]", "Every entry must be a text.")
        return [entry for entry in entries if isinstance(entry, str)]

    def _list(self, key: str) -> list[Any]:
        if key in self.value and self.value[key] is None:
            return []
        found = self.value.get(key)
        if not isinstance(found, list):
            self.fault("missing_key" if key not in self.value else "bad_value", key, f"There must be a list {key!r}.")
            return []
        return found
