"""Boards, and two submissions side by side."""

from __future__ import annotations

import csv
import io
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from vindr_bench.commands.options import PhaseOption, Slug, SlugOption, TrackOption
from vindr_bench.commands.shown import BOARD_DIGITS, NOTHING, between, number, ranks, short, signed, table, when
from vindr_bench.commands.terminal import Terminal

if TYPE_CHECKING:
    from vindr_bench.board import Board, BoardRow

_COLUMNS = ("rank", "rank_low", "rank_high", "team", "score", "interval_low", "interval_high", "submissions")


class Form(StrEnum):
    """How a board is written."""

    table = "table"
    csv = "csv"
    json = "json"


def board(
    context: typer.Context,
    slug: Slug = None,
    competition: SlugOption = None,
    track: TrackOption = None,
    phase: PhaseOption = None,
    form: Annotated[Form, typer.Option("--format", help="For people, or for programs.")] = Form.table,
    top: Annotated[int | None, typer.Option("--top", min=1, show_default=False, help="Only the first rows.")] = None,
    version: Annotated[
        int | None, typer.Option("--version", min=1, show_default=False, help="The snapshot of this number.")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", show_default=False, help="The snapshot of that instant or day, UTC."),
    ] = None,
) -> None:
    """The ranking of a track.

    Every score has its interval and every rank its range.
    """
    terminal = Terminal(context.obj)
    terminal.options.json = terminal.options.json or form is Form.json
    name = terminal.competition(slug, competition)
    of_track = terminal.client.competition(name).track(track and track.value).track
    found = terminal.client.board(name, of_track, phase=phase, version=version, as_of=as_of)
    rows = found.rows[:top]
    if form is Form.csv and not terminal.options.json:
        terminal.raw(_csv(rows))
        return
    terminal.say(_head(found))
    told = {**found.raw, "entries": [row.raw for row in rows]}
    terminal.answer(told, lambda: _table(rows) if rows else "No submission is on this board yet.")


def compare(
    context: typer.Context,
    first: Annotated[str, typer.Argument(metavar="ID", show_default=False, help="The one that may be better.")],
    other: Annotated[str, typer.Argument(metavar="ID", show_default=False, help="The one to compare it with.")],
) -> None:
    """How much better one submission of your team is.

    Both are measured on the same resamples of the images, so that the difference has an interval of its own.
    """
    terminal = Terminal(context.obj)
    found = terminal.client.compare(first, other)

    def sentence() -> str:
        told = "more than chance" if found.significant else "no more than chance"
        return (
            f"{number(found.score)} against {number(found.other_score)}: {signed(found.difference)} "
            f"(95 %: {between(found.interval)}), {told}"
        )

    def labels() -> object:
        rows = [
            [row.label, str(row.positives), number(row.value), number(row.other_value), signed(row.difference)]
            for row in found.classes
        ]
        return table(["label", "positives", "first", "other", "difference"], rows)

    terminal.answer(dict(found.raw), sentence, labels)


def _head(found: Board) -> str:
    return f"{found.track}, {found.phase}: {found.metric}, version {found.version} of {when(found.published_at)}"


def _table(rows: tuple[BoardRow, ...]) -> object:
    cells = [
        [
            NOTHING if row.rank is None else str(row.rank),
            ranks(row),
            f"{row.team} (baseline)" if row.baseline else row.team,
            number(row.score, BOARD_DIGITS),
            between(row.interval, BOARD_DIGITS),
            str(row.submissions),
            short(row.submitted_at),
        ]
        for row in rows
    ]
    return table(
        ["rank", "range", "team", "score", "95 % interval", "uploads", "submitted (UTC)"], cells, left=3, folds=2
    )


def _csv(rows: tuple[BoardRow, ...]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*_COLUMNS, "submitted_at", "baseline"])
    for row in rows:
        low, high = row.interval or (None, None)
        flat = {**row.raw, "interval_low": low, "interval_high": high}
        writer.writerow([flat[column] for column in (*_COLUMNS, "submitted_at", "baseline")])
    return out.getvalue().encode()
