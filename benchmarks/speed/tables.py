"""The tables of `make bench`."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from benchmarks.speed.files import Pair, write_boxes, write_probabilities
from benchmarks.speed.runs import Failed, Run, measure

BOX_PEERS: Final = ("pycocotools", "faster-coco-eval", "hotcoco")
PROBABILITY_PEERS: Final = ("scikit-learn", "torchmetrics")
OURS: Final = "scoring"
COLUMNS: Final = ("seconds", "cpu", "estimate", "MiB", "ours/whole", "ours/cpu", "ours/estimate")
HEAD: Final = f"{'':32}" + "".join(f"{column:>{max(len(column), 7) + 2}}" for column in COLUMNS) + "  value"


def machine() -> str:
    """What the numbers were measured on."""
    with open("/proc/cpuinfo") as cpu:
        models = [line.split(":")[1].strip() for line in cpu if line.startswith("model name")]
    model = models[0] if models else platform.machine()
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, numpy {version('numpy')}"


def boxes_table(folder: Path, boxes: int, peers: Sequence[str]) -> Iterator[str]:
    """`coco` with 1,000 resamples and intervals of every label, beside the bare point estimate of the peers."""
    pair = write_boxes(folder, boxes)
    size = pair.predictions.stat().st_size / 2**20
    yield f"\n{boxes:,} boxes on 3,000 images, 22 labels ({size:.1f} MiB of CSV); scoring with 1,000 resamples"
    others = {
        f"{OURS}: {protocol}": _score("detection", pair, "--protocol", protocol) for protocol in ("voc2010", "froc")
    }
    yield from _table({f"{OURS}: coco": _score("detection", pair, "--protocol", "coco"), **others}, peers, pair)


def probabilities_table(folder: Path, peers: Sequence[str]) -> Iterator[str]:
    """AUROC with 1,000 resamples, DeLong's intervals and average precision, beside the bare AUROC of the peers."""
    pair = write_probabilities(folder)
    yield "\nAUROC, 22,433 images, 14 labels; scoring with 1,000 resamples"
    yield from _table({f"{OURS}: auroc": _score("classification", pair)}, peers, pair)


def growth_table(folder: Path, sizes: Sequence[int]) -> Iterator[str]:
    """Seconds and memory of `coco` with 1,000 resamples as the file grows."""
    yield "\nGrowth: coco with 1,000 resamples"
    yield HEAD
    for boxes in sizes:
        pair = write_boxes(folder, boxes)
        name = f"{boxes:>11,} boxes"
        yield from _lines(measure({name: _score("detection", pair, "--protocol", "coco")}), None)
        pair.predictions.unlink()


def _table(ours: dict[str, list[str]], peers: Sequence[str], pair: Pair) -> Iterator[str]:
    """A line for each command; the peers are compared with the first of ours."""
    commands = dict(ours)
    for peer in peers:
        try:
            name = f"{peer} {version(peer)}"
        except PackageNotFoundError:
            yield f"{peer} is not installed, and left out"
            continue
        commands[name] = ["benchmarks.speed.peers", peer, str(pair.truth), str(pair.predictions)]
    yield HEAD
    yield from _lines(measure(commands), next(iter(ours)))


def _lines(runs: dict[str, Run | Failed], first: str | None) -> Iterator[str]:
    ours = runs[first] if first else None
    for name, run in runs.items():
        if isinstance(run, Failed):
            yield f"{name} failed: {run}"
            continue
        yield _line(name, run, ours if isinstance(ours, Run) else None)
        if "resamples" in run.answer and isinstance(ours, Run):
            seconds = run.answer["resamples"]
            yield f"{'  its 1,000 resamples, from 20':32}{seconds:9.2f}{'':27}{ours.seconds / seconds:12.3f}"


def _line(name: str, run: Run, ours: Run | None) -> str:
    numbers = [f"{run.seconds:.3f}", f"{run.cpu:.3f}", "", f"{run.mebibytes:.0f}", "", "", ""]
    estimate = run.answer.get("estimate")
    if estimate is not None:
        numbers[2] = f"{estimate:.3f}"
        if ours is not None:
            ratios = ours.seconds / run.seconds, ours.cpu / run.cpu, ours.seconds / estimate
            numbers[4:] = [f"{ratio:.3f}" for ratio in ratios]
    cells = [f"{number:>{max(len(column), 7) + 2}}" for number, column in zip(numbers, COLUMNS, strict=True)]
    return f"{name:32}{''.join(cells)}  {run.answer['value']:.4f}"


def _score(track: str, pair: Pair, *options: str) -> list[str]:
    files = ["--truth", str(pair.truth), "--predictions", str(pair.predictions)]
    return ["scoring", "score", track, *files, *options, "--json"]
