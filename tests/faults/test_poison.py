"""Files that take more memory than a file may, among good ones: they fail cleanly, and the others hardly notice.

FAULTS=long makes it twenty among two hundred.
"""

from itertools import chain

import numpy as np
import pytest

from competition import queue
from competition.lifecycle import EvaluationState
from competition.models import Attempt, Evaluation, Phase
from competition.operations.folder import read_folder
from competition.operations.found import found
from tests.factory import IMAGES, detections_csv, hand_in, make_member, write_folder
from tests.faults.forms import times
from tests.running import horse_of, running, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
GOOD, POISONOUS = times(20, 200), times(2, 20)
TEAMS = 4
PATIENCE = 600
TIGHT = {"JOB_MEMORY_MIB": "100", "LEASE_SECONDS": "6", "HEARTBEAT_SECONDS": "1"}
MORE_IMAGES = [f"{index:032x}" for index in range(1000, 4000)]


@pytest.fixture
def teams(tmp_path):
    """Four teams that hand in good files and a fifth that hands in the others, on 3,040 images."""
    queue.connection().flushall()
    folder = write_folder(tmp_path / "folder", min_positives=3)
    with open(folder / "manifest.csv", "a") as manifest, open(folder / "annotations.csv", "a") as annotations:
        manifest.writelines(f"{image},2048,2048\n" for image in MORE_IMAGES)
        annotations.writelines(f"{image},No finding,,,,\n" for image in MORE_IMAGES)
    with open(folder / "image_labels.csv", "a") as labels:
        labels.writelines(f"{image},0,1\n" for image in MORE_IMAGES)
    competition = found(read_folder(folder))
    Phase.objects.update(daily_limit=1000, total_limit=1000)
    return [make_member(competition, f"team{number}") for number in range(TEAMS + 1)]


def good_csv():
    return detections_csv(shift=5) + b"".join(b"%s,No finding,,,,,\n" % image.encode() for image in MORE_IMAGES)


def poisonous_csv():
    """As much as a file may hold: 300 boxes of one class on nearly every image."""
    rows = (f"{image},Cardiomegaly,0.5,1,1,{90 + box},80\n" for image in MORE_IMAGES for box in range(300))
    rest = (f"{image},No finding,,,,,\n" for image in IMAGES)
    return ("image_id,class_name,score,x_min,y_min,x_max,y_max\n" + "".join(chain(rows, rest))).encode()


def seconds_of_good(teams, *, poisonous):
    """From the first claim until each good file was scored, all having waited when the worker came."""
    good, bad = good_csv(), poisonous_csv() if poisonous else b""
    before = set(Evaluation.objects.values_list("pk", flat=True))
    for number in range(GOOD):
        hand_in(teams[number % TEAMS], good)
        if poisonous and number % (GOOD // poisonous) == 0:
            hand_in(teams[TEAMS], bad)
    mine = Evaluation.objects.exclude(pk__in=before)
    with running("worker", "sweeper", **TIGHT) as (worker, _):
        unfinished = mine.filter(state__in=[EvaluationState.WAITING, EvaluationState.RUNNING])
        wait_until(lambda: not unfinished.exists(), seconds=PATIENCE, what="the end of all")
        assert worker.poll() is None
        wait_until(lambda: horse_of(worker) is None, what="the end of the last work horse")
    began = mine.order_by("started_at").values_list("started_at", flat=True)[0]
    done = mine.filter(state=EvaluationState.DONE).values_list("finished_at", flat=True)
    assert len(done) == GOOD
    return [(at - began).total_seconds() for at in done]


def test_poisonous_files_fail_cleanly_and_delay_the_good_by_a_small_factor(teams, record_property):
    """By less than two where the machine has nothing else to do, as it has in the long form."""
    alone = float(np.quantile(seconds_of_good(teams, poisonous=0), 0.95))
    beside = float(np.quantile(seconds_of_good(teams, poisonous=POISONOUS), 0.95))

    poisoned = Evaluation.objects.filter(submission__team=teams[TEAMS].team)
    assert [(one.state, one.failure, one.attempt) for one in poisoned] == [("failed", "failed_resource", 2)] * POISONOUS
    assert all(one.submission.refunded_at for one in poisoned)
    assert "more memory than one file may take. This was attempt 2 of 2." in poisoned[0].failure_detail
    assert set(Attempt.objects.values_list("failure", flat=True)) == {"failed_resource"}
    assert beside < times(short=4, long=2) * alone
    record_property(
        f"{POISONOUS} poisonous files among {GOOD}", f"p95 of the good {alone:.2f} s alone, {beside:.2f} s beside them"
    )
