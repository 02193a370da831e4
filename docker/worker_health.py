"""Whether the worker of this container has given a sign of life lately. Docker asks; 0 means that it has."""

import socket
import sys

from redis import Redis

from competition.environment import Environment

PULSE = "vindr:pulse:"


def main() -> int:
    """Look for the pulse of a worker on this host, whose name begins with the host's."""
    bell = Redis.from_url(Environment().redis_url, socket_timeout=4, socket_connect_timeout=4)
    alive = any(bell.scan_iter(f"{PULSE}{socket.gethostname()}-*"))
    return 0 if alive else 1


if __name__ == "__main__":
    sys.exit(main())
