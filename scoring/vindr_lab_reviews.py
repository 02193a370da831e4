"""Whose marks of a VinDr Lab export are the consensus, where a study has marks of several review tasks.

Two reviewers leave two sets of marks unless they agreed on one, and the export does not say which counts. An organizer
says it: by the review task, or by the reviewer, since a task is of one study and a reviewer goes through many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from scoring.errors import KEPT_PROBLEMS, FaultyFile, Notice
from scoring.faults import Faults, shown
from scoring.json_node import Node
from scoring.vindr_lab_tables import Tables

SEVERAL = "several_tasks"


@dataclass(frozen=True)
class Review:
    """What one reviewer has left in one review task, of the studies that have marks of several tasks."""

    task: str
    reviewer: str
    """The reviewer's id, as the export has it; a name is never told."""
    studies: int
    annotations: int

    def as_json(self) -> dict[str, Any]:
        """The four fields by name."""
        return asdict(self)


class SeveralReviews(FaultyFile):
    """An export from which a review has to be chosen: `reviews` are the first hundred to choose from."""

    def __init__(self, faulty: FaultyFile, reviews: Sequence[Review]) -> None:
        super().__init__(faulty.problems, faulty.total, faulty.kinds)
        self.reviews = tuple(reviews[:KEPT_PROBLEMS])


@dataclass
class Reviews:
    """Collects who has marked what, one annotation after the other."""

    tables: Tables
    _nodes: dict[str, dict[str, list[Node]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    """study → review task → its annotations."""

    def add(self, node: Node) -> None:
        """One annotation that counts; faults are added."""
        task, study = node.text("task_id"), self.tables.study_of.get(str(node.value.get("object_id")), "")
        stated = node.value.get("study_id")
        if study and isinstance(stated, str) and stated and stated != study:
            node.fault("bad_value", "study_id", "The annotation's object is of another study.", stated)
        if task and study and study not in self.tables.left_out:
            self._nodes[study][task].append(node)

    def left_out(self, review: str, faults: Faults) -> frozenset[str]:
        """The places of the annotations that do not count, once this task or reviewer is chosen; faults are added.

        A study with the marks of one task only needs no choice, and keeps them.
        """
        out: set[str] = set()
        for study, tasks in self._contested().items():
            chosen = {task for task, nodes in tasks.items() if review and review in (task, _reviewer(nodes[0]))}
            if len(chosen) != 1:
                _refuse(study, tasks)
                continue
            out |= {node.path for task, nodes in tasks.items() if task not in chosen for node in nodes}
        every = (node for tasks in self._nodes.values() for nodes in tasks.values() for node in nodes)
        if review and not any(review in (node.value.get("task_id"), _reviewer(node)) for node in every):
            faults.add("unknown_review", None, None, review, f"No marks are of a task or reviewer {shown(review)}.")
        return frozenset(out)

    def to_choose_from(self) -> list[Review]:
        """Those of contested studies, the busiest first."""
        studies: dict[tuple[str, str], set[str]] = defaultdict(set)
        annotations: dict[tuple[str, str], int] = defaultdict(int)
        for study, tasks in self._contested().items():
            for task, nodes in tasks.items():
                key = (task, _reviewer(nodes[0]))
                studies[key].add(study)
                annotations[key] += len(nodes)
        found = [Review(*key, studies=len(studies[key]), annotations=annotations[key]) for key in studies]
        return sorted(found, key=lambda one: (-one.studies, -one.annotations, one.task))

    def _contested(self) -> dict[str, dict[str, list[Node]]]:
        return {study: tasks for study, tasks in self._nodes.items() if len(tasks) > 1}


def chosen_notice(review: str, left_out: int) -> list[Notice]:
    """What is remarked where marks were left out for a choice."""
    detail = f"Marks of other reviews than {shown(review)} of the same studies; left out."
    return [Notice("other_review", left_out, detail)] if left_out else []


def _reviewer(node: Node) -> str:
    found = node.value.get("creator_id")
    return found if isinstance(found, str) else ""


def _refuse(study: str, tasks: dict[str, list[Node]]) -> None:
    detail = f"The study {shown(study)} has marks of several review tasks; choose one task or reviewer."
    for task, nodes in list(tasks.items())[1:]:
        for node in nodes:
            node.fault(SEVERAL, "task_id", detail, task)
