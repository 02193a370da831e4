"""What RQ's fork for each job costs: the same jobs, each of which finds nothing to do, with forks and without.

Run with the settings of a demo; prints the milliseconds per job of both as JSON.
"""

from __future__ import annotations

import json
import logging
import time
from typing import Final

import django
from django.conf import settings
from redis import Redis
from rq import Queue, SimpleWorker, Worker
from rq.serializers import JSONSerializer

JOBS: Final = 100
NO_EVALUATION: Final = 0


def main() -> None:
    """Measure both."""
    django.setup()
    from competition import jobs  # noqa: F401  (as a worker does: imported before the fork)
    from competition.queue import EVALUATE

    logging.disable()
    connection = Redis.from_url(settings.ENVIRONMENT.redis_url)
    milliseconds = {}
    for worker in (Worker, SimpleWorker):
        queue = Queue(f"benchmark-{worker.__name__}", connection=connection, serializer=JSONSerializer)
        for _ in range(JOBS):
            queue.enqueue_call(EVALUATE, args=(NO_EVALUATION, 1), result_ttl=0)
        began = time.perf_counter()
        worker([queue], connection=connection, serializer=JSONSerializer).work(burst=True)
        milliseconds[worker.__name__] = 1000 * (time.perf_counter() - began) / JOBS
    print(json.dumps(milliseconds))


if __name__ == "__main__":
    main()
