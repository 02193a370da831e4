"""After a submission is scored a worker looks it over: nearly another team's file, made to probe, too good to be true?

What is found goes to the organizers' list of hints. Nothing follows from it by itself, and no participant sees it. The
file is read by a child, as for its score; here its likeness is held against others.
"""

import hashlib
import logging
from typing import Any

import numpy as np
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from competition.models import Evaluation, Hint, HintKind, Manifest, Signature, Submission, TrackKind
from competition.operations.ask import ask
from competition.operations.check_file import images_of
from competition.operations.look_closer import Found, signs_in_scores, signs_of_a_series
from competition.operations.yardstick import CannotBeScored, look_task_of
from competition.sandbox.answer import BadAnswer, Refused
from competition.sandbox.keeper import ChildDied, OverLimit
from competition.sandbox.likeness import (
    BOX,
    DIRECTIONS,
    Likeness,
    correlations,
    equal_boxes,
    equal_rows,
    standardized,
)
from competition.sandbox.look import Look, read_look

SAME_RANKS = 0.999
SAME_RANKS_OF_BOXES = 0.99
SAME_BOXES = 0.9
"""Share of the boxes that must overlap."""
OVERLAP = 0.95
SAME_ROWS = 0.98
WORTH_A_LOOK = 0.97
"""Correlation of two sketches from which on the ranks themselves are compared."""
MOST_LOOKS = 200

log = logging.getLogger(__name__)


def look_over(evaluation_id: int) -> list[Hint]:
    """Keep the submission's likeness, compare it, and write down what is noticed. Once for each submission.

    The likeness is claimed before the file is read: a file that meets a limit, or whose child dies, is not looked at
    again.
    """
    related = ("submission__track__competition", "submission__phase", "ground_truth__sealed")
    evaluation = Evaluation.objects.select_related(*related).get(pk=evaluation_id)
    submission = evaluation.submission
    try:
        with transaction.atomic():
            mine = Signature.objects.create(
                submission=submission, phase=submission.phase, track=submission.track, sketch=b"", rows=b"", ranks=b""
            )
    except IntegrityError:
        return []
    seed, basis = _seed_and_basis(submission)
    try:
        seen = _seen_by_a_child(evaluation, seed)
    except (CannotBeScored, OSError, OverLimit, ChildDied, BadAnswer) as reason:
        log.warning("submission %s can't be looked over: %s", submission.pk, reason)
        return []
    _keep(mine, seen.likeness, basis)
    found = [
        *(Found(HintKind(sign.kind), sign.figure, details=sign.details) for sign in seen.signs),
        *_like_others(submission, seen.likeness, basis),
        *signs_of_a_series(submission, seen.likeness, basis),
        *signs_in_scores(evaluation),
    ]
    return [_write(submission, one) for one in found]


def _seen_by_a_child(evaluation: Evaluation, seed: int) -> Look:
    """What the file itself shows, held against the labels where these are here."""
    submission = evaluation.submission
    task = look_task_of(evaluation, seed)
    images = len(images_of(submission.track.competition).image_ids)
    seen = read_look(ask(task), images=images, labels=len(submission.labels))
    if isinstance(seen, Refused):
        raise CannotBeScored(seen.code, seen.detail)
    return seen


def _seed_and_basis(submission: Submission) -> tuple[int, str]:
    """The secret seed of the sample, and a name for it: likenesses of other labels or images are not compared."""
    track = submission.track
    images = Manifest.objects.values_list("sha256", flat=True).get(competition=track.competition_id)
    words = f"{track.competition_id} {track.kind} {submission.labels} {images}"
    seed = salted_hmac("competition.likeness", words, algorithm="sha256").digest()
    return int.from_bytes(seed), hashlib.sha256(seed).hexdigest()[:32]


def _keep(mine: Signature, likeness: Likeness, basis: str) -> None:
    Signature.objects.filter(pk=mine.pk).update(
        basis=basis,
        sketch=likeness.sketch.tobytes(),
        rows=likeness.rows.tobytes(),
        ranks=likeness.ranks.tobytes(),
        boxes=likeness.boxes.tobytes(),
    )


