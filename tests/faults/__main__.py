"""`python -m tests.faults`: every fault in its long form, one after the other, and a table of what came of it.

Parts that are named are run alone, in that order. What fails keeps nothing else from being run; the exit code tells it
at the end.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from competition.embedded.runtime import REPOSITORY
from tests.faults.parts import APART, PARTS, Part, command_of
from tests.faults.report import Outcome, keep, load_of_a_processor, now, outcome_of, written


def main() -> int:
    """0 where all was as it must be."""
    asked = _asked()
    named = {part.name: part for part in (*PARTS, *APART)}
    parts = [named[name] for name in asked.parts] or list(PARTS)
    asked.into.mkdir(parents=True, exist_ok=True)
    began, outcomes = now(), []
    words = {"into": str(asked.into.resolve()), "seconds": f"{60 * asked.minutes:g}", "uploads": str(asked.uploads)}
    for nth, part in enumerate(parts, start=1):
        print(f"{nth}/{len(parts)} {part.name}: {part.says} (load {load_of_a_processor()} a processor)", flush=True)
        outcomes.append(_run(part, asked.into, words))
        keep(outcomes, asked.into, began)
        print(_line(outcomes[-1], asked.into), flush=True)
    print(f"\n{written(outcomes, began)}\n{asked.into / 'faults.md'}", flush=True)
    return 0 if all(one.ok for one in outcomes) else 1


def _run(part: Part, into: Path, words: dict[str, str]) -> Outcome:
    for ending in ("json", "xml"):
        (into / f"{part.name}.{ending}").unlink(missing_ok=True)
    started = time.monotonic()
    with open(into / f"{part.name}.log", "wb") as log:
        process = subprocess.Popen(
            command_of(part, **words),
            cwd=REPOSITORY,
            env={**os.environ, **part.environment},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = process.wait(timeout=part.longest)
        except subprocess.TimeoutExpired:
            log.write(f"\nended after {part.longest} s\n".encode())
            code = 1
        finally:
            _end(process)
    return outcome_of(part, into, code=code, seconds=time.monotonic() - started)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Whatever it still has running; it is given the time to stop that itself."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=60)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _line(one: Outcome, into: Path) -> str:
    if one.ok:
        return f"    as it must be, {one.seconds} s {one.counted}"
    return f"    NOT AS IT MUST BE, {one.seconds} s {one.counted}: {into / one.part}.log"


def _asked() -> argparse.Namespace:
    names = [part.name for part in (*PARTS, *APART)]
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Every fault in its long form.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"only these: {', '.join(names)}")
    parser.add_argument("--minutes", type=float, default=10, help="for how long the campaign kills")
    parser.add_argument("--uploads", type=int, default=1000, help="and until so many uploads are in")
    parser.add_argument("--into", type=Path, default=REPOSITORY / "var" / "faults", help="the folder of the results")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(names):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    return asked


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped
    sys.exit(main())
