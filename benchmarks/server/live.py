"""What pages that are left open cost: how often each asks, what an answer takes, and what 2,000 of them add up to.

`python -m benchmarks.server.live` prints it alone. Everything is asked of a running demo through its gunicorn. The
processor's time is that of gunicorn's processes, so it holds whatever else the machine does meanwhile.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import psutil

from benchmarks.server.demo import Demo, running_demo
from benchmarks.speed.tables import machine
from competition.web.pace import CLOSED_BOARD, GROWTH, OPEN_BOARD, QUEUE, WAITING, Pace, again_at

REQUESTS: Final = 400
WARM_UP: Final = 20
OPEN_PAGES: Final = 2_000
MINUTE: Final = 60.0
DEEP_PLACE: Final = 1_000
TOKEN: Final = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Cost:
    """What one answer takes: milliseconds as the asker sees them, the processor's, and bytes with the headers."""

    median: float
    high: float
    processor: float
    size: float
    status: int


def main() -> None:
    """Start a demo and print the tables."""
    print(machine(), flush=True)
    with running_demo() as demo:
        for line in live_table(demo):
            print(line, flush=True)


def live_table(demo: Demo) -> Iterator[str]:
    """Requests per minute of one open page in each state, the cost of an answer, and of 2,000 open pages."""
    costs = _measure(demo)
    yield f"\nOpen pages: the cost of an answer, {REQUESTS} requests each, one after the other"
    yield f"{'':44}{'median ms':>10}{'95 % ms':>9}{'cpu ms':>8}{'bytes':>8}"
    for (name, _), cost in costs.items():
        yield f"{name:38}{cost.status:6}{cost.median:10.2f}{cost.high:9.2f}{cost.processor:8.2f}{cost.size:8.0f}"
    yield f"\nOpen pages: requests per minute of one, and the part of a core that {OPEN_PAGES:,} take"
    yield f"{'':44}{'first minute':>13}{'at rest':>9}{'% of a core':>13}"
    for name, first, rest, cost in _states(costs):
        yield f"{name:44}{first:13.1f}{rest:9.1f}{_share(OPEN_PAGES, rest, cost):13.1f}"
    first, rest = asked_in(MINUTE, QUEUE), QUEUE.per_minute_at_rest
    share = _share(1, rest, costs["queue", False])
    yield f"{'the queue, seen by one organizer':44}{first:13.1f}{rest:9.1f}{share:13.2f}"
    yield f"{'any page that nobody looks at':44}{0:13.1f}{0:9.1f}{0:13.1f}"
    yield f"{'a scored submission, a final board':44}{0:13.1f}{0:9.1f}{0:13.1f}"


def _share(pages: int, per_minute: float, cost: Cost) -> float:
    """Per cent of a core that so many pages take which ask so often."""
    return 100 * pages * per_minute / MINUTE * cost.processor / 1000


def _states(costs: dict[tuple[str, bool], Cost]) -> Iterator[tuple[str, float, float, Cost]]:
    same = {name: cost for (name, has_it), cost in costs.items() if has_it}
    for name, pace, cost in (
        ("a board while uploads are taken", OPEN_BOARD, same["news of a board"]),
        ("a board after the close", CLOSED_BOARD, same["news of a board"]),
        ("a submission that waits and nothing moves", WAITING, same["state of a submission"]),
    ):
        yield name, asked_in(MINUTE, pace), pace.per_minute_at_rest, cost
    deep = MINUTE / (again_at(DEEP_PLACE) or WAITING.longest)
    yield f"a submission at place {DEEP_PLACE:,} of the queue", deep, deep, costs["state of a submission", False]


def asked_in(seconds: float, pace: Pace) -> float:
    """How often a page asks in its first seconds if nothing changes; `follow.js` spreads the waits around these."""
    at, wait, asked = pace.first, pace.first, 0
    while at <= seconds:
        asked += 1
        wait = min(wait * GROWTH, pace.longest)
        at += wait
    return asked


