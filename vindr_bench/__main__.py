"""`python -m vindr_bench`, and the installed command `vindr-bench`."""

from scoring.process import run


def script() -> None:
    """What the installed command calls."""
    run("vindr_bench.command_line")


if __name__ == "__main__":
    script()
