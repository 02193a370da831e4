"""One attempt at one evaluation: claim it, open the sealed labels, score, write the result, publish the board."""

import numpy as np
from django.conf import settings
from django.db import transaction

from competition.models import Evaluation, Score
from competition.operations.activate import activate_when_complete
from competition.operations.give_up import fail
from competition.operations.keep_alive import kept_alive
from competition.operations.publish import publish_when_due
from competition.operations.yardstick import CannotBeScored, Yardstick, open_yardstick, read_submission
from scoring import (
    BoxTruth,
    Detections,
    Probabilities,
    Scorecard,
    parse_metric,
    score_classification,
    score_detection,
)


def evaluate(*, evaluation_id: int, attempt: int, worker: str) -> None:
    """Bring an evaluation to its end. Raises StaleStep when the attempt is not (or no longer) this caller's."""
    evaluation = Evaluation.objects.select_related(
        "submission__track__competition", "submission__phase", "ground_truth"
    ).get(pk=evaluation_id)
    evaluation.attempt = attempt
    evaluation.claim(worker, settings.ENVIRONMENT.lease_seconds)
    if evaluation.ground_truth.dropped_at is not None:
        # No refund: the submission is scored against the version that the boards show.
        evaluation.fail("version_dropped", "This version of the ground truth was given up.")
        return
    with kept_alive(evaluation):
        try:
            scorecards = _measure(evaluation)
        except CannotBeScored as reason:
            fail(evaluation, reason.code, reason.detail)
        else:
            _record(evaluation, scorecards)
    submission = evaluation.submission
    activate_when_complete(evaluation.ground_truth)
    publish_when_due(submission.phase, submission.track)


def _measure(evaluation: Evaluation) -> dict[str, Scorecard]:
    yardstick = open_yardstick(evaluation)
    predictions = read_submission(evaluation, yardstick.measure.labels)
    return {part: score_part(yardstick, predictions, images) for part, images in yardstick.parts.items()}


def score_part(yardstick: Yardstick, predictions: Detections | Probabilities, images: list[str]) -> Scorecard:
    """The scorecard of predictions on a part of the images."""
    truth, predictions = yardstick.truth.restricted_to(images), predictions.restricted_to(images)
    groups = None if yardstick.groups is None else [yardstick.groups[image] for image in truth.image_ids]
    options = {
        "resamples": yardstick.resamples,
        "seed": yardstick.seed,
        "groups": groups,
        "scored": yardstick.measure.scored_labels,
        "curves": True,
    }
    if isinstance(truth, BoxTruth):
        return score_detection(truth, predictions, metric=parse_metric(yardstick.measure.metric), **options)
    return score_classification(truth, predictions, **options)


@transaction.atomic
def _record(evaluation: Evaluation, scorecards: dict[str, Scorecard]) -> None:
    evaluation.finish()
    Score.objects.bulk_create(_row(evaluation, part, scorecard) for part, scorecard in scorecards.items())


def _row(evaluation: Evaluation, part: str, scorecard: Scorecard) -> Score:
    if scorecard.value is None or scorecard.replicates is None:
        raise ValueError(f"no class that counts is defined on the {part} part")
    low, high = scorecard.interval or (None, None)
    return Score(
        evaluation=evaluation,
        part=part,
        value=scorecard.value,
        interval_low=low,
        interval_high=high,
        replicates=np.asarray(scorecard.replicates, dtype="<f4").tobytes(),
        report={
            **scorecard.as_json(),
            "scored_labels": [score.label for score in scorecard.classes if score.in_score],
            "curves": scorecard.curves_as_json(),
        },
    )
