"""The replicates of all scores: a NumPy file for each board's kind of score, a row for each score."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from django.db.models import Count, Func, IntegerField, Max, QuerySet

from competition.models import Competition, Score
from competition.operations.archive_rows import AT_ONCE
from competition.operations.archive_tables import table_of
from competition.operations.zip_stream import Member

ITEM = 4
"""Bytes of one replicate, a float32."""


@dataclass(frozen=True)
class Group:
    """The scores of one track on one part, under one version of the labels and of the metric: they share resamples."""

    ground_truth: int
    metric_version: str
    track: str
    part: str

    @property
    def name(self) -> str:
        """Where the replicates lie in the archive."""
        return f"replicates/{self.ground_truth}-{self.metric_version}-{self.track}-{self.part}.npy"


GROUPED_BY = (
    "evaluation__ground_truth__version",
    "evaluation__metric_version",
    "evaluation__submission__track__kind",
    "part",
)


def scores_of(competition: Competition) -> QuerySet[Score]:
    """All scores, in the order in which the archive lists them: one group after another."""
    table = table_of(Score)
    return Score.objects.filter(**{table.of: competition.pk}).order_by(*table.order)


def replicate_members(competition: Competition) -> Iterator[Member]:
    """Each group's replicates as an array of float32: (scores, resamples)."""
    size = Func("replicates", function="octet_length", output_field=IntegerField())
    groups = scores_of(competition).order_by(*GROUPED_BY).values_list(*GROUPED_BY)
    for *words, scores, longest in groups.annotate(scores=Count("pk"), longest=Max(size)):
        group = Group(*words)
        yield Member(group.name, partial(_array, competition, group, (scores, longest // ITEM)))


def _array(competition: Competition, group: Group, shape: tuple[int, int]) -> Iterator[bytes]:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f4", "fortran_order": False, "shape": shape})
    yield header.getvalue()
    values = (group.ground_truth, group.metric_version, group.track, group.part)
    rows = scores_of(competition).filter(**dict(zip(GROUPED_BY, values, strict=True)))
    for packed in rows.values_list("replicates", flat=True).iterator(chunk_size=AT_ONCE):
        if len(packed) != shape[1] * ITEM:
            raise ValueError(f"{group.name}: the scores have not all the same number of replicates")
        yield bytes(packed)
