"""`python -m vindr_bench`, and the installed command `vindr-bench`."""

from typing import NoReturn

from scoring.process import run


def script() -> NoReturn:
    """What the installed command calls."""
    run("vindr_bench.command_line")


if __name__ == "__main__":
    script()
