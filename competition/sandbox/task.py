"""What a child is given, as plain bytes: a head in JSON, then labels, list of images and file as they are."""

import json
import struct
from dataclasses import asdict, dataclass

_HEAD = struct.Struct("<IQQQ")
_BLOBS = ("truth", "manifest", "file")
SCORE, LOOK, RECOUNT = "score", "look", "recount"


@dataclass(frozen=True)
class Task:
    """A file and all that its scores depend on."""

    kind: str
    """`detection` or `classification`."""
    metric: str
    labels: list[str]
    scored: list[str]
    """The labels that make up the score."""
    file_labels: list[str]
    """The labels that the file was checked against when it came."""
    public: list[str] | None
    """The images of the public part; None where there is no other."""
    groups: dict[str, str] | None
    """image_id → group; None where each image is its own."""
    seed: int
    """Of the resamples; of a look: of the sample by which a likeness is taken."""
    resamples: int
    truth: bytes
    """Empty where the file is not to be held against labels."""
    manifest: bytes
    file: bytes
    errand: str = SCORE
    """What is asked: SCORE, LOOK or RECOUNT."""

    def as_bytes(self) -> bytes:
        """The bytes that `task_from` reads."""
        facts = asdict(self)
        blobs = [facts.pop(name) for name in _BLOBS]
        head = json.dumps(facts).encode()
        return b"".join([_HEAD.pack(len(head), *map(len, blobs)), head, *blobs])


def task_from(content: bytes) -> Task:
    """Read what `as_bytes` wrote. It comes from the server itself."""
    ends = list(_HEAD.unpack_from(content))
    places, start = [], _HEAD.size
    for length in ends:
        places.append(slice(start, start + length))
        start += length
    head, *blobs = (content[place] for place in places)
    return Task(**json.loads(head), **dict(zip(_BLOBS, blobs, strict=True)))
