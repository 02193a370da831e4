"""A process of one command. It can be interrupted from its first moment on, and ends without a traceback then."""

from __future__ import annotations

# What `signal` has beside it takes as long to import as Python takes to start.
import _signal as signal  # type: ignore[import-not-found]
import os
import sys
from importlib import import_module

INTERRUPTED = 130


def run(module: str) -> None:
    """Import the module, call its `main` and end the process with the code that it returns."""
    with_patience = signal.getsignal(signal.SIGINT)
    if with_patience is signal.default_int_handler:
        # An exception could come up anywhere in a library that is half imported.
        signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    main = import_module(module).main
    signal.signal(signal.SIGINT, with_patience)
    try:
        code = main()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    # Taking numpy apart would take longer than a small file takes to be scored.
    os._exit(code)
