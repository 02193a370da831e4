"""`manage.py worker`: an RQ worker that scores submissions."""

import os
import secrets
import socket
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from competition import jobs, queue, vault
from competition.errors import Unavailable
from competition.operations import evaluate  # noqa: F401  (imported before the fork, so that a job starts at once)
from competition.sandbox.keeper import nursery

SECONDS_TO_LIVE = 25
"""After so long without a sign of life RQ takes a worker for dead; it also bounds how long it blocks on the bell."""


class EvaluationWorker(Worker):
    """Shows that it is alive, and opens the next attempt at once when its work horse is killed."""

    def heartbeat(self, *args: Any, **kwargs: Any) -> None:
        """Tell RQ, and `/readyz`."""
        super().heartbeat(*args, **kwargs)
        try:
            queue.pulse(self.name)
        except RedisError as error:
            self.log.warning("no pulse: %s", type(error).__name__)

    def teardown(self) -> None:
        """A worker that stops cleanly is not alive any more."""
        super().teardown()
        try:
            queue.still(self.name)
        except RedisError as error:
            self.log.warning("the last pulse fades by itself: %s", type(error).__name__)

    def fork_work_horse(self, job: Job, queue: Queue) -> None:
        """Never without a nursery: one that has ended is started again."""
        nursery().keep()
        super().fork_work_horse(job, queue)

    def handle_work_horse_killed(self, job: Job, retpid: int, ret_val: int, rusage: Any) -> None:
        """The horse died without a word: the lease need not run out."""
        why = f"the process ended with wait status {ret_val}"
        try:
            jobs.give_up_what_was_claimed(self.name, why)
            if job.func_name == queue.RECOUNT:
                jobs.give_up_recount(*job.args, why)
        finally:
            connections.close_all()


class Command(BaseCommand):
    """Listens to the one queue until it is told to stop; a running job is finished first."""

    help = "Score submissions. Runs until SIGTERM. Needs LABELS_PRIVATE_KEY_FILE."

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until SIGTERM or SIGINT."""
        if settings.ENVIRONMENT.labels_private_key_file is None:
            raise CommandError("LABELS_PRIVATE_KEY_FILE is not set; a worker needs the key that opens the labels.")
        try:
            vault.refuse_without_private_key()
        except Unavailable as refusal:
            raise CommandError(refusal.detail) from refusal
        nursery().keep()
        connections.close_all()
        connection = Redis.from_url(
            settings.ENVIRONMENT.redis_url,
            health_check_interval=10,
            retry=Retry(ExponentialBackoff(cap=2, base=0.1), 20),
            retry_on_error=[RedisConnectionError, RedisTimeoutError],
        )
        name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        bell = Queue(queue.QUEUE_NAME, connection=connection, serializer=JSONSerializer)
        EvaluationWorker(
            [bell],
            name=name,
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=SECONDS_TO_LIVE,
            maintenance_interval=10,
            job_monitoring_interval=5,
        ).work(logging_level="INFO")
