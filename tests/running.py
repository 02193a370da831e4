"""Real processes of the server, run against the database of the tests."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import psycopg
from django.db import connection
from psycopg.conninfo import make_conninfo

REPOSITORY = Path(__file__).resolve().parent.parent


def environment_of_tests() -> dict[str, str]:
    """This process's environment, with the database that pytest-django made instead of the one it was made from."""
    name = str(connection.settings_dict["NAME"])
    return {**os.environ, "DATABASE_URL": make_conninfo(os.environ["DATABASE_URL"], dbname=name)}


def start(command: str, *arguments: str, **environment: str) -> "subprocess.Popen[bytes]":
    """Start `manage.py COMMAND` in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "manage.py", command, *arguments],
        cwd=REPOSITORY,
        env=environment_of_tests() | environment,
        start_new_session=True,
    )


def stop(process: "subprocess.Popen[bytes]", number: int = signal.SIGTERM, *, group: bool = False) -> None:
    """Send a signal to the process (or to all of its group) and wait for its end."""
    if process.poll() is None:
        if group:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise


@contextmanager
def running(*commands: str, **environment: str) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Run management commands beside the block, such as `worker` and `sweeper`."""
    processes = [start(command, **environment) for command in commands]
    try:
        yield processes
    finally:
        for process in processes:
            stop(process, signal.SIGKILL, group=True)


def wait_until(answer: Callable[[], object], *, seconds: float = 30, what: str = "it") -> float:
    """Ask until the answer is true; returns how many seconds that took, and fails after so many."""
    began = time.monotonic()
    while not answer():
        assert time.monotonic() - began < seconds, f"{what} did not happen within {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - began


def horse_of(worker: "subprocess.Popen[bytes]") -> psutil.Process | None:
    """The work horse of a worker, if it has one now. (Its other child is the nursery of what scores.)"""
    children = psutil.Process(worker.pid).children()
    return next((child for child in children if os.getsid(child.pid) == worker.pid), None)


class Hold:
    """The labels of the tests' database behind a lock: a worker has claimed its job and waits for them."""

    def __init__(self) -> None:
        self._connection = psycopg.connect(environment_of_tests()["DATABASE_URL"])
        self._connection.execute("LOCK TABLE competition_sealedtruth IN ACCESS EXCLUSIVE MODE")

    def release(self) -> None:
        """Let every scoring go on. Safe to call twice."""
        self._connection.close()


@contextmanager
def scoring_held() -> Iterator[Hold]:
    """No scoring gets further than its claim before the hold is released, however fast or slow the machine is."""
    hold = Hold()
    try:
        yield hold
    finally:
        hold.release()


def start_web(listening: socket.socket, *options: str, **environment: str) -> "subprocess.Popen[bytes]":
    """Start gunicorn (without the private key) on a socket that outlives it, in a process group of its own."""
    settings = environment_of_tests() | {"WEB_SOCKET": str(listening.fileno())} | environment
    settings.pop("LABELS_PRIVATE_KEY_FILE", None)
    configured = ["-c", "competition/embedded/gunicorn.conf.py", *options]
    return subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *configured, "competition.wsgi"],
        cwd=REPOSITORY,
        env=settings,
        pass_fds=[listening.fileno()],
        start_new_session=True,
    )


@contextmanager
def serving(*options: str, **environment: str) -> Iterator[str]:
    """Run the web process (without the private key) on a free port, with gunicorn's options; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        process = start_web(listening, *options, **environment)
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until(
                lambda: httpx.get(f"{address}/healthz", timeout=20).status_code == 200,
                what="the first answer",
            )
            yield address
        finally:
            stop(process, signal.SIGKILL, group=True)
