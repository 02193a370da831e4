"""`make bench`: prints how long scoring takes, beside other programs, on this machine and in one run.

Whole processes are timed, from the CSV on disk to the JSON. Compare ratios, never seconds: `ours/whole` is the time of
`scoring` over the peer's whole process, `ours/cpu` the same of processor time, which other work on the machine disturbs
less, and `ours/estimate` the whole of `scoring` over the peer's estimate alone: building its tables and evaluating.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.speed.tables import (
    BOX_PEERS,
    PROBABILITY_PEERS,
    boxes_table,
    growth_table,
    machine,
    probabilities_table,
)

SIZES = (36_000, 300_000, 1_000_000)
GROWTH = (10_000, 36_000, 100_000, 300_000, 1_000_000, 3_000_000)


def main() -> None:
    """Print the tables that are asked for."""
    options = _parser().parse_args()
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for line in _lines(Path(folder), options):
            print(line, flush=True)


def _lines(folder: Path, options: argparse.Namespace) -> Iterator[str]:
    peers = () if options.alone else BOX_PEERS
    for boxes in options.boxes:
        yield from boxes_table(folder, boxes, peers)
    yield from probabilities_table(folder, () if options.alone else PROBABILITY_PEERS)
    if options.growth:
        yield from growth_table(folder, GROWTH)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("boxes", nargs="*", type=int, default=SIZES, help="numbers of boxes; left out: %(default)s")
    parser.add_argument("--alone", action="store_true", help="without the other programs")
    parser.add_argument("--growth", action="store_true", help="from 10,000 to 3,000,000 boxes too")
    return parser


if __name__ == "__main__":
    main()
