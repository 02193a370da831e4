"""The table of the corpus as docs/corpus.md shows it."""

from tests.corpus.case import Case, Verdict
from tests.corpus.table import CASES, why_not_offline

HEAD = """# Bad input, and what is said to it

A hundred things that people, their tools and attackers send. Each is sent to a running server twice, and where it is a
file the command line is asked too (`python -m scoring validate --json`, and `score` for what is taken). It has the same
verdict from both, with the same lines, columns and number of faults, and the same score; the same answer the second
time; no error of the server; and what is refused is in no book, on no disk and in no quota. At the end the processes
are those of the beginning, and the second round of everything has taken less than 64 MiB of memory. `tests/corpus` is
this table, one entry a case, and its test; this page is made from it (`python -m tests.corpus`), and a test holds the
two together.

*Line and column* are of the first fault; the good file that is spoilt has 41 lines. *0* as a status: the sender was
gone. *Not asked*: the command line is given a path and keeps no books, so that it has no say in how a request is formed
and in the rules of the server's books.

| | what is sent | status, code | first fault | command line | remarks |
| --- | --- | --- | --- | --- | --- |
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_row(case) for case in CASES)


def _row(case: Case) -> str:
    verdicts = [("", case.verdict), *((f"{name}: ", verdict) for name, verdict in case.but.items())]
    cells = (
        str(case.number),
        case.what + (f" ({', '.join(map(_shown, case.variants))})" if len(case.variants) > 1 else ""),
        "; ".join(dict.fromkeys(name + _status(verdict) for name, verdict in verdicts)),
        "; ".join(name + _place(verdict) for name, verdict in verdicts if verdict.first) or "–",
        f"not asked: {why_not_offline(case)}" if case.calls else _exit(case),
        "; ".join(filter(None, (case.decided, f"notice `{case.notice}`" if case.notice else ""))),
    )
    return "| " + " | ".join(_safe(cell) for cell in cells) + " |\n"


def _status(verdict: Verdict) -> str:
    return f"{verdict.status}" + (f" `{verdict.code}`" if verdict.code else "")


def _place(verdict: Verdict) -> str:
    code, line, column = verdict.first
    return f"`{code}`" + (f", line {line}" if line else "") + (f", `{column}`" if column else "")


def _exit(case: Case) -> str:
    codes = {"exit 0" if verdict.status == 201 else "exit 3" for verdict in (case.verdict, *case.but.values())}
    return " or ".join(sorted(codes)) + ", the same"


def _shown(variant: str) -> str:
    """Signs and digits of other scripts as code, so that they are read as they are."""
    return variant if variant.replace(" ", "").replace(",", "").isalpha() else f"`{variant}`"


def _safe(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\n", " ")
