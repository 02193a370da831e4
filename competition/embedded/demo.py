"""The whole demo, from the first check to the last signal."""

import json
import os
import signal
from pathlib import Path

from competition.embedded import postgres
from competition.embedded.accounts import Accounts, accounts_for
from competition.embedded.address import Address, answers_ready, chosen_address, listening_socket
from competition.embedded.copies import fresh_folder
from competition.embedded.credentials import kept_key_pair
from competition.embedded.data_dir import DataDir, chosen_data_dir, held, make_own_folder
from competition.embedded.databases import start_databases, started_here
from competition.embedded.errors import CannotStartError
from competition.embedded.first_screen import first_screen
from competition.embedded.folders import give_away, make_folder, write_file
from competition.embedded.lifeline import die_with_parent
from competition.embedded.programs import Settings, kept_programs, settings_for, step
from competition.embedded.reach import closed_folder_above
from competition.embedded.runtime import in_place, runtime_for_others
from competition.embedded.static_files import static_root
from competition.embedded.supervisor import StopRequestedError, Supervisor
from competition.embedded.terminal import complain, say

LONGEST_WAIT_FOR_READY = 90


def main() -> int:
    """Run the demo in the foreground until it is stopped, and return its exit code.

    With STOP_WITH_PARENT it stops as well when make is killed, which then can't pass a signal on.
    """
    if os.environ.get("STOP_WITH_PARENT"):
        die_with_parent(os.getppid(), signal.SIGTERM)
    try:
        run_demo(chosen_data_dir(), chosen_address())
    except CannotStartError as reason:
        complain(reason)
        return 1
    except KeyboardInterrupt:
        return 1
    return 0


def run_demo(folder: DataDir, address: Address) -> None:
    """Start everything, say so, and keep it alive until a signal. Raises CannotStartError with the reason."""
    accounts = prepare_folder(folder)
    logs = make_folder(folder / "log", accounts.supervisor, 0o700)
    with held(folder), listening_socket(address) as listening, Supervisor(logs) as supervisor:
        try:
            start_everything(supervisor, folder, accounts, address, listening.fileno())
            supervisor.watch()
        except StopRequestedError:
            say("stopping")
        finally:
            folder.connection.unlink(missing_ok=True)


def prepare_folder(folder: DataDir) -> Accounts:
    """Make the folder and check that all who need it reach it. Raises CannotStartError when they can't."""
    os.umask(0o022)
    postgres.refuse_long_socket_path(folder / "run" / "db")
    if os.geteuid() == 0 and (above := closed_folder_above(folder.path)):
        raise CannotStartError(
            f"PostgreSQL and the other programs run as users who can't pass {above}: "
            "set DATA_DIR to a folder that everybody can reach, such as /var/lib/vindr-bench."
        )
    make_own_folder(folder)
    return accounts_for(folder / "database")


def start_everything(
    supervisor: Supervisor, folder: DataDir, accounts: Accounts, address: Address, listening: int
) -> None:
    """Start the databases, prepare them, start the rest, fill the demo, and show the first screen."""
    ready = folder / "run" / "ready"
    ready.unlink(missing_ok=True)
    make_folder(folder / "secrets", accounts.supervisor, 0o700)
    make_storage(folder / "storage", accounts)
    runtime = runtime_for_others(folder / "runtime") if accounts.separate else in_place()
    say(f"starting {started_here()} in {folder.path}" if started_here() else "using the servers that are given")
    databases = start_databases(supervisor, folder, accounts, runtime.packages)
    keys = kept_key_pair(folder / "keys", accounts)
    static = static_root(folder / "static")
    shared = {"ALLOWED_HOSTS": ",".join(address.allowed_hosts), "STATIC_ROOT": str(static)}
    settings = settings_for(folder, accounts, databases, keys, shared)
    connection = json.dumps({**settings.shared, **settings.owner}, indent=1)
    write_file(folder.connection, connection, accounts.supervisor)

    say("bringing the database up to date")
    supervisor.run(step("migrate", settings, "migrate", "--noinput"))
    supervisor.run(step("grant_roles", settings, "grant_roles"))
    collect_static_files(supervisor, settings, static)
    for program in kept_programs(runtime, accounts, settings, listening):
        supervisor.keep(program)

    say("filling the demo competition")
    fill = step("load_demo", settings, "load_demo", "--to", str(folder.demo_file), BASE_URL=address.url)
    supervisor.run(fill, tell=say)
    write_file(ready, "", accounts.supervisor, mode=0o644)
    supervisor.wait_until(
        lambda: answers_ready(address),
        LONGEST_WAIT_FOR_READY,
        f"The pages aren't served: see {supervisor.logs}/web.log.",
    )
    say(first_screen(folder.demo_file))


def make_storage(path: Path, accounts: Accounts) -> None:
    """Make the folder of uploaded files: the web process writes, the worker reads through the group."""
    make_folder(path, accounts.web, 0o2750)
    give_away(path, accounts.web)


def collect_static_files(supervisor: Supervisor, settings: Settings, target: Path) -> None:
    """Collect the static files unless this state of the code has them collected, and remove older ones."""
    if target.exists():
        return
    store = fresh_folder(target.parent)
    unfinished = store / "unfinished"
    words = ("collectstatic", "--noinput", "--verbosity", "0")
    supervisor.run(step("collectstatic", settings, *words, umask=0o022, STATIC_ROOT=str(unfinished)))
    unfinished.rename(target)
