"""Following what was handed in: a list, one of them, and waiting for its score."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from vindr_bench.commands.options import ENDLESS, OutOption, Slug, SlugOption, WaitOption
from vindr_bench.commands.shown import between, number, plain, short, table, when
from vindr_bench.commands.terminal import Terminal
from vindr_bench.exits import FAILED, INTERRUPTED
from vindr_bench.folders import refuse_if_there, write_new

if TYPE_CHECKING:
    from vindr_bench.submission import Submission


def submissions(
    context: typer.Context,
    slug: Slug = None,
    competition: SlugOption = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many, the newest first.")] = 20,
) -> None:
    """What your team has handed in."""
    from itertools import islice

    terminal = Terminal(context.obj)
    found = list(islice(terminal.client.submissions(terminal.competition(slug, competition)), limit))

    def text() -> object:
        heads = ["submission", "received (UTC)", "track", "state", "score", "message"]
        rows = [[one.id, short(one.received_at), one.track, _state(one), number(one.score), one.note] for one in found]
        return table(heads, rows, left=6, folds=5) if rows else "Nothing handed in yet."

    terminal.answer([dict(one.raw) for one in found], text)


def submission(
    context: typer.Context,
    submission_id: Annotated[str, typer.Argument(metavar="ID", show_default=False, help="As `submissions` lists it.")],
    report: Annotated[bool, typer.Option("--report", help="Each label, where the phase shows it.")] = False,
    wait: WaitOption = None,
    download: Annotated[bool, typer.Option("--download", help="Fetch the file as it was handed in.")] = False,
    output: OutOption = None,
) -> None:
    """One submission: state, score, report, file."""
    terminal = Terminal(context.obj)
    target = (output or Path(f"{submission_id}.csv")) if download else None
    refuse_if_there(target)
    one = terminal.client.submission(submission_id)
    if wait is not None:
        one = waited(terminal, one, wait)
    if target is not None:
        write_new(target, terminal.client.file_of(submission_id))
        terminal.say(f"{target}: the file as it was handed in, SHA-256 {one.sha256}.")
    told = {**one.raw, **({"file": str(target)} if target else {})}
    terminal.answer(told, lambda: "\n".join(_details(one)), *([lambda: _report(one)] if report else []))
    _refuse_if_failed(one)


def waited(terminal: Terminal, made: Submission, seconds: float) -> Submission:
    """The submission once it is scored; each new state is told meanwhile. Raises as `Submission.wait` does."""
    from vindr_bench.errors import Unavailable, WaitedTooLong

    heard: list[tuple[str, int | None]] = []

    def told(one: Submission) -> None:
        if heard[-1:] == [(one.state, one.place_in_queue)]:
            return
        heard.append((one.state, one.place_in_queue))
        place = f", place {one.place_in_queue} in the queue" if one.place_in_queue else ""
        about = f", about {one.expected_wait} s" if one.expected_wait else ""
        terminal.say(f"{one.state}{place}{about}")

    sentence = f"The submission goes on without you: vindr-bench submission {made.id} --wait"
    try:
        return made.wait(None if seconds >= ENDLESS else seconds, on_change=told)
    except (Unavailable, WaitedTooLong):
        terminal.always_say(sentence)
        raise
    except KeyboardInterrupt:
        pass
    end_early(terminal, sentence, id=made.id)


def end_early(terminal: Terminal, sentence: str, **facts: str) -> NoReturn:
    """Say what goes on, and end as interrupted."""
    if terminal.options.json:
        terminal.answer({"code": "interrupted", "detail": sentence, "problems": [], **facts})
    else:
        terminal.always_say(sentence)
    raise typer.Exit(INTERRUPTED)


def _refuse_if_failed(one: Submission) -> None:
    if one.state == "failed":
        raise typer.Exit(FAILED)


def _state(one: Submission) -> str:
    return "withdrawn" if one.raw.get("withdrawn_at") else one.state


def score_line(one: Submission) -> str:
    """Its score with the interval, or what is said instead."""
    if one.score is None:
        return plain(one.message or one.state)
    between_ends = f"  (95 %: {between(one.interval)})" if one.interval else ""
    said = f"  {plain(one.message)}" if one.message else ""
    return f"score {number(one.score)}{between_ends}{said}"


def _details(one: Submission) -> list[str]:
    lines = [
        f"{one.id}: {_state(one)}",
        f"{one.competition}, {one.phase}, {one.track}, team {plain(one.team)}",
        f"received {when(one.received_at)}, {plain(one.file_name)}, SHA-256 {one.sha256}",
    ]
    if one.note:
        lines.append(f"message: {plain(one.note)}")
    if one.place_in_queue:
        lines.append(f"place {one.place_in_queue} in the queue")
    return [*lines, *([score_line(one)] if one.is_over else [])]


def _report(one: Submission) -> object:
    from vindr_bench.answers import interval

    if one.report is None:
        return "No report: the phase shows none, or there is no score yet."
    rows = [
        [row["label"], str(row["positives"]), number(row["value"]), between(interval(row["interval"]))]
        for row in one.report["classes"]
    ]
    return table(["label", "positives", "value", "95 % interval"], rows)
