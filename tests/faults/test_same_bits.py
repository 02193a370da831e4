"""The same file has the same scores, whoever measures it: one worker or four, rows in any order, kernel or numpy.

FAULTS=long makes it a hundred repeats.
"""

from contextlib import ExitStack
from random import Random

import pytest

from competition import queue
from competition.models import Evaluation, Phase, Score
from tests.factory import detections_csv, hand_in, make_competition, make_member, probabilities_csv
from tests.faults.forms import times
from tests.running import running, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
REPEATS = times(2, 100)
FILES = {"detection": detections_csv(shift=30), "classification": probabilities_csv(noise=0.4)}
WAYS = [(1, {}), (4, {}), (1, {"VINDR_SCORING_PLAIN": "1"})]


def shuffled(content, seed):
    header, *rows = content.decode().splitlines()
    Random(seed).shuffle(rows)
    return "\n".join([header, *rows, ""]).encode()


def of_classes(score):
    return bytes(score.class_replicates), str(score.report)


def test_one_worker_or_four_any_order_of_rows_kernel_or_numpy_give_the_same_bits(tmp_path, record_property):
    queue.connection().flushall()
    member = make_member(make_competition(tmp_path))
    Phase.objects.update(daily_limit=10_000, total_limit=10_000)
    unfinished = Evaluation.objects.exclude(state="done")
    for nth, (workers, environment) in enumerate(WAYS):
        for repeat in range(REPEATS):
            for track, content in FILES.items():
                hand_in(member, shuffled(content, 1000 * nth + repeat), track=track)
        with ExitStack() as stack:
            stack.enter_context(running(*["worker"] * workers, "sweeper", **environment))
            wait_until(lambda: not unfinished.exists(), seconds=300, what="the scores")

    assert Evaluation.objects.values("worker").distinct().count() > len(WAYS)
    for track in FILES:
        scores = Score.objects.filter(evaluation__submission__track__kind=track)
        kept = {
            (score.value, score.interval_low, score.interval_high, bytes(score.replicates), *of_classes(score))
            for score in scores
        }
        assert scores.count() == len(WAYS) * REPEATS
        assert len(kept) == 1
    record_property("times that a file was scored with the same bits", str(len(WAYS) * REPEATS * len(FILES)))
