"""Handing in: a file is checked here, goes out once, and what has come of it is told."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vindr_bench.commands.files import warn_of_versions
from vindr_bench.commands.following import end_early, score_line, waited
from vindr_bench.commands.options import PhaseOption, Slug, SlugOption, TrackOption, WaitOption
from vindr_bench.commands.shown import BOARD_DIGITS, left_today, ranks, signed, when
from vindr_bench.commands.terminal import Terminal

if TYPE_CHECKING:
    from vindr_bench.board import Board, BoardRow
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
    from vindr_bench.upload import new_key

    terminal = Terminal(context.obj)
    key = key or (new_key() if again else None)
    terminal.client.require_token()
    header = _header(file)
    name = terminal.competition(slug, competition)
    words: dict[str, Any] = {"competition": name, "phase": phase, "message": message, "again": again, "key": key}
    try:
        of_track = _track(terminal, file, header, name, track and track.value, validate=validate)
        before = _board(terminal, name, of_track, phase) if wait is not None else None
        with terminal.upload_bar(file.name) as progress:
            made = terminal.client.submit(file, track=of_track, validate=False, progress=progress, **words)
    except Unavailable as error:
        if "key" in error.facts:
            terminal.always_say(f"Run the same command again{_with(key)}.")
        raise
    except KeyboardInterrupt:
        once = "if the file has arrived, it counts once all the same"
        end_early(
            terminal, f"Interrupted. Run the same command again{_with(key)}: {once}.", **({"key": key} if key else {})
        )
    if not made.created:
        terminal.always_say(f"This very file had arrived before{_came_to(made)}. --again hands it in anew.")
    if wait is None:
        terminal.answer({**made.raw, "created": made.created}, lambda: _receipt(terminal, made))
    else:
        _wait(terminal, made, wait, before)


def _wait(terminal: Terminal, made: Submission, seconds: float, before: Board | None) -> None:
    """Tell the score, and where the team stands then."""
    to_script = terminal.options.quiet and not terminal.options.json
    if to_script:
        # At once: a script can look at it whatever comes of the waiting.
        terminal.answer(None, lambda: made.id)
    terminal.say(_receipt(terminal, made))
    scored = waited(terminal, made, seconds)
    if to_script:
        return
    now = _board(terminal, made.competition, scored.track, scored.phase)
    row = now.row_of(scored.team) if now is not None else None
    earlier = before.row_of(scored.team) if before is not None and before.phase == scored.phase else None
    told = {**scored.raw, "quota": made.raw["quota"], "created": made.created}
    told |= {"board": row and row.raw, "board_before": earlier and earlier.raw}
    terminal.answer(told, lambda: "\n".join([score_line(scored), *_standing(row, earlier)]))


def _header(file: Path) -> bytes:
    """The file's first line; a file that isn't there is told before the server is asked for anything."""
    from vindr_bench.files import first_line, refuse_a_pipe

    refuse_a_pipe(file)
    return first_line(file)


def _track(terminal: Terminal, file: Path, header: bytes, name: str, track: str | None, *, validate: bool) -> str:
    """The track of the file; where it is to be checked, once it is found to be in order."""
    from vindr_bench.checking import check_for
    from vindr_bench.files import read_predictions
    from vindr_bench.kept import Kept

    if not validate:
        return terminal.client.competition(name).track_of_file(track, header).track
    content = read_predictions(file)
    with terminal.reading_bar():
        kept = Kept(terminal.client, name)
        found, _ = check_for(kept, content, name=str(file), track=track, before=lambda: warn_of_versions(terminal))
    return found.track


def _board(terminal: Terminal, name: str, track: str, phase: str | None) -> Board | None:
    """To say where the team stands; what can't be read of a board keeps nobody from handing in, or from a score."""
    from vindr_bench.errors import BenchError

    try:
        return terminal.client.board(name, track, phase=phase)
    except BenchError as error:
        terminal.say(f"The board can't be read now: {error.detail}")
    return None


def _with(key: str | None) -> str:
    return f" with --key {key}" if key else ""


def _came_to(made: Submission) -> str:
    """What has become of an earlier upload, where it doesn't count."""
    from vindr_bench.errors import BenchError

    with suppress(BenchError):
        now = made.refresh()
        if now.raw.get("withdrawn_at"):
            return " and was withdrawn"
        if now.state == "failed":
            return " and could not be scored"
    return ", and counts once"


def _receipt(terminal: Terminal, made: Submission) -> str:
    if terminal.options.quiet:
        return made.id
    quota = made.quota
    # The receipt of an earlier upload tells what was left then.
    left = "" if quota is None or not made.created else f"\n{left_today(quota.left)} for {made.track} in {made.phase}."
    return f"{made.id}\nReceived {when(made.received_at)}, SHA-256 {made.sha256}.{left}"


def _standing(row: BoardRow | None, before: BoardRow | None) -> list[str]:
    """Where the team stands on the board, and what has changed since the upload began."""
    if row is None or row.rank is None:
        return []
    moved = "new on the board" if before is None or before.rank is None else f"rank {before.rank} before"
    change = "" if before is None else f", best {signed(row.score - before.score, BOARD_DIGITS)}"
    return [f"your team: rank {row.rank}, {ranks(row)} by what the images can tell; {moved}{change}"]
