"""What a command says: its answer on standard output, everything about the way to it on standard error."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import typer

from scoring.streams import say, unwritable, write
from vindr_bench.commands.options import Options
from vindr_bench.commands.shown import harmless, plain
from vindr_bench.exits import UNEXPECTED

if TYPE_CHECKING:
    from rich.console import Console

    from vindr_bench.client import Client
    from vindr_bench.errors import BenchError
    from vindr_bench.upload import Progress

_WIDE: Final = 1000
"""Columns of what is no terminal: a table in a file or a pipe is not cut."""
_NARROWEST: Final = 100
"""Columns that a table takes at least: a terminal that has less breaks lines, and an id can still be copied whole."""


@dataclass
class Terminal:
    """Speaks to the person or the program that has given a command."""

    options: Options

    @cached_property
    def client(self) -> Client:
        """The server that the options, the environment or the log-in name."""
        from vindr_bench.client import Client

        options = self.options
        trace = self.always_say if options.verbose else lambda _: None
        client = Client(
            options.token, options.host, insecure_http=options.insecure_http, tell=self.always_say, trace=trace
        )
        return options.at_the_end.enter_context(client)

    def competition(self, *named: str | None) -> str:
        """The competition that is meant."""
        return next((slug for slug in named if slug), None) or self.client.only_competition()

    def answer(self, data: Any, *texts: Callable[[], object]) -> None:
        """The answer: the data as one JSON document, or what the texts give: strings or something that rich draws."""
        if self.options.json:
            self._write(_document(data))
            return
        for text in texts:
            self._write(self._drawn(text()))

    def raw(self, content: bytes) -> None:
        """Bytes, as they are."""
        self._write(content)

    def say(self, text: str) -> None:
        """Something beside the answer; nothing with --quiet."""
        if not self.options.quiet:
            self.always_say(text)

    def always_say(self, text: str) -> None:
        """Something that has to be known."""
        say(harmless(text))

    def refuse(self, error: BenchError) -> None:
        """An error, as JSON or as a sentence; of a faulty file every kind of fault, the worst first."""
        if not self.options.json:
            self.always_say(error_text(error))
            return
        with suppress(typer.Exit):  # the error's own code tells more
            self._write(_document(error.as_json()))

    def _write(self, answer: str | bytes) -> None:
        """Write it, or say that it is lost and end the command."""
        try:
            write(answer)
        except OSError as error:
            self.always_say(unwritable(error))
            raise typer.Exit(UNEXPECTED) from None

    def _drawn(self, shown: object) -> str:
        if isinstance(shown, str):
            return f"{harmless(shown)}\n"
        with self.console.capture() as drawn:
            self.console.print(shown)
        return drawn.get()

    @cached_property
    def console(self) -> Console:
        """Standard output for tables."""
        from rich.console import Console

        columns, lines = shutil.get_terminal_size()
        on_terminal = sys.stdout.isatty()
        return Console(
            no_color=not self.colors,
            width=max(columns, _NARROWEST) if on_terminal else _WIDE,
            height=lines,  # without it a dumb terminal is taken to have 80 columns, whatever the width
            highlight=False,
            markup=False,
            emoji=False,
            soft_wrap=not on_terminal,
        )

    @property
    def colors(self) -> bool:
        """Whether colours are wanted."""
        return not self.options.no_color and not os.environ.get("NO_COLOR")

    @contextmanager
    def upload_bar(self, name: str) -> Iterator[Progress]:
        """A bar on standard error while a file goes out, on a terminal alone."""
        if self.options.quiet or not sys.stderr.isatty():
            yield lambda done, total: None
            return
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        console = Console(stderr=True, no_color=not self.colors)
        with Progress(*columns, console=console, transient=True) as bars:
            bar = bars.add_task(plain(name))
            yield lambda done, total: bars.update(bar, completed=done, total=total)

    @contextmanager
    def reading_bar(self) -> Iterator[None]:
        """The bar of `scoring` while a file is read or scored, on a terminal alone."""
        from scoring.progress import progress_bar

        if self.options.quiet:
            yield
            return
        with progress_bar(sys.stderr):
            yield


def _document(data: Any) -> str:
    return json.dumps(data, default=str) + "\n"


def error_text(error: BenchError) -> str:
    """For people: the sentence, and of a faulty file its faults."""
    from scoring import FaultyFile

    fault = error.__cause__
    if isinstance(fault, FaultyFile):
        from scoring.report import faults_text

        return faults_text(str(error.facts.get("name") or "The file"), fault)
    problems: Sequence[dict[str, Any]] = error.as_json()["problems"]
    lines = [_place(problem) for problem in problems[:20]]
    more = int(error.facts.get("total", len(problems))) - len(lines)
    return "\n".join([error.detail, *lines, *([f"  and {more} more."] if more > 0 else [])])


def _place(problem: dict[str, Any]) -> str:
    line = f"line {problem['line']}" if problem.get("line") is not None else "file"
    column = f", {problem['column']}" if problem.get("column") else ""
    return f"  {line}{column}: {problem['detail']}"
