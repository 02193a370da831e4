"""What the teams upload: predictions of a known quality, and files that are wrong."""

import gzip
import io
import zipfile
from dataclasses import dataclass

import numpy as np

from tests.challenge.world import BOXED, LABELS, SIDE, World

LARGEST_FILE = 1024 * 1024
HEADER = "image_id,class_name,score,x_min,y_min,x_max,y_max"


def predictions(track: str, world: World, skill: float, rng: np.random.Generator) -> bytes:
    """A good file. skill: 0 knows nothing, 1 nearly everything. Some have shuffled rows, some end them in CRLF."""
    make = _detections if track == "detection" else _probabilities
    header, lines = make(world, skill, rng)
    if rng.random() < 0.3:
        rng.shuffle(lines)
    end = "\r\n" if rng.random() < 0.2 else "\n"
    return (end.join([header, *lines]) + end).encode()


def _detections(world: World, skill: float, rng: np.random.Generator) -> tuple[str, list[str]]:
    decimals = int(rng.integers(1, 5))
    lines: dict[str, list[str]] = {image: [] for image in world.images}
    for row in world.right.boxes.itertuples(index=False):
        if rng.random() < 0.35 + 0.6 * skill:
            shifted = np.array(row[2:6]) + rng.normal(0, 4 + 45 * (1 - skill), 4)
            score = rng.normal(0.35 + 0.35 * skill, 0.2)
            lines[row.image_id].append(_row(row.image_id, row.class_name, score, shifted, decimals))
    for image in world.images:
        for _ in range(rng.poisson(0.3 + 1.5 * (1 - skill))):
            x, y = rng.uniform(0, SIDE - 300, 2)
            box = np.array([x, y, x + rng.uniform(50, 300), y + rng.uniform(50, 300)])
            label = list(BOXED)[rng.integers(len(BOXED))]
            lines[image].append(_row(image, label, rng.normal(0.3, 0.2), box, decimals))
    rows = [line for image, found in lines.items() for line in found or [f"{image},No finding,,,,,"]]
    return HEADER, rows


def _row(image: str, label: str, score: float, box: np.ndarray, decimals: int) -> str:
    x1, y1, x2, y2 = box
    score = min(max(score, 0.001), 1.0)
    return f"{image},{label},{score:.{decimals}f},{x1:.1f},{y1:.1f},{max(x2, x1 + 5):.1f},{max(y2, y1 + 5):.1f}"


def _probabilities(world: World, skill: float, rng: np.random.Generator) -> tuple[str, list[str]]:
    truth = world.right.labels.to_numpy()
    logits = (2 * truth - 1) * (0.2 + 1.8 * skill) + rng.normal(0, 1.3, truth.shape)
    values = 1 / (1 + np.exp(-logits))
    lines = [
        ",".join([image, *(f"{value:.3f}" for value in row)]) for image, row in zip(world.images, values, strict=True)
    ]
    return ",".join(["image_id", *LABELS["classification"]]), lines


@dataclass(frozen=True)
class Bad:
    """A file that is refused: what it is, its bytes, and the status and (of a faulty file) the code of the answer."""

    what: str
    content: bytes
    status: int
    code: str


def bad_files(track: str, good: bytes) -> list[Bad]:
    """One of each kind, made from a good file."""
    lines = good.decode().splitlines()
    cells = lines[1].split(",")
    other = [cells[0], "0" * 32][cells[0] != "0" * 32]
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("predictions.csv", good)

    def with_lines(*changed: str) -> bytes:
        return ("\n".join([*changed, *lines[2:]]) + "\n").encode()

    first = lines[1]
    too_high = first.rsplit(",", 1)[0] + ",1.5" if track == "classification" else f"{cells[0]},Cardiomegaly,1.5,1,1,9,9"
    not_finite = (
        first.rsplit(",", 1)[0] + ",nan" if track == "classification" else f"{cells[0]},Cardiomegaly,nan,1,1,9,9"
    )
    found = [
        Bad("empty file", b"", 400, "empty_file"),
        Bad("gzip", gzip.compress(good), 415, ""),
        Bad("zip", zipped.getvalue(), 415, ""),
        Bad("too large", good + b"\n" * LARGEST_FILE, 413, ""),
        Bad("header only", (lines[0] + "\n").encode(), 422, ""),
        Bad("unknown image", with_lines(lines[0], first, first.replace(cells[0], other)), 422, "unknown_image"),
        Bad("score above 1", with_lines(lines[0], too_high), 422, ""),
        Bad("score not a number", with_lines(lines[0], not_finite), 422, ""),
        Bad("UTF-16", good.decode().encode("utf-16"), 422, ""),
        Bad("semicolons", good.replace(b",", b";"), 422, ""),
    ]
    if track == "detection":
        found.append(Bad("unknown class", with_lines(lines[0], f"{cells[0]},Dragon,0.5,1,1,9,9"), 422, "unknown_class"))
    else:
        found.append(Bad("image twice", with_lines(lines[0], first, first), 422, ""))
    return found
