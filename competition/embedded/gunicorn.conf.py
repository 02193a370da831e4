"""gunicorn for the demo: its socket is opened by the supervisor, so that a restart refuses no connection."""

import os
from typing import Any

from competition.embedded.lifeline import die_with_parent

bind = f"fd://{os.environ['WEB_SOCKET']}"
workers = 2
threads = 4
worker_class = "gthread"
preload_app = True
timeout = 60
graceful_timeout = 3
keepalive = 15
control_socket_disable = True
_lines = "PlainLines" if os.environ.get("LOGS", "plain") == "plain" else "JsonLines"
# Requests are logged by the application, which names no path.
logconfig_dict = {
    "formatters": {"generic": {"()": f"competition.logs.{_lines}"}},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["error_console"], "propagate": False},
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
    },
}


def post_fork(server: Any, worker: Any) -> None:
    """Let no process that answers requests outlive the one that looks after it."""
    die_with_parent(server.pid)
