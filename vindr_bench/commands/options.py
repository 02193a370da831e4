"""What every command understands, and the arguments that several share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand
from typer.main import get_command

PANEL = "Everywhere"


@dataclass
class Options:
    """What was said beside a command's own arguments."""

    json: bool = False
    quiet: bool = False
    no_color: bool = False
    verbose: bool = False
    insecure_http: bool = False
    host: str | None = None
    token: str | None = None
    at_the_end: ExitStack = field(default_factory=ExitStack)
    """What a command has opened."""


def _keeping(of: str) -> Callable[..., Any]:
    """Takes an option's value into the Options of this call, where it was said."""

    def keep(context: typer.Context, value: Any) -> Any:
        if value and isinstance(context.obj, Options):
            setattr(context.obj, of, value)
        return value

    return keep


def _shared(*names: str, of: str, help: str, metavar: str | None = None) -> Any:
    return typer.Option(
        *names,
        callback=_keeping(of),
        expose_value=False,
        help=help,
        metavar=metavar,
        show_default=False,
        rich_help_panel=PANEL,
    )


_EVERYWHERE = typer.Typer(add_completion=False)


@_EVERYWHERE.command()
def _everywhere(
    json: Annotated[
        bool, _shared("--json", of="json", help="One JSON document as the answer, and as an error.")
    ] = False,
    quiet: Annotated[bool, _shared("--quiet", "-q", of="quiet", help="Only the answer.")] = False,
    no_color: Annotated[bool, _shared("--no-color", of="no_color", help="No colours, as NO_COLOR asks too.")] = False,
    verbose: Annotated[bool, _shared("--verbose", "-v", of="verbose", help="Tell each request.")] = False,
    insecure_http: Annotated[
        bool, _shared("--insecure-http", of="insecure_http", help="Send the token unencrypted to another machine.")
    ] = False,
    host: Annotated[
        str | None, _shared("--host", of="host", metavar="URL", help="The server; else VINDR_BENCH_HOST or the log-in.")
    ] = None,
    token: Annotated[
        str | None,
        _shared(
            "--token", of="token", metavar="TOKEN", help="Others see it here: better VINDR_BENCH_TOKEN or `login`."
        ),
    ] = None,
) -> None:
    """No command: its options are those of every command."""


class Command(TyperCommand):
    """A command with the options that are understood everywhere."""

    def __init__(self, name: str | None, *, params: Any = None, **settings: Any) -> None:
        super().__init__(name, params=[*(params or []), *get_command(_EVERYWHERE).params], **settings)


class TrackName(StrEnum):
    """The kinds of track."""

    detection = "detection"
    classification = "classification"


def kept_slugs() -> list[str]:
    """Competitions that this machine has seen, to complete a name with: nothing is asked over the network."""
    from vindr_bench.folders import cache_folder

    return sorted({folder.name for folder in cache_folder().glob("*/*") if folder.is_dir()})


Slug = Annotated[
    str | None,
    typer.Argument(
        metavar="COMPETITION",
        show_default=False,
        autocompletion=kept_slugs,
        help="Its slug. VINDR_BENCH_COMPETITION, or the server's only one, if left out.",
    ),
]
SlugOption = Annotated[
    str | None,
    typer.Option(
        "--competition",
        "-c",
        metavar="SLUG",
        show_default=False,
        autocompletion=kept_slugs,
        help="Says the same as COMPETITION.",
    ),
]
TrackOption = Annotated[
    TrackName | None, typer.Option("--track", "-t", show_default=False, help="The track; a file's header tells it too.")
]
PhaseOption = Annotated[
    str | None,
    typer.Option("--phase", "-p", metavar="KEY", show_default=False, help="The phase; left out: the open one."),
]
WaitOption = Annotated[
    float | None,
    typer.Option("--wait", metavar="[SECONDS]", min=0, show_default=False, help="Until it is scored, or so long."),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", show_default=False, help="Where to; it must not be there yet."),
]

ENDLESS = 1e9
"""Seconds of `--wait` without a number."""


def with_wait_spelled_out(arguments: Sequence[str]) -> list[str]:
    """`--wait` may stand alone: then it is given the seconds that never end."""
    said = []
    for place, argument in enumerate(arguments):
        following = arguments[place + 1] if place + 1 < len(arguments) else ""
        alone = argument == "--wait" and not following.replace(".", "", 1).isdigit()
        said.append(f"--wait={ENDLESS:.0f}" if alone else argument)
    return said
