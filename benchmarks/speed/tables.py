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
HEAD: Final = f"{'':34}{'seconds':>9}{'estimate':>10}{'MiB':>7}{'ours/whole':>12}{'ours/estimate':>15}  value"


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
    yield f"\n{boxes:,} boxes on 3,000 images, 22 labels ({size:.1f} MiB of CSV)"
    ours = measure("scoring", _score("detection", pair, "--protocol", "coco"))
    yield from _rows("coco, 1,000 resamples", ours, peers, pair)
    for protocol in ("voc2010", "froc"):
        run = measure("scoring", _score("detection", pair, "--protocol", protocol))
        yield _line(f"scoring: {protocol}, 1,000 resamples", run)


def probabilities_table(folder: Path, peers: Sequence[str]) -> Iterator[str]:
    """AUROC with 1,000 resamples, DeLong's intervals and average precision, beside the bare AUROC of the peers."""
    pair = write_probabilities(folder)
    yield "\nAUROC, 22,433 images, 14 labels"
    ours = measure("scoring", _score("classification", pair))
    yield from _rows("AUROC, 1,000 resamples", ours, peers, pair)


def growth_table(folder: Path, sizes: Sequence[int]) -> Iterator[str]:
    """Seconds and memory of `coco` as the file grows, and of checking it alone."""
    yield "\nGrowth: coco with 1,000 resamples"
    for boxes in sizes:
        pair = write_boxes(folder, boxes)
        yield _line(f"{boxes:>11,} boxes", measure("scoring", _score("detection", pair, "--protocol", "coco")))
        pair.predictions.unlink()


def _rows(what: str, ours: Run, peers: Sequence[str], pair: Pair) -> Iterator[str]:
    yield HEAD
    yield _line(f"scoring: {what}", ours)
    for peer in peers:
        try:
            name = f"{peer} {version(peer)}"
        except PackageNotFoundError:
            yield f"{peer} is not installed, and left out"
            continue
        try:
            run = measure("benchmarks.speed.peers", [peer, str(pair.truth), str(pair.predictions)])
        except Failed as failure:
            yield f"{name} failed: {failure}"
            continue
        yield _line(name, run, ours)
        if "resamples" in run.answer:
            seconds = run.answer["resamples"]
            yield f"{'  1,000 resamples, from 20':34}{seconds:9.2f}{'':17}{ours.seconds / seconds:12.3f}"


def _line(name: str, run: Run, ours: Run | None = None) -> str:
    estimate = run.answer.get("estimate")
    alone = "" if estimate is None else f"{estimate:.3f}"
    ratios = ["", ""]
    if ours is not None and estimate is not None:
        ratios = [f"{ours.seconds / other:.3f}" for other in (run.seconds, estimate)]
    value = run.answer["value"]
    return f"{name:34}{run.seconds:9.3f}{alone:>10}{run.mebibytes:7.0f}{ratios[0]:>12}{ratios[1]:>15}  {value:.4f}"


def _score(track: str, pair: Pair, *options: str) -> list[str]:
    return ["score", track, "--truth", str(pair.truth), "--predictions", str(pair.predictions), *options, "--json"]