def _like_others(submission: Submission, mine: Likeness, basis: str) -> list[Found]:
    """What it is nearly equal to: of each other team the likest file, and of the team's own the likest earlier one."""
    board = Signature.objects.filter(phase=submission.phase_id, track=submission.track_id, basis=basis)
    others = list(
        board.exclude(pk=submission.pk).values_list(
            "pk", "submission__team", "sketch", "rows", "submission__received_at"
        )
    )
    if not others:
        return []
    pks, teams, sketches, rows, times = zip(*others, strict=True)
    team = np.array(teams)
    own, foreign = team == submission.team_id, team != submission.team_id
    shares = equal_rows(mine.rows, np.frombuffer(b"".join(rows), np.uint16).reshape(len(others), -1))
    sketched = np.frombuffer(b"".join(sketches), np.float16).reshape(-1, DIRECTIONS)
    likenesses = correlations(mine.sketch.astype(np.float32), sketched.astype(np.float32))
    earlier = own & (np.array(times) < submission.received_at)
    found = _by_ranks(submission, mine, pks, team, np.where(foreign, likenesses, 0))
    for kind, rows_of in ((HintKind.EQUAL_ROWS, foreign), (HintKind.EQUAL_ROWS_OWN, earlier)):
        for place in _best_of_each_team(np.where(rows_of, shares, 0), team, SAME_ROWS):
            found.append(Found(kind, float(shares[place]), _submission(pks[place])))
    return found


def _by_ranks(
    submission: Submission, mine: Likeness, pks: tuple[Any, ...], team: np.ndarray, likenesses: np.ndarray
) -> list[Found]:
    """Those whose ranks are the same, of the few whose sketches say that they may be."""
    places = _best_of_each_team(likenesses, team, WORTH_A_LOOK)[:MOST_LOOKS]
    candidates = Signature.objects.in_bulk([pks[place] for place in places])
    of_boxes = submission.track.kind == TrackKind.DETECTION
    columns = 1 if of_boxes else len(submission.labels)
    vector = standardized(mine.ranks.reshape(-1, columns).astype(float))
    found = []
    for theirs in candidates.values():
        ranks = np.frombuffer(theirs.ranks, np.uint16).reshape(-1, columns).astype(float)
        figure = float(vector @ standardized(ranks))
        details: dict[str, Any] = {}
        if of_boxes:
            details["boxes"] = equal_boxes(mine.boxes, np.frombuffer(theirs.boxes, BOX), OVERLAP)
        near = details["boxes"] >= SAME_BOXES and figure > SAME_RANKS_OF_BOXES if details else figure > SAME_RANKS
        if near:
            found.append(Found(HintKind.NEAR_DUPLICATE, figure, _submission(theirs.pk), details))
    return found


def _best_of_each_team(figures: np.ndarray, team: np.ndarray, above: float) -> list[int]:
    """The place of the greatest figure of each team that has one above, the greatest first."""
    places = np.flatnonzero(figures > above)
    places = places[np.argsort(-figures[places], kind="stable")]
    _, first = np.unique(team[places], return_index=True)
    return [int(place) for place in places[np.sort(first)]]


def _submission(pk: Any) -> Submission:
    return Submission.objects.select_related("team").get(pk=pk)


def _write(submission: Submission, found: Found) -> Hint:
    """A row of its own for the first time that it is noticed of these teams; after that it is counted."""
    other = found.other
    ids = sorted({submission.team_id, other.team_id if other else submission.team_id})
    now = submission.track.competition.now()
    facts = {
        "submission": submission,
        "team": submission.team,
        "other": other,
        "other_team": other and other.team,
        "figure": found.figure,
        "details": found.details or {},
        "latest_at": now,
    }
    names = {"phase": submission.phase, "track": submission.track, "kind": found.kind, "pair": " ".join(map(str, ids))}
    try:
        with transaction.atomic():
            return Hint.objects.create(competition=submission.track.competition, found_at=now, **names, **facts)
    except IntegrityError:
        Hint.objects.filter(**names).update(times=F("times") + 1, **facts)
        return Hint.objects.get(**names)
