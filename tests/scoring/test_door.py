import ast
import subprocess
import sys
from pathlib import Path

import pytest

import scoring


def test_every_public_name_is_behind_the_door() -> None:
    for name in scoring.__all__:
        assert getattr(scoring, name) is not None
    assert set(scoring.__all__) <= set(dir(scoring))


def test_what_the_type_checker_sees_is_what_there_is() -> None:
    tree = ast.parse(Path(scoring.__file__).read_text())
    (seen_by_checker,) = (node for node in tree.body if isinstance(node, ast.If))
    imported = [
        (name.name, statement.module)
        for statement in seen_by_checker.body
        if isinstance(statement, ast.ImportFrom)
        for name in statement.names
    ]

    rooms = {name: f"scoring.{room}" for room, names in scoring._ROOMS.items() for name in names}
    assert dict(imported) == rooms


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = scoring.nonsense


def test_who_only_checks_a_file_loads_no_metric() -> None:
    script = (
        "import sys; from scoring.command_line import main; import scoring;"
        "scoring.read_detections; print([m for m in sys.modules if m in ('scoring.scorecard', 'scoring.metric')])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert run.stdout == "[]\n"
