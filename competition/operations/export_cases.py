"""Each image's part in the scores of who stands: a table that tells labels. For who holds the private key only."""

from collections.abc import Iterator

from competition.models import Competition, Evaluation, GroundTruth, Phase, Track, User
from competition.operations.archive_boards import standing_of
from competition.operations.archive_rows import Row, as_csv
from competition.operations.audit import write_down
from competition.operations.yardstick import Yardstick, read_submission, yardstick_of
from scoring import BoxTruth, Case, Detections, Probabilities, classification_cases, detection_cases, parse_metric

COLUMNS = ("task", "algorithm", "case", "value", "positives", "found", "wrong")


def export_cases(competition: Competition, *, by: User | None) -> Iterator[bytes]:
    """Write the act down, then a CSV: a row for each track, phase, part, label, team and image.

    Raises Unavailable where there is no private key, or the labels are not here.
    """
    truth = GroundTruth.objects.in_force(competition)
    yardsticks = [yardstick_of(truth, track) for track in competition.tracks.order_by("pk")]
    write_down(competition, by, "export_cases", competition.slug)
    return as_csv(COLUMNS, _rows(competition, yardsticks))


def _rows(competition: Competition, yardsticks: list[Yardstick]) -> Iterator[Row]:
    for phase in Phase.every.filter(competition=competition).order_by("pk"):
        for yardstick in yardsticks:
            for part in yardstick.parts:
                yield from _of_board(phase, yardstick.measure.track, part, yardstick)


def _of_board(phase: Phase, track: Track, part: str, yardstick: Yardstick) -> Iterator[Row]:
    for standing in standing_of(phase, track, part):
        evaluation = Evaluation.objects.select_related("submission__track__competition").get(
            scores__pk=standing.score_id
        )
        predictions = read_submission(evaluation, yardstick.measure.labels)
        for case in _cases(yardstick, predictions.restricted_to(yardstick.parts[part]), part):
            yield {
                "task": f"{phase.key}, {track.kind}, {part} part, {case.label}",
                "algorithm": standing.team,
                "case": case.image_id,
                "value": case.value,
                "positives": case.positives,
                "found": case.found,
                "wrong": case.wrong,
            }


def _cases(yardstick: Yardstick, predictions: Detections | Probabilities, part: str) -> Iterator[Case]:
    truth = yardstick.truth.restricted_to(yardstick.parts[part])
    if isinstance(truth, BoxTruth):
        return detection_cases(truth, predictions, metric=parse_metric(yardstick.measure.metric))
    return classification_cases(truth, predictions)
