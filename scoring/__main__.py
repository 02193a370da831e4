"""`python -m scoring`, and the installed command `vindr-bench-scoring`."""

from scoring.process import run


def script() -> None:
    """What the installed command calls."""
    run("scoring.command_line")


if __name__ == "__main__":
    script()
