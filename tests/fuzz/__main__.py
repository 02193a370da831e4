"""Hours of hostile bytes, led by the readers' own branches: `python -m tests.fuzz CORPUS -max_total_time=3600`.

It needs atheris, which nothing else here does: `pip install atheris numpy` in an environment of its own. A file that
crashes a reader is left in the working folder; it belongs into tests/scoring as a test.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["scoring"]):
    from tests.fuzz.readers import READERS, SEEDS

from scoring import compiled
from tests.scoring.outcomes import outcome

KERNEL = compiled._library


def one_file(data: bytes) -> None:
    """The first byte chooses the reader, the rest is the file; kernel and numpy read it and answer alike."""
    if not data:
        return
    read = READERS[data[0] % len(READERS)]
    first = outcome(read, data[1:])
    compiled._library = None
    try:
        second = outcome(read, data[1:])
    finally:
        compiled._library = KERNEL
    if first != second:
        raise AssertionError("the same file was answered in two ways")


def main() -> None:
    """Sow the good files into the corpus, the first folder among the arguments, and start."""
    corpus = next((Path(word) for word in sys.argv[1:] if not word.startswith("-")), None)
    if corpus is not None:
        corpus.mkdir(parents=True, exist_ok=True)
        for place, seed in enumerate(SEEDS):
            (corpus / f"seed{place}").write_bytes(bytes([place]) + seed)
    atheris.Setup(sys.argv, one_file)
    atheris.Fuzz()


main()