def _measure(demo: Demo) -> dict[tuple[str, bool], Cost]:
    """(Name, whether the asker has the part already) → cost."""
    base, slug = demo.document["base_url"], demo.document["competition"]
    member, organizer = demo.document["participants"][0], demo.document["organizer"]
    news = f"/competitions/{slug}/boards/detection/news/?phase=main&seen=1"
    with (
        closing(httpx.Client(base_url=base)) as anybody,
        closing(_logged_in(base, member)) as own,
        closing(_logged_in(base, organizer)) as desk,
    ):
        demo.worker().suspend()
        try:
            submission = _upload(base, slug, member["token"], demo.document["files"]["detection"])
            return {
                ("nothing at all (/healthz)", False): _cost(demo, anybody, "/healthz", has_it=False),
                ("news of a board", False): _cost(demo, anybody, news, has_it=False),
                ("news of a board", True): _cost(demo, anybody, news, has_it=True),
                ("state of a submission", False): _cost(demo, own, f"/submissions/{submission}/state/", has_it=False),
                ("state of a submission", True): _cost(demo, own, f"/submissions/{submission}/state/", has_it=True),
                ("queue", False): _cost(demo, desk, f"/competitions/{slug}/organize/queue/", has_it=False),
                ("the whole board page", False): _cost(
                    demo, anybody, f"/competitions/{slug}/boards/detection/", has_it=False
                ),
                ("the whole board page", True): _cost(
                    demo, anybody, f"/competitions/{slug}/boards/detection/", has_it=True
                ),
            }
        finally:
            demo.worker().resume()


def _cost(demo: Demo, client: httpx.Client, path: str, *, has_it: bool) -> Cost:
    answer = client.get(path)
    answer.raise_for_status()
    headers = {"If-None-Match": answer.headers["ETag"]} if has_it else {}
    for _ in range(WARM_UP):
        client.get(path, headers=headers)
    milliseconds, sizes = [], []
    used = _processor(demo)
    for _ in range(REQUESTS):
        began = time.perf_counter()
        answer = client.get(path, headers=headers)
        milliseconds.append(1000 * (time.perf_counter() - began))
        sizes.append(len(answer.content) + sum(len(name) + len(value) + 4 for name, value in answer.headers.raw))
    processor = 1000 * (_processor(demo) - used) / REQUESTS
    high = statistics.quantiles(milliseconds, n=20)[-1]
    return Cost(statistics.median(milliseconds), high, processor, statistics.mean(sizes), answer.status_code)


def _processor(demo: Demo) -> float:
    """Seconds of the processor that gunicorn's processes have used so far."""
    children = psutil.Process(demo.process.pid).children(recursive=True)
    return sum(sum(child.cpu_times()[:2]) for child in children if _is_web(child))


def _is_web(process: psutil.Process) -> bool:
    """Work horses come and go meanwhile."""
    try:
        return any("gunicorn" in word for word in process.cmdline())
    except psutil.NoSuchProcess:
        return False


def _logged_in(base: str, person: dict[str, Any]) -> httpx.Client:
    client = httpx.Client(base_url=base, headers={"Referer": base, "Origin": base})
    page = client.get("/accounts/login/").text
    found = TOKEN.search(page)
    if found is None:
        raise SystemExit("The log-in page has no token.")
    form = {"login": person["username"], "password": person["password"], "csrfmiddlewaretoken": found[1]}
    if client.post("/accounts/login/", data=form).status_code != httpx.codes.FOUND:
        raise SystemExit(f"{person['username']} can't log in.")
    return client


def _upload(base: str, slug: str, token: str, file: str) -> str:
    answer = httpx.post(
        f"{base}/api/v1/competitions/{slug}/submissions",
        data={"track": "detection"},
        files={"file": ("boxes.csv", Path(file).read_bytes())},
        headers={"Authorization": f"Bearer {token}"},
        timeout=120,
    )
    answer.raise_for_status()
    return str(answer.json()["id"])


if __name__ == "__main__":
    main()
