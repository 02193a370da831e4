"""Reads a JSON file strictly: UTF-8, finite numbers, each key once. A fault's place is a path such as `[17].bbox`."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from scoring.errors import FaultyFile, Problem
from scoring.text import check_encoding


def parse_json(data: bytes) -> Any:
    """The value in the file; FaultyFile with one problem where it is no JSON."""
    check_encoding(data)
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        refuse_json(error.lineno, f"The file is not JSON: {error.msg} at column {error.colno}.")
    except RecursionError:
        refuse_json(None, "The file is nested too deeply.")
    except ValueError as error:
        refuse_json(None, f"The file holds a number that can't be read: {error}")


def refuse_json(line: int | None, detail: str) -> NoReturn:
    """FaultyFile with this one fault of the whole file."""
    raise FaultyFile([Problem("bad_json", line, None, None, detail)])


def _refuse_constant(name: str) -> NoReturn:
    refuse_json(None, f"The file holds {name}; every number must be finite.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        again = next(key for key in keys if keys.count(key) > 1)
        refuse_json(None, f"An object has the key {again!r} twice.")
    return found
