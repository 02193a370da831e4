"""The whole server in a process of its own, kept alive by the demo's supervisor: what dies comes back as there."""

import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from competition.embedded.address import Address, listening_socket
from competition.embedded.credentials import kept_key_pair
from competition.embedded.data_dir import DataDir, held
from competition.embedded.databases import start_databases
from competition.embedded.demo import make_storage, prepare_folder
from competition.embedded.errors import CannotStartError
from competition.embedded.folders import make_folder, write_file
from competition.embedded.lifeline import die_with_parent
from competition.embedded.programs import kept_programs, settings_for, step
from competition.embedded.runtime import in_place, runtime_for_others
from competition.embedded.supervisor import StopRequestedError, Supervisor
from tests.faults.clocks.clock import ClockedSupervisor, build

READY = "campaign.json"
"""Written below the folder once all has started: the settings of the database's owner, and the web's address."""
WORKERS = 3
"""One of them may be paused, another killed."""


def main(path: str) -> None:
    """Start everything on the folder and keep it alive until a signal, or until the campaign ends."""
    die_with_parent(os.getppid(), signal.SIGTERM)
    folder, address = DataDir(Path(path)), Address("127.0.0.1", 0)
    accounts = prepare_folder(folder)
    logs = make_folder(folder / "log", accounts.supervisor, 0o700)
    clocks = make_folder(folder / "clocks", accounts.supervisor, 0o755)
    with held(folder), listening_socket(address) as listening, supervisor_with(logs, clocks) as supervisor:
        try:
            make_folder(folder / "secrets", accounts.supervisor, 0o700)
            make_storage(folder / "storage", accounts)
            runtime = runtime_for_others(folder / "runtime") if accounts.separate else in_place()
            databases = start_databases(supervisor, folder, accounts, runtime.packages)
            static = make_folder(folder / "static", accounts.supervisor, 0o755)
            shared = {"ALLOWED_HOSTS": address.host, "STATIC_ROOT": str(static)}
            keys = kept_key_pair(folder / "keys", accounts)
            settings = settings_for(folder, accounts, databases, keys, shared)
            supervisor.run(step("migrate", settings, "migrate", "--noinput"))
            supervisor.run(step("grant_roles", settings, "grant_roles"))
            if "CAMPAIGN_PAGES" in os.environ:
                words = ("collectstatic", "--noinput", "--verbosity", "0")
                supervisor.run(step("collectstatic", settings, *words, umask=0o022))
            for program in kept_programs(runtime, accounts, settings, listening.fileno()):
                supervisor.keep(program)
                if program.name == "worker":
                    for nth in range(2, WORKERS + 1):
                        supervisor.keep(replace(program, name=f"worker-{nth}"))
            write_file(folder / "run" / "ready", "", accounts.supervisor, mode=0o644)
            found = {**settings.shared, **settings.owner, "ADDRESS": f"http://127.0.0.1:{listening.getsockname()[1]}"}
            write_file(folder / READY, json.dumps(found), accounts.supervisor)
            supervisor.watch()
        except StopRequestedError:
            return


def supervisor_with(logs: Path, clocks: Path) -> Supervisor:
    """One whose programs have clocks of their own, where that is asked for."""
    if "CAMPAIGN_CLOCKS" not in os.environ:
        return Supervisor(logs)
    supervisor = ClockedSupervisor(logs)
    supervisor.clocks = clocks
    build(clocks)
    return supervisor


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except CannotStartError as reason:
        sys.exit(str(reason))
