"""Every refusal that the program can give, read from its source: code, kind, sentence and where it is said."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from competition.environment import REPOSITORY

KINDS = {"NotFound": 404, "Forbidden": 403, "Invalid": 400, "Conflict": 409, "Unavailable": 503}
RAISED_THROUGH = {"_conflict": "Conflict"}
"""Functions that raise a refusal with the code and the sentence that they are given."""
GAP = "…"


@dataclass
class Refusal:
    """One code: its statuses and what it says, in the order of the source."""

    code: str
    statuses: set[int] = field(default_factory=set)
    sentences: list[str] = field(default_factory=list)
    modules: set[str] = field(default_factory=set)


@cache
def sources() -> dict[Path, ast.Module]:
    """The program's own files."""
    paths = sorted((REPOSITORY / "competition").rglob("*.py"))
    return {path: ast.parse(path.read_text()) for path in paths if "migrations" not in path.parts}


def refusals() -> dict[str, Refusal]:
    """By code, in the order of the alphabet."""
    found: dict[str, Refusal] = {}
    for path, tree in sources().items():
        for call, scope in _calls(tree):
            kind = RAISED_THROUGH.get(_name(call.func), _name(call.func))
            if kind not in KINDS or len(call.args) < 2 or not isinstance(call.args[0], ast.Constant):
                continue
            code = call.args[0].value
            refusal = found.setdefault(code, Refusal(code))
            refusal.statuses.add(KINDS[kind])
            refusal.modules.add(path.relative_to(REPOSITORY).as_posix())
            for sentence in said(call.args[1], scope):
                if sentence not in refusal.sentences and re.search("[a-z]", sentence):
                    refusal.sentences.append(sentence)
    return dict(sorted(found.items()))


def unnamed() -> list[str]:
    """Places where a refusal is raised with a code that can't be read from the source."""
    raising = {*KINDS, "Refusal"}
    return [
        f"{path.relative_to(REPOSITORY)}:{call.lineno}"
        for path, tree in sources().items()
        for call, _ in _calls(tree)
        if _name(call.func) in raising and call.args and not isinstance(call.args[0], ast.Constant)
    ]


def said(value: ast.expr, scope: dict[str, list[ast.expr]], depth: int = 0) -> list[str]:
    """The texts that an expression can stand for, what is filled in being a gap."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return [value.value]
    if isinstance(value, ast.JoinedStr):
        return ["".join(part.value if isinstance(part, ast.Constant) else GAP for part in value.values)]
    if isinstance(value, ast.IfExp):
        return [*said(value.body, scope, depth), *said(value.orelse, scope, depth)]
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        return [a + b for a in said(value.left, scope, depth) for b in said(value.right, scope, depth)]
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mod):
        return [_filled(text) for text in said(value.left, scope, depth)]
    if isinstance(value, ast.Call):
        return _said_by_call(value, scope, depth)
    name = _name(value)
    if name and depth < 3:
        return [text for bound in scope.get(name, []) for text in said(bound, scope, depth + 1)]
    return []


def _said_by_call(call: ast.Call, scope: dict[str, list[ast.expr]], depth: int) -> list[str]:
    name = _name(call.func)
    if name in {"_", "gettext", "gettext_lazy", "str"} and call.args:
        return said(call.args[0], scope, depth)
    if name in {"ngettext", "pgettext"} and len(call.args) > 1:
        return said(call.args[1], scope, depth)
    if name == "format" and isinstance(call.func, ast.Attribute):
        return [_filled(text) for text in said(call.func.value, scope, depth)]
    return []


def _filled(text: str) -> str:
    return re.sub(r"%\([a-z_]+\)[sd]|%[sd]|\{[^{}]*\}", GAP, text)


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _calls(tree: ast.Module) -> Iterator[tuple[ast.Call, dict[str, list[ast.expr]]]]:
    """Each call, and what names stand for where it is: those of its function before those of its file."""
    module = _bound(tree.body)
    inside: dict[int, dict[str, list[ast.expr]]] = {}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            names = {**module, **_bound(list(ast.walk(function)))}
            inside.update({id(node): names for node in ast.walk(function)})
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, inside.get(id(node), module)


def _bound(nodes: list[ast.stmt] | list[ast.AST]) -> dict[str, list[ast.expr]]:
    names: dict[str, list[ast.expr]] = defaultdict(list)
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names[node.targets[0].id].append(node.value)
    return dict(names)


PLACE_OF_CODE = {
    **dict.fromkeys(
        ("add", "add_each", "add_unknown", "fault", "Problem", "Notice", "_refuse", "report", "problem"), 0
    ),
    **dict.fromkeys(("_about", "faulty", "problem"), 1),
}
"""Functions that a fault of a file, or a problem outside the rules, goes through: which argument is its code."""


def codes_in(folder: str) -> set[str]:
    """The codes that files of a folder (or one file) give by those functions, or write down as `code`."""
    top = REPOSITORY / folder
    found = set()
    for path in sorted(top.rglob("*.py")) if top.is_dir() else [top]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _name(node.func) in PLACE_OF_CODE:
                given = node.args[PLACE_OF_CODE[_name(node.func)] :][:1]
                found |= {one.value for one in given if isinstance(one, ast.Constant)}
            if isinstance(node, ast.Assign) and "code" in ast.unparse(node.targets[0]):
                found |= {one.value for one in ast.walk(node.value) if isinstance(one, ast.Constant)}
    return {code for code in found if isinstance(code, str) and re.fullmatch(r"[a-z]+(_[a-z]+)*", code)}
