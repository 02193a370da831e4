"""One team's hundred files and another team's first one, with a real worker."""

import pytest

from competition import queue
from competition.models import Evaluation, Phase
from tests.factory import detections_csv, hand_in, make_competition, make_member
from tests.running import running, scoring_held, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
HUNDRED = 100


def test_a_hundred_files_of_one_team_delay_another_teams_first_by_at_most_one_job(tmp_path, record_property):
    queue.connection().flushall()
    many = make_member(make_competition(tmp_path))
    one = make_member(many.competition, "zoe")
    Phase.objects.update(daily_limit=1000, total_limit=1000)
    running_now = Evaluation.objects.filter(state="running")
    hand_in(many, detections_csv())
    with scoring_held() as hold, running("worker", "sweeper"):
        wait_until(running_now.exists, seconds=120, what="the claim")
        for _ in range(HUNDRED - 1):
            hand_in(many, detections_csv())
        late = hand_in(one, detections_csv()).submission
        hold.release()
        wait_until(lambda: late.evaluations.filter(state="done").exists(), seconds=120, what="the score")

    evaluation = late.evaluations.get()
    between = Evaluation.objects.filter(started_at__range=(evaluation.waiting_since, evaluation.started_at))
    begun = between.exclude(pk=evaluation.pk).count()
    assert begun <= 1
    record_property("jobs begun between a late team's upload and its turn, behind a hundred files", str(begun))
