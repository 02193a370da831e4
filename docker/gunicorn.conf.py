"""gunicorn in the container: a few processes with threads. WEB_CONCURRENCY sets their number."""

import os

bind = "0.0.0.0:8000"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
worker_class = "gthread"
worker_tmp_dir = "/dev/shm"  # noqa: S108 - a heartbeat file must not wait for a disk
preload_app = True
timeout = 60
graceful_timeout = 30
keepalive = 15
control_socket_disable = True
_lines = "PlainLines" if os.environ.get("LOGS", "json") == "plain" else "JsonLines"
# Requests are logged by the application, which names no path.
logconfig_dict = {
    "formatters": {"generic": {"()": f"competition.logs.{_lines}"}},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["error_console"], "propagate": False},
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
    },
}
