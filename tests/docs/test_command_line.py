"""The reference of the command line names every command, option, variable and exit code, and no other."""

import re

from typer.main import get_command

from competition.environment import REPOSITORY
from vindr_bench import __all__ as names
from vindr_bench.command_line import COMMANDS, app
from vindr_bench.exits import MEANING

PAGE = (REPOSITORY / "docs" / "reference" / "command-line.md").read_text()


def test_it_names_every_command_and_each_of_its_options():
    rows = dict(re.findall(r"^\| `vindr-bench (\w+)(.*)$", PAGE, re.MULTILINE))
    everywhere = PAGE[PAGE.index("## Options that every") : PAGE.index("## Environment")]
    missing = []
    for name, command in get_command(app).commands.items():
        for option in command.params:
            forms = [form for form in option.opts + option.secondary_opts if form.startswith("-")]
            told = rows[name] + everywhere + ("-c SLUG" if "-c" in forms else "")
            if forms and not any(re.search(rf"(?<![\w-]){form}(?![\w-])", told) for form in forms):
                missing.append((name, forms))

    assert set(rows) == set(COMMANDS)
    assert missing == []


def test_it_names_every_exit_code_with_its_meaning():
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", PAGE, re.MULTILINE)

    assert {int(code): meaning for code, meaning in rows} == MEANING


def test_it_names_every_variable_that_is_read():
    sources = (REPOSITORY / "vindr_bench").rglob("*.py")
    read = {word for path in sources for word in re.findall(r'"(VINDR_BENCH_[A-Z_]+)"', path.read_text())}

    assert set(re.findall(r"^\| `(VINDR_BENCH_[A-Z_]+)`", PAGE, re.MULTILINE)) == read


def test_it_names_every_error():
    errors = {name for name in names if name not in PAGE}

    assert errors <= {"Account", "BoardRow", "ClassDifference", "Comparison", "Competition", "Quota", "Submission"}
