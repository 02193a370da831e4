"""What rows of an archive rest on beside their own fields: files, replicates, and what has to be other here."""

import hashlib
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any

import numpy as np
from django.db import models

from competition import storage
from competition.clock import database_now
from competition.lifecycle import EvaluationState, TruthState
from competition.models import (
    Evaluation,
    GroundTruth,
    Handout,
    Hint,
    Manifest,
    Score,
    SealedTruth,
    Split,
    Submission,
)
from competition.operations.archive_members import IMAGES
from competition.operations.archive_replicates import ITEM, Group
from competition.operations.archive_rows import Row, file_of
from competition.operations.archive_tables import Table
from competition.operations.read_archive import Archive, FaultyArchive
from competition.operations.zip_stream import PIECE

MOST_RESAMPLES = 1_000_000
NOT_SCORED = "It was not scored yet when the archive was made."


@dataclass
class _Array:
    """The rows of a NumPy file, one after another."""

    stream: IO[bytes]
    left: int
    width: int


@dataclass
class Contents:
    """Fills in rows before they are written. With `dry_run` no file is stored."""

    archive: Archive
    dry_run: bool
    kept: list[str] = field(default_factory=list)
    """The names of the files that were stored."""
    boxes: list[SealedTruth] = field(default_factory=list)
    tracks: dict[str, str] = field(default_factory=dict)
    """Submission → the kind of its track."""
    arrays: dict[Group, _Array] = field(default_factory=dict)

    def fill(self, table: Table, row: Row, instance: models.Model) -> None:
        """Give the row what it lacks."""
        fill = _FILL.get(table.model)
        if fill is not None:
            fill(self, row, instance)

    def finish(self) -> None:
        """Every replicate belongs to a score."""
        for group, array in self.arrays.items():
            if array.left:
                raise FaultyArchive("faulty_replicates", f"{group.name} has more rows than there are scores.")

    def close(self, *, keep: bool) -> None:
        """At the end; the stored files are removed again unless they are to be kept."""
        for array in self.arrays.values():
            array.stream.close()
        for name in () if keep else self.kept:
            storage.drop(name)

    def manifest(self, row: Row, instance: Manifest) -> None:
        """The list of images."""
        instance.content = self._content(IMAGES, instance.sha256)

    def handout(self, row: Row, instance: Handout) -> None:
        """A file for participants."""
        instance.content = self._content(f"handouts/{instance.name}", instance.sha256)

    def ground_truth(self, row: Row, instance: GroundTruth) -> None:
        """A version without labels: its box is empty. One that was being prepared was given up."""
        if not self.boxes:
            self.boxes.append(SealedTruth.objects.create(box=b""))
        instance.sealed, instance.absent, instance.fingerprint = self.boxes[0], True, ""
        if instance.state == TruthState.STAGED:
            instance.state, instance.held, instance.dropped_at = TruthState.RETIRED, False, database_now()

    def split(self, row: Row, instance: Split) -> None:
        """That there is one; which, nobody knows here."""
        instance.fingerprint = ""

    def submission(self, row: Row, instance: Submission) -> None:
        """Its file, which has to be the one that its receipt names."""
        self.tracks[str(instance.pk)] = row["track"]
        name = file_of(instance.pk)
        size, sha256 = self.archive.members.get(name, (None, None))
        if (size, sha256) != (instance.size, instance.sha256):
            raise FaultyArchive("damaged", f"{name} is missing, or not the file that the receipt names.")
        if self.dry_run:
            instance.file = name
            return
        incoming = storage.Incoming()
        try:
            with self.archive.open(name) as stream:
                while piece := stream.read(PIECE):
                    incoming.write(piece)
            instance.file = incoming.keep().name
        finally:
            incoming.drop()
        self.kept.append(instance.file)

    def evaluation(self, row: Row, instance: Evaluation) -> None:
        """What was on its way can't arrive here."""
        if instance.state in (EvaluationState.WAITING, EvaluationState.RUNNING):
            instance.state, instance.lease_until = EvaluationState.FAILED, None
            instance.failure, instance.failure_detail = "imported", NOT_SCORED

    def score(self, row: Row, instance: Score) -> None:
        """Its replicates: the next row of the array that it belongs to."""
        submission, version, metric_version = row["evaluation"]
        group = Group(version, metric_version, self.tracks[submission], instance.part)
        array = self.arrays.get(group) or self._array(group)
        packed = array.stream.read(array.width)
        if len(packed) != array.width or not np.isfinite(np.frombuffer(packed, dtype="<f4")).all():
            raise FaultyArchive("faulty_replicates", f"{group.name} lacks rows, or holds what is no number.")
        array.left -= 1
        instance.replicates = packed

    def hint(self, row: Row, instance: Hint) -> None:
        """The pair of teams, by the ids that they have here."""
        teams = sorted(pk for pk in (instance.team_id, instance.other_team_id) if pk is not None)
        instance.pair = " ".join(map(str, teams))

    def _content(self, name: str, sha256: str) -> bytes:
        content = self.archive.read(name)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise FaultyArchive("damaged", f"{name} is not the file that its row names.")
        return content

    def _array(self, group: Group) -> _Array:
        stream = self.archive.open(group.name)
        try:
            np.lib.format.read_magic(stream)
            (rows, resamples), by_columns, kind = np.lib.format.read_array_header_1_0(stream)
        except (ValueError, struct.error) as error:
            stream.close()
            raise FaultyArchive("faulty_replicates", f"{group.name} is no array.") from error
        self.arrays[group] = _Array(stream, rows, resamples * ITEM)
        if by_columns or kind != np.dtype("<f4") or not 0 <= resamples <= MOST_RESAMPLES:
            raise FaultyArchive("faulty_replicates", f"{group.name} is no array of float32 by rows.")
        return self.arrays[group]


_FILL: dict[type[models.Model], Callable[[Contents, Row, Any], None]] = {
    Manifest: Contents.manifest,
    Handout: Contents.handout,
    GroundTruth: Contents.ground_truth,
    Split: Contents.split,
    Submission: Contents.submission,
    Evaluation: Contents.evaluation,
    Score: Contents.score,
    Hint: Contents.hint,
}
