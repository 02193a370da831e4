"""The results as tables for people: what was handed in, every score, and every label's value."""

from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.fields.json import KeyTransform

from competition.models import Competition, Part, Score, Submission
from competition.operations.archive_replicates import Group, scores_of
from competition.operations.archive_rows import AT_ONCE, Row, as_csv, as_lines, file_of
from competition.operations.show_result import evaluation_of, state_of, with_results
from competition.operations.zip_stream import Member

COPIED = (
    "received_at",
    "late",
    "file_name",
    "size",
    "rows",
    "sha256",
    "note",
    "withdrawn_at",
    "selected_at",
    "picked_at",
    "disqualified_at",
    "disqualification",
    "refunded_at",
)
MEASURED = tuple(f"{part}_{what}" for part in Part.values for what in ("score", "interval_low", "interval_high"))
SUBMISSION_COLUMNS = (
    "id",
    "team",
    "author",
    "phase",
    "track",
    "state",
    "failure",
    "ground_truth",
    "metric_version",
    *MEASURED,
    *COPIED,
    "file",
)
OF_SCORE = {
    "submission": F("evaluation__submission_id"),
    "team": F("evaluation__submission__team__name"),
    "phase": F("evaluation__submission__phase__key"),
    "track": F("evaluation__submission__track__kind"),
    "ground_truth": F("evaluation__ground_truth__version"),
    "metric_version": F("evaluation__metric_version"),
}
SCORE_COLUMNS = (
    *OF_SCORE,
    "part",
    "value",
    "interval_low",
    "interval_high",
    "measured_at",
    "resamples",
    "bootstrap_seed",
    "replicates",
    "row",
)
LABEL_COLUMNS = (*OF_SCORE, "part", "label", "positives", "value", "interval_low", "interval_high")


def result_members(competition: Competition) -> Iterator[Member]:
    """submissions, scores and labels."""
    yield Member("submissions.csv", lambda: as_csv(SUBMISSION_COLUMNS, _submissions(competition)))
    yield Member("submissions.jsonl", lambda: as_lines(_submissions(competition)))
    yield Member("scores.csv", lambda: as_csv(SCORE_COLUMNS, _scores(competition)))
    yield Member("labels.csv", lambda: as_csv(LABEL_COLUMNS, _labels(competition)))


def _submissions(competition: Competition) -> Iterator[Row]:
    """With the scores that the boards rest on now."""
    of_competition = Submission.objects.filter(team__competition=competition).order_by("received_at", "pk")
    ids = iter(of_competition.values_list("pk", flat=True).iterator(chunk_size=AT_ONCE))
    while some := list(islice(ids, AT_ONCE)):
        of_these = Submission.objects.filter(pk__in=some).order_by("received_at", "pk")
        yield from map(_submission, with_results(of_these.select_related("author")))


def _submission(submission: Submission) -> Row:
    evaluation = evaluation_of(submission)
    row: Row = {column: getattr(submission, column) for column in COPIED}
    row |= dict.fromkeys(MEASURED)
    row |= {
        "id": submission.pk,
        "team": submission.team.name,
        "author": submission.author and submission.author.username,
        "phase": submission.phase.key,
        "track": submission.track.kind,
        "state": state_of(submission),
        "failure": evaluation.failure if evaluation else "",
        "ground_truth": evaluation.ground_truth.version if evaluation else None,
        "metric_version": evaluation.metric_version if evaluation else None,
        "file": file_of(submission.pk),
    }
    for score in evaluation.scores.all() if evaluation else ():
        row[f"{score.part}_score"] = score.value
        row[f"{score.part}_interval_low"] = score.interval_low
        row[f"{score.part}_interval_high"] = score.interval_high
    return row


def _scores(competition: Competition) -> Iterator[Row]:
    """Every score of every version, with its row in the replicates."""
    facts = ("part", "value", "interval_low", "interval_high", "measured_at")
    seeds = {"resamples": F("evaluation__ground_truth__resamples")}
    seeds["bootstrap_seed"] = F("evaluation__ground_truth__bootstrap_seed")
    rows = _told(scores_of(competition), *facts, **seeds)
    for group, of_group in groupby(rows, _group_of):
        for number, row in enumerate(of_group):
            yield {**row, "replicates": group.name, "row": number}


def _group_of(row: Row) -> Group:
    return Group(row["ground_truth"], row["metric_version"], row["track"], row["part"])


def _labels(competition: Competition) -> Iterator[Row]:
    for row in _told(scores_of(competition), "part", classes=KeyTransform("classes", "report")):
        for told in row.pop("classes") or ():
            low, high = told["interval"] or (None, None)
            facts = {name: told[name] for name in ("label", "positives", "value")}
            yield {**row, **facts, "interval_low": low, "interval_high": high}


def _told(scores: QuerySet[Score], *fields: str, **more: Any) -> Iterator[Row]:
    return scores.values(*fields, **OF_SCORE, **more).iterator(chunk_size=AT_ONCE)
