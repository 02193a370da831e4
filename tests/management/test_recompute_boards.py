import io
from datetime import timedelta

import numpy as np
import pytest
from django.core.management import call_command

from competition.jobs import evaluate
from competition.models import Evaluation, Phase, Submission
from competition.operations.sweep import publish_ready
from competition.operations.withdraw import withdraw
from tests.factory import GLOBAL, IMAGES, LOCAL, description, hand_in, make_competition, make_member, true_boxes
from tests.tampering import as_owner


def messy_detections(seed):
    """True boxes moved about, false ones beside them, scores with ties."""
    rng = np.random.default_rng(seed)
    lines = ["image_id,class_name,score,x_min,y_min,x_max,y_max"]
    for image, label, x, y, x2, y2 in true_boxes():
        for _ in range(3):
            dx, dy = rng.normal(0, 50, size=2)
            name = label if rng.random() < 0.8 else LOCAL[int(rng.integers(2))]
            lines.append(f"{image},{name},{rng.integers(1, 10) / 10},{x + dx},{y + dy},{x2 + dx},{y2 + dy}")
    lines += [f"{image},{LOCAL[0]},{rng.integers(1, 10) / 10},5,5,50,50" for image in IMAGES[24:]]
    return ("\n".join(lines) + "\n").encode()


def messy_probabilities(seed):
    rng = np.random.default_rng(seed)
    rows = [f"{image},{rng.integers(0, 9) / 10},{rng.random():.3f}" for image in IMAGES]
    return ("\n".join(["image_id," + ",".join(GLOBAL), *rows]) + "\n").encode()


def recompute():
    out = io.StringIO()
    try:
        call_command("recompute_boards", stdout=out, stderr=io.StringIO())
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def scored(db, tmp_path, request, monkeypatch):
    """A competition with that metric, whose boards count several messy files of two teams."""
    monkeypatch.setattr("competition.operations.publish.SHORTEST_GAP", timedelta(0))
    tracks = description()["tracks"]
    tracks["detection"]["metric"] = getattr(request, "param", "voc2010@0.4")
    competition = make_competition(tmp_path, tracks=tracks, split={"public": 0.5, "seed": 3}, min_positives=2)
    for name, seeds in (("ada", (1, 2)), ("bob", (3,))):
        member = make_member(competition, name)
        for seed in seeds:
            hand_in(member, messy_detections(seed))
            hand_in(member, messy_probabilities(seed), track="classification")
    for evaluation in Evaluation.objects.all():
        evaluate(evaluation.pk, 1)
    publish_ready()
    return competition


@pytest.mark.parametrize("scored", ["voc2010@0.4", "voc2010@0.5", "voc2007@0.4", "coco", "froc"], indirect=True)
def test_another_way_comes_to_the_same_numbers(scored):
    values = Evaluation.objects.filter(submission__track__kind="detection").values_list("scores__value", flat=True)

    assert recompute() == (0, "")
    assert 0 < min(values) < max(values) < 1


@pytest.mark.parametrize(
    ("table", "change", "told"),
    [
        ("competition_score", "value = value - 1e-6", "submission "),
        ("competition_board", "entries = jsonb_set(entries, '{0,score}', '0.999')", "board "),
    ],
)
def test_what_was_tampered_with_is_told(scored, table, change, told):
    as_owner(table, f"{change} WHERE id = (SELECT max(id) FROM {table})")

    code, differences = recompute()

    assert code == 1
    assert differences.startswith(f"chest: {told}")


def test_one_submission_that_can_not_be_computed_again_keeps_no_other_from_it(scored):
    first, second = Evaluation.objects.filter(submission__track__kind="detection").order_by("pk")[:2]
    Submission.objects.filter(pk=first.submission_id).update(file="no/such/file")
    as_owner("competition_score", f"value = value - 1e-6 WHERE evaluation_id = {second.pk} AND part = 'public'")

    code, differences = recompute()

    assert code == 1
    assert f"submission {first.submission_id}: it can't be computed again (FileNotFoundError)" in differences
    assert f"submission {second.submission_id}, public part" in differences


def test_what_waits_to_be_published_is_no_difference(scored):
    withdraw(scored.teams.first().submissions.first())

    assert recompute() == (0, "")
    assert Phase.objects.count() == 1
