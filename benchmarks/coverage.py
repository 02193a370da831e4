"""How often the intervals and rank ranges of `scoring` hold the truth: `python -m benchmarks.coverage`.

Prints the tables of docs/metrics.md. Every run draws a test set and submissions of known quality, and scores them with
the code of the server. Each run has a random stream of its own, so that the same seed gives the same tables.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import numpy as np

from benchmarks.study.boards import FORMS, SKILLS, Board, add_board
from benchmarks.study.intervals import OF_ONE_AUROC, TYPES
from benchmarks.study.settings import Setting, draw_run
from benchmarks.study.tally import BY_POSITIVES, LEAST_POSITIVES, Cell, Cells, add_run, empty_cells, mean_row, range_row

PARTS: Final = {
    "detection": (
        Setting("detection", 3000),
        Setting("detection", 1000),
        Setting("detection", 3000, per_patient=3.6),
        Setting("detection", 3000, skill=0.35, pairs=False),
        Setting("detection", 3000, skill=0.95, pairs=False),
    ),
    "classification": (
        Setting("classification", 3000, pairs=False),
        Setting("classification", 1000),
        Setting("classification", 3000, per_patient=3.6, pairs=False),
        Setting("classification", 1000, skill=0.1, pairs=False),
    ),
}
BOARD_IMAGES: Final = 1000
LEAST_SHARE: Final = 0.05
"""A row that came up less often than in this share of the runs isn't printed."""


def main() -> None:
    """Run the study and print its tables."""
    arguments = _arguments()
    started = time.monotonic()
    print(f"{arguments.runs} runs, {arguments.resamples} resamples, seed {arguments.seed}.", end=" ")
    error = 100 * np.sqrt(0.95 * 0.05 / arguments.runs)
    print(f"Monte Carlo standard error of a coverage of 95 %: {error:.1f} points.")
    for part in arguments.only:
        if part == "ranks":
            _print_boards(arguments.runs, arguments.resamples, arguments.seed)
            continue
        for setting in PARTS[part]:
            cells = empty_cells()
            for rng in _streams(str(setting), arguments.runs, arguments.seed):
                add_run(cells, setting, draw_run(setting, rng, arguments.resamples))
            _print_setting(setting, cells, arguments.runs)
    print(f"{(time.monotonic() - started) / 60:.0f} minutes", file=sys.stderr)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage", description=__doc__)
    parser.add_argument("--runs", type=int, default=2000, help="made-up test sets of each kind (default 2000)")
    parser.add_argument("--resamples", type=int, default=1000, help="bootstrap resamples of each (default 1000)")
    parser.add_argument("--seed", type=int, default=0)
    parts = [*PARTS, "ranks"]
    parser.add_argument("--only", nargs="+", choices=parts, default=parts, help="a part of the study")
    return parser.parse_args()


def _streams(name: str, runs: int, seed: int) -> Iterator[np.random.Generator]:
    """One for each run, that depends on nothing but the seed, the setting's name and the run's number."""
    for run in range(runs):
        if sys.stderr.isatty():
            print(f"\r{name}: {run + 1} of {runs}", end="\n" if run + 1 == runs else "", file=sys.stderr, flush=True)
        yield np.random.default_rng([seed, *name.encode(), run])


def _print_setting(setting: Setting, cells: Cells, runs: int) -> None:
    print(f"\n## {setting}\n\nScored labels on the population: {setting.truths[0].min():.3f} to", end=" ")
    print(f"{setting.truths[0].max():.3f}.")
    rows = [mean_row(least) for least in LEAST_POSITIVES]
    bins = [range_row(*ends) for ends in BY_POSITIVES]
    for table, title in (("mean", "groups drawn"), ("mean, images drawn", "images drawn though patients have several")):
        shown = {row: cells[table][row] for row in rows}
        _print_cells(f"mean, {title}", "least positives", shown, TYPES, runs)
        _print_widths(f"mean, {title}: width in thousandths, and how often the value lies outside", shown, runs)
    for table, title in (("equal", "equal submissions"), ("unequal", "submissions that differ")):
        table_rows = {row: cells[table][row] for row in rows} | {
            f"{row}: 0 inside": cells[table][f"{row}: 0 inside"] for row in rows if table == "unequal"
        }
        _print_cells(f"paired difference, {title}", "least positives", table_rows, TYPES, runs)
    types = (*TYPES, *OF_ONE_AUROC) if setting.track == "classification" else TYPES
    for table, title in (("label", "groups drawn"), ("label, images drawn", "images drawn")):
        shown = {row: cells[table][row] for row in bins}
        _print_cells(f"one label, {title}", "positives", shown, types, runs)


def _frequent(rows: dict[str, Cell], runs: int) -> dict[str, Cell]:
    return {name: cell for name, cell in rows.items() if len(cell.held) >= max(1, LEAST_SHARE * runs)}


def _print_widths(title: str, rows: dict[str, Cell], runs: int) -> None:
    rows = _frequent(rows, runs)
    if not rows:
        return
    print(f"\n### {title}\n\n| least positives | {' | '.join(TYPES)} |\n|{' --- |' * (1 + len(TYPES))}")
    for name, cell in rows.items():
        widths, without = 1000 * np.mean(cell.width, axis=0), 100 * np.mean(cell.without, axis=0)
        columns = zip(widths, without, cell.known, strict=True)
        print(
            f"| {name} | {' | '.join(f'{width:.0f}, {out:.1f} %' if known else '' for width, out, known in columns)} |"
        )


def _print_cells(title: str, first: str, rows: dict[str, Cell], types: tuple[str, ...], runs: int) -> None:
    rows = _frequent(rows, runs)
    if not rows:
        return
    facts = ("cases", "labels", "truth", "error", "of replicates", "basic too high")
    print(f"\n### {title}\n\n| {first} | {' | '.join((*facts, *types))} |")
    print(f"|{' --- |' * (1 + len(facts) + len(types))}")
    for name, cell in rows.items():
        errors = f"{np.mean(cell.error):+.4f} | {np.mean(cell.error_of_replicates):+.4f}"
        counted = f"{len(cell.held)} | {np.mean(cell.labels):.1f} | {np.mean(cell.truth):.3f}"
        shares = [f"{share:.1f}" if known else "" for share, known in zip(cell.coverage, cell.known, strict=True)]
        covered = " | ".join(shares[: len(types)])
        print(f"| {name} | {counted} | {errors} | {100 * np.mean(cell.too_high):.1f} | {covered} |")


def _print_boards(runs: int, resamples: int, seed: int) -> None:
    print(f"\n## Rank ranges of 20 teams, {BOARD_IMAGES:,} images")
    print("\n| track | teams | form | a team's | the worst-off team's | all at once | ranks in a range |")
    print(f"|{' --- |' * 7}")
    for track in PARTS:
        for name, skills in SKILLS.items():
            board: dict[str, Board] = defaultdict(Board)
            for rng in _streams(f"{track}, {name}", runs, seed):
                add_board(board, track, BOARD_IMAGES, skills, rng, resamples)
            for form in FORMS:
                of = board[form]
                shares = f"{of.of_one:.1f} | {of.of_the_worst_off:.1f} | {of.of_all:.1f} | {np.mean(of.width):.1f}"
                print(f"| {track} | {name} | {form} | {shares} |")


if __name__ == "__main__":
    main()
