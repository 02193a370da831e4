"""Which refusals a call of the API can come to: followed from its view through the functions that it names.

What is called through an object (`submission.track`) is not followed, so that a code may be missing; one that is
there is raised by a function that the call leads to.
"""

import ast
from functools import cache

from competition.environment import REPOSITORY
from tests.docs.reference.said import KINDS, RAISED_THROUGH, sources

Place = tuple[str, str]
"""A module and a function, class or method (`Class.method`) in it."""


@cache
def bodies() -> dict[Place, ast.AST]:
    """Every function, class and method of the program."""
    found: dict[Place, ast.AST] = {}
    for path, tree in sources().items():
        module = ".".join(path.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__")
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found[module, node.name] = node
            if isinstance(node, ast.ClassDef):
                methods = [one for one in node.body if isinstance(one, ast.FunctionDef)]
                found.update({(module, f"{node.name}.{method.name}"): method for method in methods})
        found[module, ""] = tree
    return found


@cache
def imported(module: str) -> dict[str, Place]:
    """What each imported name of a module stands for."""
    names: dict[str, Place] = {}
    for node in ast.walk(bodies()[module, ""]):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = (f"{node.module}.{alias.name}", "")
                names[alias.asname or alias.name] = whole if whole in bodies() else (node.module, alias.name)
    return names


@cache
def codes_from(place: Place) -> frozenset[tuple[str, int]]:
    """The codes, with their statuses, that a function can come to."""
    seen: set[Place] = set()
    waiting = [place]
    codes: set[tuple[str, int]] = set()
    while waiting:
        here = waiting.pop()
        if here in seen or here not in bodies() or not here[1]:
            continue
        seen.add(here)
        module, name = here
        for node in ast.walk(bodies()[here]):
            if isinstance(node, ast.Call):
                codes.update(_code_of(node))
            leads = _leads(node, module, name.split(".")[0])
            if leads:
                waiting.append(leads)
    return frozenset(codes)


def _code_of(call: ast.Call) -> set[tuple[str, int]]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    kind = RAISED_THROUGH.get(name, name)
    if name == "QuotaSpent":
        return {("quota_spent", 429)}
    if kind in KINDS and call.args and isinstance(call.args[0], ast.Constant):
        return {(call.args[0].value, KINDS[kind])}
    return set()


def _leads(node: ast.AST, module: str, owner: str) -> Place | None:
    """The function that a name leads to; classes are not entered, since naming one calls none of its methods."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        if node.value.id == "self":
            return module, f"{owner}.{node.attr}"
        place = imported(module).get(node.value.id)
        return (place[0], node.attr) if place and not place[1] else None
    if not isinstance(node, ast.Name):
        return None
    place = imported(module).get(node.id) or (module, node.id)
    return place if isinstance(bodies().get(place), ast.FunctionDef) else None
