"""The check of an uploaded file against what is public: the manifest and the track's labels. Truth plays no part."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from competition.errors import Refusal
from competition.models import Competition, Manifest, Track, TrackKind
from scoring import (
    SERVER_LIMITS,
    Detections,
    FaultyFile,
    Probabilities,
    quoted_lines,
    read_detections,
    read_manifest,
    read_probabilities,
    sniff_binary,
)
from scoring import (
    Manifest as Images,
)


class WrongType(Refusal):
    """The file is no CSV at all."""


@dataclass(frozen=True)
class CheckedFile:
    """What the receipt says of a good file."""

    rows: int
    notices: list[dict[str, Any]]


def check_file(track: Track, content: bytes) -> CheckedFile:
    """Read the whole file; raises FaultyFile with every fault's line and column and the lines, or WrongType."""
    binary = sniff_binary(content)
    if binary:
        detail = _("This is {kind}. Upload the CSV itself, not packed and not as a workbook.")
        raise WrongType("not_csv", detail.format(kind=_(binary)))
    try:
        predictions = read_predictions(track, content, track.labels)
    except FaultyFile as faulty:
        faulty.quoted = quoted_lines(content, faulty.problems)
        raise
    return CheckedFile(rows=predictions.rows, notices=[notice.as_json() for notice in predictions.notices])


def read_predictions(track: Track, content: bytes, labels: list[str]) -> Detections | Probabilities:
    """The predictions of a file for a track, against the competition's images."""
    images = images_of(track.competition)
    reader = read_detections if track.kind == TrackKind.DETECTION else read_probabilities
    return reader(content, manifest=images, labels=labels, limits=SERVER_LIMITS)


def images_of(competition: Competition) -> Images:
    """The competition's images; read once per process and edition of the manifest."""
    sha256 = Manifest.objects.values_list("sha256", flat=True).get(competition=competition)
    return _read_images(competition.pk, sha256)


@lru_cache(maxsize=8)
def _read_images(competition_id: int, sha256: str) -> Images:
    return read_manifest(bytes(Manifest.objects.get(competition_id=competition_id).content))
