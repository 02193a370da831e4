#!/usr/bin/env python3
"""Django's commands, and the demo, which starts what they need."""

import os
import sys

from competition.embedded.data_dir import chosen_data_dir, connection_of_running_demo
from competition.embedded.demo import main as run_demo
from competition.embedded.errors import CannotStartError
from competition.embedded.lifeline import let_forks_die_with_this_process

WITHOUT_DATABASE = frozenset(
    {
        "--help",
        "--version",
        "-h",
        "check",
        "collectstatic",
        "help",
        "make_keys",
        "makemigrations",
        "spectacular",
        "version",
    }
)


def main() -> None:
    """Run the command that is named; without DATABASE_URL it works on the demo that runs on DATA_DIR."""
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command == "demo":
        sys.exit(run_demo())
    if os.environ.get("DIE_WITH_PARENT"):
        let_forks_die_with_this_process()
    asks_for_help = "--help" in sys.argv[2:] or "-h" in sys.argv[2:3]
    if command not in WITHOUT_DATABASE and not asks_for_help and not os.environ.get("DATABASE_URL"):
        use_running_demo()
    run_django_command()


def use_running_demo() -> None:
    """Take over the settings of the running demo, except those that are set already."""
    try:
        settings = connection_of_running_demo(chosen_data_dir())
    except CannotStartError as reason:
        sys.exit(str(reason))
    for name, value in settings.items():
        os.environ.setdefault(name, value)


def run_django_command() -> None:
    """Hand over to Django, which reads the settings as it is imported."""
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "competition.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
