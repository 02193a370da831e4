"""A competition of the benchmark's own on a running demo, with limits that are out of the way."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import yaml

from benchmarks.server.demo import REPOSITORY, Demo
from benchmarks.speed.files import Pair, write_boxes

SLUG: Final = "benchmark"
POLL_SECONDS: Final = 0.02
PHASE: Final = {
    "key": "main",
    "title": "Main",
    "opens_at": "2020-01-01T00:00:00Z",
    "closes_at": "2100-01-01T00:00:00Z",
    "daily_limit": 100_000,
    "total_limit": 100_000,
    "detail": "classes",
}


@dataclass(frozen=True)
class Sent:
    """An upload: its submission, and the seconds from the first byte to the receipt."""

    submission: str
    began: float
    upload_seconds: float


@dataclass(frozen=True)
class Participant:
    """One who has entered, with a connection of its own."""

    api: httpx.Client

    def send(self, content: bytes) -> Sent:
        """Upload a file."""
        began = time.perf_counter()
        answer = self.api.post(
            f"/competitions/{SLUG}/submissions", data={"track": "detection"}, files={"file": ("boxes.csv", content)}
        )
        if answer.status_code != 201:
            raise SystemExit(f"An upload was refused: {answer.text}")
        return Sent(answer.json()["id"], began, time.perf_counter() - began)

    def wait(self, sent: Sent) -> float:
        """Ask until it is scored; the seconds since the upload began."""
        while (state := self.api.get(f"/submissions/{sent.submission}").json()["state"]) != "scored":
            if state == "failed":
                raise SystemExit(f"Submission {sent.submission} failed.")
            time.sleep(POLL_SECONDS)
        return time.perf_counter() - sent.began


def found_competition(demo: Demo, folder: Path, boxes: int) -> Pair:
    """Found the competition; returns the files it was made from and can be sent to it."""
    pair = write_boxes(folder, boxes)
    track = {"labels": "local", "truth": pair.truth.name, "metric": "voc2010@0.4"}
    description = {"slug": SLUG, "title": "Benchmark", "tracks": {"detection": track}, "phases": [PHASE]}
    (folder / "competition.yaml").write_text(yaml.safe_dump(description))
    subprocess.run(
        [sys.executable, "manage.py", "create_competition", str(folder)],
        cwd=REPOSITORY,
        env=os.environ | demo.settings,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return pair


def enter_all(demo: Demo) -> list[Participant]:
    """All participants of the demo enter."""
    base_url = f"{demo.document['base_url']}/api/v1"
    return [_enter(base_url, person["token"], person["team"]) for person in demo.document["participants"]]


def _enter(base_url: str, token: str, team: str) -> Participant:
    api = httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {token}"}, timeout=120)
    api.post(f"/competitions/{SLUG}/entry", json={"team": team}).raise_for_status()
    return Participant(api)
