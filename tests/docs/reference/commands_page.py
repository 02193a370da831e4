"""docs/reference/commands.md: every command of manage.py, from its own parser."""

import argparse

from django.core.management import load_command_class

from competition.environment import REPOSITORY
from tests.docs.reference.command_words import GROUPS, NEEDS

HEAD = """# Commands of the server

Made from the commands themselves by `make api-reference`; a test holds the two together.

`python manage.py COMMAND` in a checkout; `docker compose run --rm setup python -m django COMMAND` in the containers,
where another service is needed it is said. `COMMAND --help` says the same. With a running demo's `DATA_DIR` and no
`DATABASE_URL` in the environment a command works on that demo, and `make demo` (`manage.py demo`) starts one. Exit
codes are 0 for done and 1 for anything else where nothing is said.
"""
COMMON = {
    "help",
    "version",
    "verbosity",
    "settings",
    "pythonpath",
    "traceback",
    "no_color",
    "force_color",
    "skip_checks",
}


def command_names() -> set[str]:
    """The project's own commands."""
    folder = REPOSITORY / "competition" / "management" / "commands"
    return {path.stem for path in folder.glob("*.py")} - {"__init__"}


def commands_page() -> str:
    """The whole page."""
    lines = [HEAD]
    for title, names in GROUPS.items():
        lines += [f"## {title}", ""]
        for name in names:
            lines += _section(name)
    return "\n".join(lines)


def _section(name: str) -> list[str]:
    command = load_command_class("competition", name)
    parser = command.create_parser("manage.py", name)
    actions = [action for action in parser._actions if action.dest not in COMMON]
    usage = " ".join(["python manage.py", name, *(_usage(action) for action in actions)])
    lines = [f"### {name}", "", "```", usage, "```", "", command.help, ""]
    if name in NEEDS:
        lines += [NEEDS[name], ""]
    told = [f"| `{_form(action)}` | {_meaning(action)} |" for action in actions if action.help]
    return [*lines, *(["| | |", "| --- | --- |", *told, ""] if told else [])]


def _usage(action: argparse.Action) -> str:
    form = _form(action)
    if action.nargs == "*":
        return f"[{form} …]"
    return form if action.required else f"[{form}]"


def _form(action: argparse.Action) -> str:
    value = action.metavar or action.dest.upper()
    if not action.option_strings:
        return str(value)
    return action.option_strings[0] + ("" if action.nargs == 0 else f" {value}")


def _meaning(action: argparse.Action) -> str:
    return (action.help or "").replace("|", "\\|")
