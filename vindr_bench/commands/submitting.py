"""Handing in, and following what was handed in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from vindr_bench.commands.competitions import refuse_if_there, write_new
from vindr_bench.commands.files import warn_of_versions
from vindr_bench.commands.options import ENDLESS, OutOption, PhaseOption, Slug, SlugOption, TrackOption, WaitOption
from vindr_bench.commands.shown import BOARD_DIGITS, between, number, plain, ranks, short, signed, table, when
from vindr_bench.commands.terminal import Terminal
from vindr_bench.exits import FAILED, INTERRUPTED

if TYPE_CHECKING:
    from vindr_bench.answers import BoardRow
    from vindr_bench.submission import Submission


def submit(
    context: typer.Context,
    file: Annotated[Path, typer.Option("--file", "-f", metavar="FILE", help="The CSV of predictions.")],
    slug: Slug = None,
    competition: SlugOption = None,
    message: Annotated[str, typer.Option("--message", "-m", metavar="TEXT", help="What it is, for your team.")] = "",
    phase: PhaseOption = None,
    track: TrackOption = None,
    wait: WaitOption = None,
    validate: Annotated[bool, typer.Option("--validate/--no-validate", help="Check the file here before.")] = True,
    again: Annotated[bool, typer.Option("--again", help="Hand in anew what was handed in before.")] = False,
    key: Annotated[
        str | None, typer.Option("--key", show_default=False, help="An idempotency key of your own.")
    ] = None,
) -> None:
    """Hand in a file, once however often this is run.

    The same file for the same track and phase is the same submission, unless --again is said.
    """
    from vindr_bench.errors import Unavailable

    terminal = Terminal(context.obj)
    terminal.client.require_token()
    name = terminal.competition(slug, competition)
    words: dict[str, Any] = {"competition": name, "phase": phase, "message": message, "again": again, "key": key}
    try:
        of_track = _checked(terminal, file, name, track and track.value, validate=validate)
        before = terminal.client.board(name, of_track, phase=phase) if wait is not None else None
        with terminal.upload_bar(file.name) as progress:
            made = terminal.client.submit(file, track=of_track, validate=False, progress=progress, **words)
    except Unavailable as error:
        if "key" in error.facts:
            terminal.always_say(f"Run the same command again{' with --key ' + error.facts['key'] if again else ''}.")
        raise
    except KeyboardInterrupt:
        _end(terminal, "Interrupted. Run the same command again: if the file has arrived, it counts once all the same.")
    if not made.created:
        terminal.always_say("This very file had arrived before, and counts once. --again hands it in anew.")
    if wait is None:
        terminal.answer({**made.raw, "created": made.created}, lambda: _receipt(terminal, made))
        return
    terminal.say(_receipt(terminal, made))
    scored = _waited(terminal, made, wait)
    team = scored.team
    row = terminal.client.board(name, scored.track, phase=scored.phase).row_of(team)
    earlier = before.row_of(team) if before is not None and before.phase == scored.phase else None
    told = {**scored.raw, "quota": made.raw["quota"], "created": made.created}
    told |= {"board": row and row.raw, "board_before": earlier and earlier.raw}
    terminal.answer(told, lambda: "\n".join([_score_line(scored), *_standing(row, earlier)]))


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
        one = _waited(terminal, one, wait)
    if target is not None:
        write_new(target, terminal.client.file_of(submission_id))
        terminal.say(f"{target}: the file as it was handed in, SHA-256 {one.sha256}.")
    told = {**one.raw, **({"file": str(target)} if target else {})}
    terminal.answer(told, lambda: "\n".join(_details(one)))
    if report and not terminal.options.json:
        terminal.answer(None, lambda: _report(one))
    _refuse_if_failed(one)


def _checked(terminal: Terminal, file: Path, name: str, track: str | None, *, validate: bool) -> str:
    """The track of the file, once the file is found to be in order."""
    from vindr_bench.checking import check, manifest_from, read_file
    from vindr_bench.kept import Kept

    content = read_file(file)
    kept = Kept(terminal.client, name)
    found = kept.competition().track_of_file(track, content.partition(b"\n")[0])
    warn_of_versions(terminal)
    if validate:
        manifest = manifest_from(kept.manifest())
        with terminal.reading_bar():
            check(content, track=found.track, manifest=manifest, labels=found.labels, name=str(file))
    return found.track


def _waited(terminal: Terminal, made: Submission, seconds: float) -> Submission:
    heard: list[tuple[str, int | None]] = []

    def told(one: Submission) -> None:
        if heard[-1:] == [(one.state, one.place_in_queue)]:
            return
        heard.append((one.state, one.place_in_queue))
        place = f", place {one.place_in_queue} in the queue" if one.place_in_queue else ""
        about = f", about {one.expected_wait} s" if one.expected_wait else ""
        terminal.say(f"{one.state}{place}{about}")

    try:
        return made.wait(None if seconds >= ENDLESS else seconds, on_change=told)
    except KeyboardInterrupt:
        sentence = f"The submission goes on without you: vindr-bench submission {made.id} --wait"
    _end(terminal, sentence, id=made.id)


def _end(terminal: Terminal, sentence: str, **facts: str) -> NoReturn:
    if terminal.options.json:
        terminal.answer({"code": "interrupted", "detail": sentence, "problems": [], **facts}, lambda: None)
    else:
        terminal.always_say(sentence)
    raise typer.Exit(INTERRUPTED)


def _refuse_if_failed(one: Submission) -> None:
    if one.state == "failed":
        raise typer.Exit(FAILED)


def _receipt(terminal: Terminal, made: Submission) -> str:
    if terminal.options.quiet:
        return made.id
    quota = made.quota
    left = "" if quota is None else f"\n{quota.left} uploads left today for {made.track} in {made.phase}."
    return f"{made.id}\nReceived {when(made.received_at)}, SHA-256 {made.sha256}.{left}"


def _state(one: Submission) -> str:
    return "withdrawn" if one.raw.get("withdrawn_at") else one.state


def _score_line(one: Submission) -> str:
    if one.score is None:
        return plain(one.message or one.state)
    between_ends = f"  (95 %: {between(one.interval)})" if one.interval else ""
    said = f"  {plain(one.message)}" if one.message else ""
    return f"score {number(one.score)}{between_ends}{said}"


def _standing(row: BoardRow | None, before: BoardRow | None) -> list[str]:
    """Where the team stands on the board, and what has changed since the upload began."""
    if row is None or row.rank is None:
        return []
    moved = "new on the board" if before is None or before.rank is None else f"rank {before.rank} before"
    change = "" if before is None else f", best {signed(row.score - before.score, BOARD_DIGITS)}"
    return [f"rank {row.rank}, {ranks(row)} by what the images can tell; {moved}{change}"]


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
    return [*lines, *([_score_line(one)] if one.is_over else [])]


def _report(one: Submission) -> object:
    from vindr_bench.answers import interval

    if one.report is None:
        return "No report: the phase shows none, or there is no score yet."
    rows = [
        [row["label"], str(row["positives"]), number(row["value"]), between(interval(row["interval"]))]
        for row in one.report["classes"]
    ]
    return table(["label", "positives", "value", "95 % interval"], rows)
