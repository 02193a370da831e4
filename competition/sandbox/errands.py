"""What a child can be asked, each as a way from a task to the bytes of an answer."""

from competition.sandbox.answer import answer_of
from competition.sandbox.look import look, look_as_bytes
from competition.sandbox.measure import measure
from competition.sandbox.recount import second_values, values_as_bytes
from competition.sandbox.task import LOOK, RECOUNT, Task


def run(task: Task) -> bytes:
    """Do what a task asks. RECOUNT only in a nursery that was started for recounts: others haven't loaded its tools."""
    if task.errand == LOOK:
        return look_as_bytes(look(task))
    if task.errand == RECOUNT:
        return values_as_bytes(second_values(task))
    return answer_of(measure(task))
