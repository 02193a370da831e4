"""What the command line tells people. Programs are answered with JSON instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scoring.errors import FaultyFile, Notice, Problem

_SHOWN = 20
_UNDEFINED = "-"


def in_order_text(path: str, rows: int, notices: Sequence[Notice]) -> str:
    """A good file."""
    return "\n".join([f"{path} is in order: {rows} rows.", *map(notice_text, notices)])


def faults_text(path: str, fault: FaultyFile) -> str:
    """A faulty file with its first faults."""
    count = "1 fault" if fault.total == 1 else f"{fault.total} faults"
    lines = [f"{path} is not in order, {count}:", *map(_problem_text, fault.problems[:_SHOWN])]
    rest = fault.total - len(fault.problems[:_SHOWN])
    if rest:
        lines.append(f"  and {rest} more.")
    return "\n".join(lines)


def notice_text(notice: Notice) -> str:
    """One notice."""
    return f"  {notice.count} x {notice.code}: {notice.detail}"


def scorecard_text(card: dict[str, Any]) -> str:
    """A scorecard's JSON as a table, a class on each line."""
    interval = _interval_text(card["interval"])
    classes = card["classes"]
    scored = f"mean over {card['scored_classes']} of {len(classes)} classes"
    approximate = ", approximate" if card.get("approximate") else ""
    head = f"{card['track']}, {card['metric']}: {_number_text(card['value'])}  {interval}  ({scored}{approximate})"
    width = max([len("label"), *(len(row["label"]) for row in classes)])
    lines = [f"{'label':<{width}}  {'positives':>9}  {'value':>6}  95 % interval"]
    for row in classes:
        value, span = _number_text(row["value"]), _interval_text(row["interval"])
        lines.append(f"{row['label']:<{width}}  {row['positives']:>9}  {value:>6}  {span}".rstrip())
    drawn = f"{card['replicates']} resamples of the images, seed {card['seed']}"
    return "\n".join([head, "", *lines, "", drawn])


def _problem_text(problem: Problem) -> str:
    places = [f"line {problem.line}"] if problem.line is not None else []
    if problem.column is not None:
        # The column's name may come from the file, and a terminal obeys what it is sent.
        places.append(ascii(problem.column)[1:-1])
    place = ", ".join(places) or "file"
    return f"  {place}: {problem.detail} [{problem.code}]"


def _number_text(number: float | None) -> str:
    return _UNDEFINED if number is None else f"{number:.4f}"


def _interval_text(interval: Sequence[float] | None) -> str:
    return _UNDEFINED if interval is None else f"{interval[0]:.4f} to {interval[1]:.4f}"
