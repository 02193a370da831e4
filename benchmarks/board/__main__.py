"""`python -m benchmarks.board`: fills a PostgreSQL of its own with a board of many teams, and asks for it."""

from __future__ import annotations

import argparse
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx

from benchmarks.board.ask import Question, table
from benchmarks.board.stand import SLUG, found_large, services
from benchmarks.speed.tables import machine


def main() -> None:
    """Print the table; with `--keep` serve on until the program is stopped."""
    options = _parser().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is stopped
    print(machine(), flush=True)
    with services(), tempfile.TemporaryDirectory() as folder:
        phase, track = found_large(Path(folder), options.opened_days)
        from benchmarks.board.fill import fill

        filled = fill(phase, track, teams=options.teams, submissions=options.submissions)
        print(
            f"\n{options.teams:,} teams, {filled.submissions:,} submissions: publishing the board takes "
            f"{filled.publish_seconds:.1f} s, a snapshot {filled.board_bytes / 1024:.0f} KiB of the table; "
            f"{filled.past_scores:,} past scores for the courses"
        )
        with _serving() as base_url:
            if options.keep:
                print(f"{base_url}/competitions/{SLUG}/boards/detection/  sessionid={filled.session}", flush=True)
                signal.pause()
            for line in table(base_url, questions(filled.team, filled.session, options.teams), options.times):
                print(line, flush=True)


def questions(team: str, session: str, teams: int) -> Sequence[Question]:
    """The lines of the table, the empty view first."""
    board, api = f"/competitions/{SLUG}/boards/detection/", f"/api/v1/competitions/{SLUG}/boards/detection"
    member = {"Cookie": f"sessionid={session}"}
    pages = [f"{board}?page={number}" for number in range(1, max(2, teams // 50))]
    orders = [
        f"{board}?sort={sort}&page={number}"
        for number in range(2, max(3, teams // 50))
        for sort in ("-score", "team", "-submissions", "-submitted")
    ]
    return (
        Question("an empty view", ["/healthz"]),
        Question("board, everybody's", [board], goal=50),
        Question("board, everybody's, another page each time", pages, goal=50),
        Question("board, everybody's, another order each time", orders, goal=50),
        Question("board, a member's", [board], member, goal=50),
        Question("board, a member's, another page each time", pages, member, goal=50),
        Question("board, everybody's, unchanged (304)", [board], conditional=True, goal=5),
        Question("the whole board, everybody's", [f"{board}?rows=all"]),
        Question("the whole board, a member's", [f"{board}?rows=all"], member),
        Question("a snapshot", [f"{board}?version=3"], goal=50),
        Question("frame for other sites", [f"{board}embed/"]),
        Question("badge", [f"{board}badge.svg?team={quote(team)}"]),
        Question("API, JSON", [api]),
        Question("API, CSV", [f"{api}?format=csv"]),
        Question("API, unchanged (304)", [api], conditional=True),
        Question("an empty view, again", ["/healthz"]),
    )


@contextmanager
def _serving() -> Iterator[str]:
    """The web process as the demo runs it: gunicorn with two processes of four threads."""
    from tests.running import REPOSITORY, environment_of_tests, stop, wait_until

    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings = environment_of_tests() | {"WEB_SOCKET": str(listening.fileno()), "DIE_WITH_PARENT": "1"}
        settings.pop("LABELS_PRIVATE_KEY_FILE", None)
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "competition/embedded/gunicorn.conf.py", "competition.wsgi"],
            cwd=REPOSITORY,
            env=settings,
            pass_fds=[listening.fileno()],
            start_new_session=True,
            stderr=subprocess.DEVNULL,
        )
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        try:
            wait_until(lambda: httpx.get(f"{address}/healthz", timeout=20).status_code == 200, what="the first answer")
            yield address
        finally:
            stop(process, signal.SIGTERM, group=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.board", description=__doc__)
    parser.add_argument("--teams", type=int, default=2_000)
    parser.add_argument("--submissions", type=int, default=50_000)
    parser.add_argument("--times", type=int, default=300, help="questions of each kind")
    parser.add_argument("--opened-days", type=int, default=45, help="how long ago the phase opened")
    parser.add_argument("--keep", action="store_true", help="serve until stopped instead of asking")
    return parser


if __name__ == "__main__":
    sys.exit(main())
