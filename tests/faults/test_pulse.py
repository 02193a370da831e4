"""A worker that stops cleanly isn't counted any more."""

import pytest

from competition import queue
from tests.running import start, stop, wait_until


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_told_to_stop_is_not_alive_any_more():
    queue.connection().flushdb()
    worker = start("worker")
    try:
        wait_until(lambda: queue.workers_alive() == 1, what="the first pulse")
    finally:
        stop(worker)

    assert queue.workers_alive() == 0
