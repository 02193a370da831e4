"""How long the answers take, one after the other over one kept connection, beside a view that does nothing."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Final

import httpx
import numpy as np

WARM_UP: Final = 5


@dataclass(frozen=True)
class Question:
    """One line of the table: addresses that are asked for in turn."""

    name: str
    addresses: Sequence[str]
    headers: Mapping[str, str] = field(default_factory=dict)
    conditional: bool = False
    """Whether it is asked with the ETag of the answer before."""
    goal: float | None = None
    """Milliseconds at the 95th percentile."""


def table(base_url: str, questions: Sequence[Question], times: int) -> Iterator[str]:
    """Milliseconds at the median and the 95th percentile, over those of the first question, and bytes."""
    yield f"{'':40}{'median':>8}{'95 %':>8}{'ratio':>8}{'ratio':>8}{'bytes':>11}{'gzip':>10}{'goal':>6}"
    empty: tuple[float, float] | None = None
    with httpx.Client(base_url=base_url, timeout=60) as client:
        for question in questions:
            answer, milliseconds = _ask(client, question, times)
            median, late = np.quantile(milliseconds, [0.5, 0.95])
            empty = empty or (median, late)
            sizes = f"{len(answer.content):>11,}{len(gzip.compress(answer.content, 6)):>10,}"
            ratios = f"{median / empty[0]:8.1f}{late / empty[1]:8.1f}"
            goal = "" if question.goal is None else f"{question.goal:6.0f}"
            yield f"{question.name:40}{median:8.1f}{late:8.1f}{ratios}{sizes}{goal}"


def _ask(client: httpx.Client, question: Question, times: int) -> tuple[httpx.Response, list[float]]:
    headers = dict(question.headers)
    if question.conditional:
        headers["If-None-Match"] = client.get(question.addresses[0], headers=headers).headers["ETag"]
    milliseconds = []
    for number, address in enumerate(islice(cycle(question.addresses), times + WARM_UP)):
        began = time.perf_counter()
        answer = client.get(address, headers=headers)
        taken = 1000 * (time.perf_counter() - began)
        expected = 304 if question.conditional else 200
        if answer.status_code != expected:
            raise SystemExit(f"{address} is {answer.status_code} instead of {expected}: {answer.text[:300]}")
        if number >= WARM_UP:
            milliseconds.append(taken)
    return answer, milliseconds
