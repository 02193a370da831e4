"""The bell, with a real Valkey and a worker of RQ's own in this process."""

import json
import logging
import zlib

import pytest
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from competition import queue

NUMBER, ATTEMPT = 4711, 1


@pytest.fixture
def bell():
    """Empty before and after."""
    queue.bell().empty()
    yield queue.bell()
    queue.bell().empty()


def ring_meanwhile(recount_id, attempt):
    """What the sweeper does while a worker that took the message has not claimed the recount yet."""
    assert queue.ring_for_recount(recount_id, attempt)
    assert not queue.bell().get_job_ids()


def test_a_message_that_a_worker_has_taken_is_neither_thrown_away_nor_rung_again(bell, monkeypatch, caplog):
    monkeypatch.setattr(queue, "RECOUNT", f"{__name__}.{ring_meanwhile.__name__}")
    queue.ring_for_recount(NUMBER, ATTEMPT)
    worker = SimpleWorker([bell], connection=queue.connection(), serializer=JSONSerializer)

    with caplog.at_level(logging.INFO, logger="rq.worker"):
        worker.work(burst=True, max_jobs=2)

    assert "exception raised" not in caplog.text
    assert caplog.text.count("Job OK") == 1
    assert not bell.get_job_ids()


def test_a_message_that_is_between_queue_and_worker_is_left_alone_and_one_that_is_nowhere_is_replaced(bell):
    name = f"recount-{NUMBER}-{ATTEMPT}"
    queue.ring_for_recount(NUMBER, ATTEMPT)
    queue.connection().lmove(bell.key, bell.intermediate_queue_key)
    queue.ring_for_recount(NUMBER, ATTEMPT)
    between = bell.get_job_ids()
    queue.connection().delete(bell.intermediate_queue_key)

    queue.ring_for_recount(NUMBER, ATTEMPT)

    assert between == []
    assert bell.get_job_ids() == [name]


def test_a_message_is_json_and_carries_numbers_alone(bell):
    queue.ring(NUMBER, ATTEMPT)
    queue.ring_for_launch_check(NUMBER)
    queue.ring_for_recount(NUMBER, ATTEMPT)
    queue.ring_to_look_over(NUMBER)

    messages = [queue.connection().hget(f"rq:job:{name}", "data") for name in bell.get_job_ids()]
    said = [json.loads(zlib.decompress(message)) for message in messages]
    assert len(said) == 4
    assert all(set(map(type, arguments)) == {int} and not named for _, _, arguments, named in said)
