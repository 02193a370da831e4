"""Where the demo listens."""

import errno
import os
import socket
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

import psutil

from competition.embedded.errors import CannotStartError

ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - the organizer's choice, by HOST


@dataclass(frozen=True)
class Address:
    """A host and a port to listen on."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """Return the address as a browser on this machine takes it."""
        host = ANY_ADDRESS.get(self.host, self.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def allowed_hosts(self) -> list[str]:
        """Return the names under which the pages may be asked for."""
        given = os.environ.get("ALLOWED_HOSTS", "").split(",")
        bound = addresses_of_this_machine() if self.host in ANY_ADDRESS else [self.host]
        own = [f"[{host}]" if ":" in host else host for host in bound]
        names = ["127.0.0.1", "localhost", "[::1]", *own, socket.gethostname(), *given]
        return [name for name in dict.fromkeys(names) if name]


def addresses_of_this_machine() -> list[str]:
    """Return the internet addresses of all network interfaces."""
    of_kind = (socket.AF_INET, socket.AF_INET6)
    found = [entry for entries in psutil.net_if_addrs().values() for entry in entries if entry.family in of_kind]
    return sorted(entry.address.partition("%")[0] for entry in found)


def chosen_address() -> Address:
    """Return HOST and PORT. Raises CannotStartError when PORT is no port."""
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise CannotStartError(f"PORT must be a number from 1 to 65535, and it is {port!r}.")
    return Address(host, int(port))


def listening_socket(address: Address, patience: float = 2) -> socket.socket:
    """Return a socket bound to the address, on which nobody listens yet.

    The supervisor keeps it, so that nobody else can take the port while the web process is started again.
    Waits a moment for a demo that was just killed. Raises CannotStartError when the address can't be had.
    """
    try:
        family, kind, *_, place = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0]
    except OSError as failure:
        raise CannotStartError(f"HOST {address.host!r} is no address of this machine: {failure}.") from failure
    deadline = time.monotonic() + patience
    while True:
        opened = socket.socket(family, kind)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            opened.bind(place)
        except OSError as failure:
            opened.close()
            if failure.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise CannotStartError(refusal(address, failure)) from failure
            time.sleep(0.1)
        else:
            return opened


def refusal(address: Address, failure: OSError) -> str:
    """Say in one sentence why the address can't be had, and what to do."""
    if failure.errno == errno.EADDRINUSE:
        return f"Port {address.port} on {address.host} is taken: stop what listens there, or set PORT."
    if failure.errno == errno.EACCES:
        return f"Port {address.port} is for root alone: set PORT to one above 1023."
    return f"HOST {address.host!r} and PORT {address.port} can't be listened on: {failure.strerror}."


def answers_ready(address: Address) -> bool:
    """Tell whether /readyz answers 200."""
    try:
        with urllib.request.urlopen(f"{address.url}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
