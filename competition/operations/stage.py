"""A version of the ground truth is staged: sealed, numbered, and every submission is to be scored against it."""

import hashlib
import secrets
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from competition import queue, vault
from competition.lifecycle import TruthState
from competition.models import (
    Competition,
    Evaluation,
    GroundTruth,
    SealedTruth,
    Submission,
    Track,
    TruthTrack,
    User,
)
from competition.operations.activate import activate_when_complete
from competition.operations.archived import refuse_without_labels, refuse_without_split
from competition.operations.audit import write_down
from scoring import METRIC_VERSION, BoxTruth, LabelTruth, write_box_truth, write_label_truth

SEED_BITS = 31


@dataclass(frozen=True)
class Measure:
    """How one track is measured: its labels, its metric and the labels that count."""

    track: Track
    labels: list[str]
    metric: str
    scored_labels: list[str]


@dataclass(frozen=True)
class Sealed:
    """Sealed labels, by the id of their box, with what may be known of them: the web process can't read a box."""

    box_id: UUID
    commitment: str
    fingerprint: str
    grouped: bool
    overrides: dict[str, str] = field(default_factory=dict)
    """Check → the reason for which its faults were let pass."""
    review: str = ""
    """Of an export with several reviews: the task or reviewer that was chosen."""


def labels_of(
    truths: dict[str, BoxTruth | LabelTruth], image_ids: tuple[str, ...], groups: tuple[str, ...] | None
) -> vault.Labels:
    """What goes into the vault: each track's truth in canonical form, and the groups."""
    tracks = {
        kind: (write_box_truth(truth) if isinstance(truth, BoxTruth) else write_label_truth(truth)).decode()
        for kind, truth in truths.items()
    }
    return vault.Labels(tracks, None if groups is None else dict(zip(image_ids, groups, strict=True)))


def seal(labels: vault.Labels, overrides: dict[str, str] | None = None, review: str = "") -> Sealed:
    """Seal the labels and store the box. overrides: the checks that the labels passed for a reason only."""
    sealed = vault.seal_labels(labels)
    return Sealed(
        box_id=SealedTruth.objects.create(box=sealed.box).pk,
        commitment=sealed.commitment,
        fingerprint=make_password(_digest(labels)),
        grouped=labels.groups is not None,
        overrides=overrides or {},
        review=review,
    )


def are_the_same(labels: vault.Labels, truth: GroundTruth) -> bool:
    """Whether these are the labels of that version, without opening them."""
    return check_password(_digest(labels), truth.fingerprint)


@transaction.atomic
def stage(
    competition: Competition,
    sealed: Sealed,
    measures: list[Measure],
    *,
    reason: str = "",
    by: User | None = None,
    hold: bool = False,
) -> GroundTruth:
    """Make the next version; one that was being prepared is given up. Active at once where nothing was handed in.

    With `hold` it is scored against and doesn't take over before an organizer says so.
    """
    refuse_without_split(competition)
    Competition.objects.select_for_update(no_key=True).get(pk=competition.pk)
    for staged in GroundTruth.objects.filter(competition=competition, state=TruthState.STAGED):
        staged.drop()
    truth = _next_version(competition, sealed, reason=reason, created_by=by, held=hold)
    TruthTrack.objects.bulk_create(
        TruthTrack(
            ground_truth=truth,
            track=measure.track,
            labels=measure.labels,
            metric=measure.metric,
            scored_labels=measure.scored_labels,
        )
        for measure in measures
    )
    if Submission.objects.filter(team__competition=competition).exists():
        begin_all_evaluations(truth)
    else:
        activate_when_complete(truth)
    return truth


def _next_version(competition: Competition, sealed: Sealed, **words: object) -> GroundTruth:
    return GroundTruth.objects.create(
        competition=competition,
        version=GroundTruth.objects.filter(competition=competition).count() + 1,
        sealed_id=sealed.box_id,
        commitment=sealed.commitment,
        fingerprint=sealed.fingerprint,
        grouped=sealed.grouped,
        bootstrap_seed=secrets.randbits(SEED_BITS),
        metric_version=METRIC_VERSION,
        overrides=sealed.overrides,
        review=sealed.review,
        created_at=competition.now(),
        **words,
    )


@transaction.atomic
def rescore(competition: Competition, *, reason: str, by: User | None, hold: bool = False) -> GroundTruth:
    """Score every submission again with the metric as it is now, against the same labels."""
    refuse_without_labels(competition)
    active = GroundTruth.objects.in_force(competition)
    facts = (active.commitment, active.fingerprint, active.grouped, active.overrides, active.review)
    sealed = Sealed(active.sealed_id, *facts)
    measures = [
        Measure(measure.track, measure.labels, measure.metric, measure.scored_labels)
        for measure in active.tracks.select_related("track")
    ]
    truth = stage(competition, sealed, measures, reason=reason, by=by, hold=hold)
    write_down(competition, by, "rescore", truth.version, reason=reason)
    return truth


def begin_all_evaluations(truth: GroundTruth) -> None:
    """Open an evaluation of every submission against this version, and ring for each when it is committed."""
    submissions = Submission.objects.counting().filter(team__competition=truth.competition_id).order_by("received_at")
    begun = Evaluation.objects.bulk_create(
        Evaluation(submission_id=pk, ground_truth=truth, metric_version=truth.metric_version)
        for pk in submissions.values_list("pk", flat=True)
    )
    for evaluation in begun:
        transaction.on_commit(partial(queue.ring, evaluation.pk, evaluation.attempt), robust=True)


def _digest(labels: vault.Labels) -> str:
    return hashlib.sha256(labels.canonical()).hexdigest()
