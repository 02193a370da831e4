"""The check that an upload goes through, beside bare reading of the same file."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import pandas as pd

from benchmarks.speed.files import write_boxes
from scoring import LOCAL, read_detections, read_manifest

SIZES: Final = (36_000, 300_000, 1_000_000)
IMAGES: Final = 6_000
"""So many that a million boxes stay below the limit of 300 on an image."""
REPEATS: Final = 3


def checking_table(folder: Path, sizes: Sequence[int] = SIZES) -> Iterator[str]:
    """Seconds of the check, of pandas reading the same bytes into a table, and their ratio."""
    yield "\nThe check of an upload beside pandas.read_csv of the same bytes"
    yield f"{'':24}{'check':>9}{'pandas':>9}{'ratio':>8}"
    for boxes in sizes:
        pair = write_boxes(folder, boxes, IMAGES)
        content = pair.predictions.read_bytes()
        manifest = read_manifest(_manifest(content))
        check = _fastest(partial(read_detections, content, manifest=manifest, labels=list(LOCAL)))
        bare = _fastest(partial(_read_bare, content))
        yield f"{boxes:>18,} boxes{check:9.3f}{bare:9.3f}{check / bare:8.2f}"
        pair.predictions.unlink()


def _read_bare(content: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(content))


def _manifest(content: bytes) -> bytes:
    ids = pd.read_csv(io.BytesIO(content), usecols=["image_id"])["image_id"].unique()
    return "\n".join(["image_id", *ids, ""]).encode()


def _fastest(act: Callable[[], object]) -> float:
    seconds = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - began)
    return min(seconds)
