"""The command line `vindr-bench`. Its exit codes are those of `vindr_bench.exits`."""

from __future__ import annotations

import os

# OpenBLAS starts a thread for each processor when numpy is imported, and nothing here multiplies matrices.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from typer.main import get_command

from scoring.streams import make_streams_bearable, say, silence, unwritable
from vindr_bench.commands import account, boards, competitions, files, following, submitting
from vindr_bench.commands.options import Command, Options, with_wait_spelled_out
from vindr_bench.commands.terminal import Terminal
from vindr_bench.errors import BenchError
from vindr_bench.exits import DONE, INTERRUPTED, UNEXPECTED, USAGE, code_of
from vindr_bench.version import VERSION

COMMANDS: dict[str, Callable[..., None]] = {
    "login": account.login,
    "logout": account.logout,
    "whoami": account.whoami,
    "list": competitions.list_competitions,
    "rules": competitions.rules,
    "enter": competitions.enter,
    "sample": competitions.sample,
    "validate": files.validate,
    "score": files.score,
    "submit": submitting.submit,
    "submissions": following.submissions,
    "submission": following.submission,
    "board": boards.board,
    "compare": boards.compare,
    "cite": competitions.cite,
}

# A traceback with the values of variables would show the token.
app = typer.Typer(
    help="Check, hand in and follow predictions on a chest X-ray benchmark server.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # boxes would make --help wait three times as long
)
for _name, _command in COMMANDS.items():
    app.command(_name, cls=Command)(_command)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vindr-bench {VERSION}")
        raise typer.Exit


@app.callback()
def everything(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell the version and end.")
    ] = False,
) -> None:
    """Check, hand in and follow predictions on a chest X-ray benchmark server."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the process's exit code."""
    make_streams_bearable()
    said = with_wait_spelled_out(sys.argv[1:] if arguments is None else arguments)
    options = Options(json="--json" in said, verbose="--verbose" in said or "-v" in said)
    with options.at_the_end:
        return _run(said, options)


def _run(said: list[str], options: Options) -> int:
    terminal = Terminal(options)
    try:
        code = get_command(app).main(
            args=said or ["--help"], prog_name="vindr-bench", standalone_mode=False, obj=options
        )
        sys.stdout.flush()
        return int(code or DONE)
    except BenchError as error:
        terminal.refuse(error)
        return code_of(error)
    except typer.TyperException as error:
        terminal.refuse(BenchError("usage", f"{error.format_message()} See vindr-bench --help."))
        return USAGE
    except typer.Abort:
        return _interrupted(terminal)
    except OSError as error:
        # Files and connections have sentences of their own where they are used; typer writes help by itself.
        if error.filename is not None:
            return _unexpected(terminal, error)
        silence(sys.stdout)
        if isinstance(error, BrokenPipeError):
            return DONE
        say(unwritable(error))
        return UNEXPECTED
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets a sentence and a code
        if isinstance(error.__cause__, KeyboardInterrupt):
            # A class that was just made in a module has it as its own trouble.
            return _interrupted(terminal)
        return _unexpected(terminal, error)


def _interrupted(terminal: Terminal) -> int:
    terminal.refuse(BenchError("interrupted", "Interrupted."))
    return INTERRUPTED


def _unexpected(terminal: Terminal, error: Exception) -> int:
    where: Any = error.__traceback__
    while where.tb_next is not None:
        where = where.tb_next
    place = f"{os.path.basename(where.tb_frame.f_code.co_filename)}, line {where.tb_lineno}"
    # Neither the values of variables nor what the exception says: it may quote what was sent.
    terminal.refuse(BenchError("unexpected", f"A fault of this program: {type(error).__name__} in {place}."))
    return UNEXPECTED
