"""The objects of the published schema in words: what a field is, and a table for each object that is answered."""

from collections.abc import Iterator
from typing import Any

JSON_TYPES = {"string": "text", "integer": "a whole number", "number": "a number", "boolean": "true or false"}
FORMATS = {"date-time": "a time", "uuid": "an id", "binary": "a file", "uri": "an address", "date": "a date"}
PREFIX = "#/components/schemas/"


def plain(name: str) -> str:
    """`BoardOut` is the board."""
    return name.removesuffix("Out").removesuffix("IO").removesuffix("In") or name


def kind_of(schema: dict[str, Any]) -> str:
    """What a value is, in words; objects are links to their table."""
    if "$ref" in schema:
        name = plain(schema["$ref"].removeprefix(PREFIX))
        return f"[{name}](#{name.lower()})" if not schema["$ref"].endswith("Enum") else name
    for several in ("oneOf", "anyOf", "allOf"):
        if several in schema:
            return _joined(kind_of(one) for one in schema[several] if one != {"type": "null"})
    if "enum" in schema:
        return _joined(f"`{word}`" for word in schema["enum"] if word not in (None, ""))
    types = schema.get("type", "anything")
    names = [name for name in (types if isinstance(types, list) else [types]) if name != "null"]
    empty = " or null" if isinstance(types, list) and "null" in types else ""
    return _joined(_one(name, schema) for name in names) + empty


def _one(name: str, schema: dict[str, Any]) -> str:
    if name == "array":
        return f"a list of {kind_of(schema.get('items', {}))}"
    if name == "object":
        values = schema.get("additionalProperties")
        return f"names with {kind_of(values)}" if isinstance(values, dict) and values else "an object"
    return FORMATS.get(schema.get("format", ""), JSON_TYPES.get(name, name))


def fields_of(schema: dict[str, Any], whole: dict[str, Any]) -> Iterator[tuple[str, str, bool, str]]:
    """Name, kind, whether it is needed, and meaning of each field; those of an enumeration are spelled out."""
    if "$ref" in schema:
        schema = _looked_up(schema["$ref"], whole)
    for name, field in schema.get("properties", {}).items():
        yield name, _spelled(field, whole), name in schema.get("required", ()), field.get("description", "")


def form_name(schema: dict[str, Any], media: str) -> str:
    """What an answer is called: an object's name with a link, or the kind of file."""
    if media == "application/json":
        return kind_of(schema) if schema else "JSON"
    return f"`{media}`"


def objects(whole: dict[str, Any]) -> Iterator[str]:
    """A table for each object that is answered or that lies in another one."""
    seen: set[str] = set()
    for name, schema in sorted(whole["components"]["schemas"].items()):
        if name.endswith(("Enum", "In")) and name not in _nested(whole):
            continue
        if plain(name).lower() in seen:
            raise LookupError(f"two objects are called {plain(name)}")
        seen.add(plain(name).lower())
        yield f"### {plain(name)}"
        yield ""
        yield " ".join(schema.get("description", "").split())
        yield ""
        yield "| field | kind | |"
        yield "| --- | --- | --- |"
        for field, kind, _, meaning in fields_of(schema, whole):
            yield f"| `{field}` | {kind} | {' '.join(meaning.split()).replace('|', chr(92) + '|')} |"
        yield ""


def _nested(whole: dict[str, Any]) -> set[str]:
    """Objects that are taken and lie in other objects."""
    found = set()
    for schema in whole["components"]["schemas"].values():
        for field in schema.get("properties", {}).values():
            reference = field.get("items", {}).get("$ref") or field.get("$ref") or ""
            if reference.endswith("In"):
                found.add(reference.removeprefix(PREFIX))
    return found


def _spelled(field: dict[str, Any], whole: dict[str, Any]) -> str:
    references = [one["$ref"] for one in (field, *field.get("allOf", ()), *field.get("oneOf", ())) if "$ref" in one]
    if references and references[0].endswith("Enum"):
        return kind_of(_looked_up(references[0], whole))
    return kind_of(field)


def _looked_up(reference: str, whole: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = whole["components"]["schemas"][reference.removeprefix(PREFIX)]
    return found


def _joined(words: Iterator[str]) -> str:
    return " or ".join(dict.fromkeys(words))
