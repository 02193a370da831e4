"""The second opinion on one file, and the doubt that it is read with. It loads scikit-learn and pycocotools."""

import json
import math
from typing import Any

from competition.sandbox.answer import PARTS, BadAnswer, Refused
from competition.sandbox.measure import parts_of, read_both
from competition.sandbox.task import Task


def second_values(task: Task) -> dict[str, float] | Refused:
    """part → the score by the other way."""
    # Only a nursery for recounts may load what this needs: it is large, and takes seconds.
    from competition.sandbox.second_opinion import second_value

    both = read_both(task)
    if isinstance(both, Refused):
        return both
    images, truth, predictions = both
    return {
        part: second_value(
            truth.restricted_to(of_part), predictions.restricted_to(of_part), metric=task.metric, scored=task.scored
        )
        for part, of_part in parts_of(images.image_ids, task.public).items()
    }


def values_as_bytes(found: dict[str, float] | Refused) -> bytes:
    """The bytes that `read_values` reads."""
    head: dict[str, Any] = {"refused": [found.code, found.detail]} if isinstance(found, Refused) else {"values": found}
    return json.dumps(head).encode()


def read_values(content: bytes) -> dict[str, float] | Refused:
    """Read what was recounted; BadAnswer where it can't be that."""
    try:
        head = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadAnswer("The answer is no JSON.") from error
    match head:
        case {"refused": [str(code), str(detail)]}:
            return Refused(code[:60], detail[:1000])
        case {"values": dict(values)} if [*values] == list(PARTS[: len(values)]) and values:
            if all(isinstance(value, float) and math.isfinite(value) for value in values.values()):
                return values
    raise BadAnswer("The answer has another form.")
