"""A child is asked about a stranger's file, under the limits of a job. For workers: a task holds labels."""

from django.conf import settings

from competition.sandbox.keeper import nursery, nursery_for_recounts
from competition.sandbox.limits import Limits
from competition.sandbox.task import RECOUNT, Task

LARGER = 2
"""How much more memory a recount may touch than a score: pycocotools takes 1 GiB for a file of a million boxes."""


def ask(task: Task) -> bytes:
    """The answer's bytes, to be read with doubt. Raises OverLimit, or ChildDied where nobody knows why."""
    environment = settings.ENVIRONMENT
    recounts = task.errand == RECOUNT
    memory = environment.job_memory_mib * 1024 * 1024 * (LARGER if recounts else 1)
    asked = nursery_for_recounts() if recounts else nursery()
    content, _ = asked.ask(task.as_bytes(), Limits(memory, environment.job_cpu_seconds, environment.job_seconds))
    return content
