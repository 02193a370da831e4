"""Ground truth that comes as VinDr Lab's JSON export is rewritten as CSV, and then checked like any other."""

from collections.abc import Mapping
from dataclasses import replace

from competition.models import TrackKind
from competition.operations.read_truth import FaultyTruth
from scoring import ALL, FaultyFile, Notice, convert_vindr_lab

LONGEST_REVIEW = 200


def unpack_exports(
    files: Mapping[str, bytes],
    labels: Mapping[str, list[str] | tuple[str, ...]],
    *,
    rules: str,
    kinds: set[str],
    review: str = "",
) -> tuple[dict[str, bytes], tuple[Notice, ...]]:
    """The truth of each track as CSV, and the remarks of the conversions; raises FaultyTruth.

    kinds: the tracks whose file is an export. review: the task or reviewer, by id, whose marks count where a study has
    those of several.
    """
    unpacked, remarks = dict(files), {}
    for kind in kinds:
        try:
            export = convert_vindr_lab(files[kind], labels=ALL if rules == "vindr-cxr" else labels[kind], review=review)
        except FaultyFile as faulty:
            raise FaultyTruth(kind, faulty) from faulty
        unpacked[kind] = export.boxes if kind == TrackKind.DETECTION else export.labels
        remarks |= {(notice.code, notice.count): notice for notice in export.notices}
    return unpacked, tuple(remarks.values())


def looks_like_export(content: bytes) -> bool:
    """Whether it is a JSON object; no header of a CSV file begins with a brace."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def without_lines(faulty: FaultyTruth) -> FaultyTruth:
    """The same faults without the lines, which are those of a file that nobody has seen; the sentences name images."""
    problems = [replace(problem, line=None) for problem in faulty.problems]
    told = FaultyTruth(faulty.kind, FaultyFile(problems, faulty.total))
    told.reviews = faulty.reviews
    return told
