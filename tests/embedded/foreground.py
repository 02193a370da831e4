"""Keeps the databases and the programs of the command line alive on DATA_DIR, as the demo does, for tests.

Each argument is `NAME=PYTHON`: a program of that name which runs that Python source.
"""

import os
import sys

from competition.embedded.data_dir import chosen_data_dir, held
from competition.embedded.databases import start_databases
from competition.embedded.demo import prepare_folder
from competition.embedded.errors import CannotStartError
from competition.embedded.folders import make_folder
from competition.embedded.processes import Program
from competition.embedded.supervisor import StopRequestedError, Supervisor
from competition.embedded.terminal import say
from tests.packages import packages_for_others


def main(arguments: list[str]) -> None:
    """Start everything, print `ready` and the database's connection string, and stay."""
    folder = chosen_data_dir()
    accounts = prepare_folder(folder)
    make_folder(folder / "secrets", accounts.supervisor, 0o700)
    logs = make_folder(folder / "log", accounts.supervisor, 0o700)
    with held(folder), Supervisor(logs) as supervisor:
        try:
            packages = packages_for_others(folder / "runtime")
            databases = start_databases(supervisor, folder, accounts, packages)
            for argument in arguments:
                name, _, source = argument.partition("=")
                program = Program(
                    name, (sys.executable, "-c", source), dict(os.environ), folder.path, accounts.supervisor
                )
                supervisor.keep(program)
            say(f"ready {databases.owner} {databases.bell}")
            supervisor.watch()
        except StopRequestedError:
            say("stopping")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except CannotStartError as reason:
        sys.exit(str(reason))
