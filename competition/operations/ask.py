"""A child is asked about a stranger's file, under the limits of a job. For workers: a task holds labels."""

from django.conf import settings

from competition.sandbox.keeper import nursery, nursery_for_recounts
from competition.sandbox.limits import Limits
from competition.sandbox.task import RECOUNT, Task


def ask(task: Task) -> bytes:
    """The answer's bytes, to be read with doubt. Raises OverLimit, or ChildDied where nobody knows why."""
    environment = settings.ENVIRONMENT
    limits = Limits(environment.job_memory_mib * 1024 * 1024, environment.job_cpu_seconds, environment.job_seconds)
    asked = nursery_for_recounts() if task.errand == RECOUNT else nursery()
    content, _ = asked.ask(task.as_bytes(), limits)
    return content
