"""Speaking to the person at the terminal, who may have gone."""

import os
import sys
from typing import TextIO


def say(sentence: str) -> None:
    """Tell what happens, at once even through a pipe."""
    _write(sentence, sys.stdout)


def complain(sentence: object) -> None:
    """Tell what went wrong."""
    _write(sentence, sys.stderr)


def _write(sentence: object, stream: TextIO) -> None:
    try:
        print(sentence, file=stream, flush=True)
    except OSError:
        # Nobody reads any more: that must stop nothing, now or when Python flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
