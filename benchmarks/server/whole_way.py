"""From the upload to the score: one submission on an idle server, and many at once."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import psycopg

from benchmarks.server.demo import Demo
from benchmarks.server.hosted import SLUG, Participant

IDLE_UPLOADS: Final = 25
BURST: Final = 40
SPANS: Final = """
SELECT extract(epoch FROM e.waiting_since - s.received_at), extract(epoch FROM e.started_at - e.waiting_since),
       extract(epoch FROM e.finished_at - e.started_at), extract(epoch FROM e.counted_at - e.finished_at)
FROM competition_evaluation e
JOIN competition_submission s ON s.id = e.submission_id
JOIN competition_track t ON t.id = s.track_id
JOIN competition_competition c ON c.id = t.competition_id
WHERE c.slug = %s AND e.counted_at IS NOT NULL
"""
SPAN_NAMES: Final = ("check the file, write the books", "wait for a worker", "score", "publish the board")


def idle_table(demo: Demo, participants: Sequence[Participant], content: bytes) -> Iterator[str]:
    """One upload after the other on a server that does nothing else."""
    uploads, totals = [], []
    for number in range(IDLE_UPLOADS):
        participant = participants[number % len(participants)]
        sent = participant.send(content)
        totals.append(participant.wait(sent))
        uploads.append(sent.upload_seconds)
        time.sleep(1.1)  # a board is published at most once a second
    yield f"\nPOST to scored, idle server, {IDLE_UPLOADS} uploads of {len(content) / 2**20:.1f} MiB, 1,000 resamples"
    yield f"{'':44}{'median':>9}{'95 %':>9}"
    yield _spread("POST to scored, as the sender sees it", totals)
    yield _spread("POST to receipt, as the sender sees it", uploads)
    for name, seconds in zip(SPAN_NAMES, zip(*_spans(demo), strict=True), strict=True):
        yield _spread(f"  by the database's clock: {name}", [float(second) for second in seconds])


def burst_table(demo: Demo, participants: Sequence[Participant], content: bytes) -> Iterator[str]:
    """Many uploads at once, with one worker and with two, and how fast a queue that has built up is worked off."""
    yield f"\n{BURST} submissions at once, per minute (uploading and scoring share the cores)"
    yield f"{'one worker: uploaded and scored':44}{_burst(participants, content):9.0f}"
    per_minute, processor = _drain(demo, participants, content)
    yield f"{'one worker: scored from a full queue':44}{per_minute:9.0f}"
    yield f"{'processor of the worker, ms per submission':44}{1000 * processor:9.0f}"
    with demo.second_worker():
        yield f"{'two workers: uploaded and scored':44}{_burst(participants, content):9.0f}"


def _burst(participants: Sequence[Participant], content: bytes) -> float:
    began = time.perf_counter()
    with ThreadPoolExecutor(4) as senders:
        sent = list(senders.map(lambda number: _sender(participants, number).send(content), range(BURST)))
    for number, upload in enumerate(sent):
        _sender(participants, number).wait(upload)
    return 60 * BURST / (time.perf_counter() - began)


def _drain(demo: Demo, participants: Sequence[Participant], content: bytes) -> tuple[float, float]:
    """Submissions per minute, and the processor's seconds that the worker and its horses take for each."""
    worker = demo.worker()
    worker.suspend()
    used = sum(worker.cpu_times()[:4])
    sent = [_sender(participants, number).send(content) for number in range(BURST)]
    began = time.perf_counter()
    worker.resume()
    for number, upload in enumerate(sent):
        _sender(participants, number).wait(upload)
    seconds = time.perf_counter() - began
    return 60 * BURST / seconds, (sum(worker.cpu_times()[:4]) - used) / BURST


def _sender(participants: Sequence[Participant], number: int) -> Participant:
    return participants[number % len(participants)]


def _spans(demo: Demo) -> list[tuple[float, ...]]:
    with psycopg.connect(demo.settings["DATABASE_URL"]) as connection:
        return connection.execute(SPANS, [SLUG]).fetchall()


def _spread(name: str, seconds: Sequence[float]) -> str:
    return f"{name:44}{statistics.median(seconds):9.3f}{statistics.quantiles(seconds, n=20)[-1]:9.3f}"
