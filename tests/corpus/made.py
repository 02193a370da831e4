"""The bytes of the corpus: good files of both tracks, and ways to spoil them."""

import gzip
import io
import zipfile
from collections.abc import Callable

from tests.factory import GLOBAL, IMAGES, detections_csv, probabilities_csv

BOXES, CHANCES = detections_csv().decode(), probabilities_csv(noise=0.2).decode()
HEADER, FIRST, *REST = BOXES.splitlines(keepends=True)
CHANCES_HEADER, CHANCES_FIRST, *_ = CHANCES.splitlines(keepends=True)
NAMES = HEADER.rstrip("\n").split(",")
Make = Callable[[], bytes]


def text(content: str, encoding: str = "utf-8") -> Make:
    """These characters."""
    return lambda: content.encode(encoding)


def box(**cells: str) -> Make:
    """The good file of boxes with other cells in its first row, which is line 2."""
    row = dict(zip(NAMES, FIRST.rstrip("\n").split(","), strict=True)) | cells
    return text(HEADER + ",".join(row.values()) + "\n" + "".join(REST))


def probabilities(cell_of: Callable[[int], str]) -> Make:
    """A file of probabilities by the image's place."""
    rows = (f"{image}," + ",".join([cell_of(index)] * len(GLOBAL)) + "\n" for index, image in enumerate(IMAGES))
    return text(CHANCES_HEADER + "".join(rows))


def added(row: str) -> Make:
    """The good file of boxes with one row more, which is line 42."""
    return text(BOXES + row + "\n")


def header(before: str, after: str) -> Make:
    """The good file of boxes with other words in its header."""
    return text(HEADER.replace(before, after, 1) + FIRST + "".join(REST))


def reordered(names: list[str]) -> Make:
    """The columns of the good file of boxes in this order."""
    rows = (line.rstrip("\n").split(",") for line in (HEADER, FIRST, *REST))
    return text("".join(",".join(row[NAMES.index(name)] for name in names) + "\n" for row in rows))


def every_image(row: str) -> Make:
    """A file with the same row for each image."""
    return text(HEADER + "".join(f"{image},{row}\n" for image in IMAGES))


def zipped(name: str, content: bytes) -> bytes:
    """An archive of one file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def bomb_in_bombs() -> bytes:
    """A zip of zips, each a thousand times its size."""
    inner = zipped("0.csv", b"0" * 10_000_000)
    return zipped("lib.zip", zipped("page.zip", inner * 16))


def gzip_bomb() -> bytes:
    """Ten megabytes that unpack to ten gigabytes, in a thousand members."""
    return gzip.compress(b"0" * 10_000_000, compresslevel=9) * 1000
