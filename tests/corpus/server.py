"""A running server with a competition, as the corpus meets it: real gunicorn, real worker, their processes counted."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from competition.clock import database_now
from competition.models import Membership, Submission
from competition.operations.count_quota import quota_of
from competition.storage import FOLDER
from tests.corpus.case import Verdict

SUBMISSIONS = "/api/v1/competitions/chest/submissions"
OF_ONE_UPLOAD = ("id", "received_at", "quota")
"""What a receipt of the same file says differently the second time."""


@dataclass
class Server:
    """The address, callers with their tokens, and the processes that must outlive everything."""

    address: str
    token: str
    http: httpx.Client
    organizer: httpx.Client
    member: Membership
    folder: Path
    gunicorn: list[psutil.Process]
    worker: "subprocess.Popen[bytes]"
    sweeper: "subprocess.Popen[bytes]"

    def stored(self) -> set[str]:
        """The names of all files in storage."""
        folder = self.folder / FOLDER
        return {entry.name for entry in folder.iterdir()} if folder.exists() else set()

    def books(self) -> tuple[int, set[str], int]:
        """How many submissions there are, what is stored, and what the team has used of its limits."""
        phase, tracks = self.member.competition.phase_of("main"), self.member.competition.tracks.all()
        now = database_now()
        used = sum(quota_of(self.member.team, phase, track, now).total_used for track in tracks)
        return Submission.objects.count(), self.stored(), used

    def upload(self, file: Path, track: str) -> httpx.Response:
        """Hand in a file the ordinary way."""
        with file.open("rb") as content:
            return self.http.post(SUBMISSIONS, data={"track": track}, files={"file": ("mine.csv", content)})

    def post(self, files: list[Any], **fields: str) -> Verdict:
        """Hand in a form of any shape."""
        return verdict_on(self.http.post(SUBMISSIONS, data={"track": "detection"} | fields, files=files))

    def processor_seconds(self) -> float:
        """What the web processes have used so far."""
        return sum(sum(process.cpu_times()[:2]) for process in self.gunicorn)

    def resident(self) -> int:
        """Bytes of memory that the web processes hold."""
        return sum(process.memory_info().rss for process in self.gunicorn)

    def forget_the_peak(self) -> None:
        """From here on `peak` counts anew."""
        for process in self.gunicorn:
            Path(f"/proc/{process.pid}/clear_refs").write_text("5")

    def peak(self) -> int:
        """The most bytes that one web process has held since `forget_the_peak`."""
        status = (Path(f"/proc/{process.pid}/status").read_text() for process in self.gunicorn)
        return max(int(text.partition("VmHWM:")[2].split()[0]) * 1024 for text in status)


def verdict_on(answer: httpx.Response) -> Verdict:
    """Status, code and first fault of an answer."""
    body = answer.json() if "json" in answer.headers.get("Content-Type", "") else {}
    body = body if isinstance(body, dict) else {}
    first = (body.get("problems") or [None])[0]
    place = (first["code"], first["line"], first["column"]) if first else None
    return Verdict(answer.status_code, body.get("code"), place)


def same_again(answer: httpx.Response) -> Any:
    """The answer without what an upload has for itself."""
    body = answer.json()
    return answer.status_code, {name: value for name, value in body.items() if name not in OF_ONE_UPLOAD}
