"""A demo of the benchmark's own: started, used, stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import psutil

REPOSITORY: Final = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS: Final = 300


@dataclass(frozen=True)
class Demo:
    """A demo that serves; `document` is its demo.json, `settings` what a process of it needs."""

    data_dir: Path
    process: subprocess.Popen[bytes]
    document: dict[str, Any]
    settings: dict[str, str]

    def worker(self) -> psutil.Process:
        """The demo's own worker."""
        return next(
            child
            for child in psutil.Process(self.process.pid).children(recursive=True)
            if child.cmdline()[1:3] == ["manage.py", "worker"]
        )

    @contextmanager
    def second_worker(self) -> Iterator[None]:
        """Another worker beside the demo's own."""
        environment = os.environ | self.settings
        environment["LABELS_PRIVATE_KEY_FILE"] = str(self.data_dir / "keys" / "labels.private")
        command = [sys.executable, "manage.py", "worker"]
        process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stderr=subprocess.DEVNULL)
        try:
            time.sleep(5)
            yield
        finally:
            process.terminate()
            process.wait()


@contextmanager
def running_demo() -> Iterator[Demo]:
    """Start a demo on a free port and an empty folder, and stop it at the end."""
    with tempfile.TemporaryDirectory(prefix="vindr-bench-") as folder:
        data_dir = Path(folder) / "data"
        Path(folder).chmod(0o755)
        environment = os.environ | {"DATA_DIR": str(data_dir), "PORT": str(_free_port())}
        command = [sys.executable, "manage.py", "demo"]
        process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=subprocess.DEVNULL)
        try:
            document = _document(process, data_dir / "demo.json")
            settings = json.loads((data_dir / "connection.json").read_text())
            yield Demo(data_dir, process, document, settings)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _document(process: subprocess.Popen[bytes], path: Path) -> dict[str, Any]:
    """demo.json, once the demo is ready."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if path.exists():
            document: dict[str, Any] = json.loads(path.read_text())
            if httpx.get(f"{document['base_url']}/readyz").status_code == 200:
                return document
        time.sleep(0.2)
    raise SystemExit("The demo did not become ready.")
