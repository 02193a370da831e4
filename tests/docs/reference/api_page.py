"""docs/reference/api.md: each call with who may, what it takes, what it answers and what it is refused for."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from django.urls import resolve
from drf_spectacular.generators import SchemaGenerator

from competition.api.problems import TITLES
from tests.docs.reference.api_objects import fields_of, form_name, kind_of, objects
from tests.docs.reference.api_words import HEAD, SECTIONS
from tests.docs.reference.reach import codes_from

BASE = "/api/v1"
SCOPES = {
    "MayRead": "`read`",
    "MaySubmit": "`submit`",
    "MayOrganize": "`organize`",
    "MayReadOrSubmit": "`read` to look, `submit` to change",
    "MayTakePart": "`read` or `submit`",
    "MayFollow": "`read` or `submit`, and `submit` to hand in",
}
STAND_IN = {"{submission_id}": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "{version}": "1", "{number}": "1"}


def api_page() -> str:
    """The whole page."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    sections = grouped(schema)
    lines = [HEAD, *_contents(sections)]
    for title, calls in sections.items():
        lines += [f"## {title}", ""]
        for path, method, operation in calls:
            lines += _call(path, method, operation, schema)
    return "\n".join([*lines, "## Objects", "", *objects(schema)])


def grouped(schema: dict[str, Any]) -> dict[str, list[tuple[str, str, dict[str, Any]]]]:
    """The calls of each section, in the order of the patterns; the first section whose pattern fits has a call."""
    left = {
        (path.removeprefix(BASE), method): operation
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    }
    found: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for title, patterns in SECTIONS.items():
        found[title] = []
        for pattern in patterns:
            fits = re.compile(pattern.replace("{", r"\{").replace("}", r"\}"))
            for path, method in [key for key in left if fits.fullmatch(key[0])]:
                found[title].append((path, method, left.pop((path, method))))
    if left:
        raise LookupError(f"SECTIONS has no place for {sorted(left)}")
    return found


def _contents(sections: dict[str, Any]) -> Iterator[str]:
    for title, calls in sections.items():
        anchor = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        yield f"- [{title}](#{anchor}): {len(calls)} call{'s' if len(calls) > 1 else ''}"
    yield "- [Objects](#objects): what is answered"
    yield ""


def _call(path: str, method: str, operation: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    view = _view(path)
    about = f"**{_paragraph(view.__doc__ or '')}** {_paragraph(operation.get('description', ''))}"
    lines = [f"### `{method.upper()} {path}`", "", about, ""]
    lines += [f"*Who:* {_who(view, method, operation)}", ""]
    lines += _taken(operation, schema)
    lines += [f"*Answers:* {_answers(operation)}", ""]
    problems = _problems(view, method, operation)
    return [*lines, f"*Refusals:* {problems}", ""] if problems else lines


def _view(path: str) -> Any:
    for name, value in STAND_IN.items():
        path = path.replace(name, value)
    path = re.sub(r"\{(merger_id|other_id)\}", STAND_IN["{submission_id}"], path)
    path = re.sub(r"\{\w+_id\}", "1", path)
    return resolve(BASE + re.sub(r"\{\w+\}", "x", path)).func.cls


def _who(view: Any, method: str, operation: dict[str, Any]) -> str:
    if {} in operation["security"]:
        return "anybody, where the competition is public."
    asked = view()
    asked.request = SimpleNamespace(method=method.upper())
    names = [type(permission).__name__ for permission in asked.get_permissions()]
    scope = next((SCOPES[name] for name in names if name in SCOPES), "")
    if not scope:
        return "whoever is logged in, by the session or any token."
    who = "its organizers" if "MayOrganize" in names else "whoever is logged in and takes part"
    return f"{who}; a token needs the scope {scope}."


def _taken(operation: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    rows = [
        f"| `{one['name']}` | {one['in']} | {kind_of(one['schema'])} | {_cell(one.get('description', ''))} |"
        for one in sorted(operation.get("parameters", []), key=lambda one: one["in"] != "path")
        if one["in"] != "path"
    ]
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        where = "form" if media == "multipart/form-data" else "body"
        for name, kind, needed, meaning in fields_of(content["schema"], schema):
            rows.append(f"| `{name}` | {where} | {kind} | {'**needed**. ' if needed else ''}{_cell(meaning)} |")
        if media == "application/json":
            break
    return ["| takes | where | kind | |", "| --- | --- | --- | --- |", *rows, ""] if rows else []


def _answers(operation: dict[str, Any]) -> str:
    told = []
    for status, answer in operation["responses"].items():
        if status >= "400":
            continue
        forms = [form_name(content["schema"], media) for media, content in answer.get("content", {}).items()]
        told.append(f"{status} {' or '.join(dict.fromkeys(forms))}".strip())
    return " · ".join(told)


def _problems(view: Any, method: str, operation: dict[str, Any]) -> str:
    by_status: dict[int, set[str]] = {}
    for owner in view.__mro__:
        if method in vars(owner):
            for code, status in codes_from((owner.__module__, f"{owner.__name__}.{method}")):
                by_status.setdefault(status, set()).add(code)
            break
    if "422" in operation["responses"]:
        by_status.setdefault(422, set()).add("faulty_file")
    return " · ".join(
        f"{status} {TITLES[status].lower()}: {', '.join(f'`{code}`' for code in sorted(codes))}"
        for status, codes in sorted(by_status.items())
    )


def _paragraph(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
