"""`manage.py create_competition FOLDER`: founds a competition, or applies what has changed in its folder."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from numpy.typing import NDArray

from competition.errors import Refusal
from competition.management.people import organizer_named
from competition.models import Competition, User
from competition.operations.amend import amend, differences
from competition.operations.amend_truth import labels_kept
from competition.operations.choose_labels import why_not_counting
from competition.operations.description import FaultyFolder
from competition.operations.folder import Folder, read_folder
from competition.operations.found import complete, found, public_part
from competition.operations.name_organizers import name_organizers
from competition.operations.preview import lines_about_readers, lines_of, preview
from scoring import Problem, Review

FAULTY_FILE = 3
KEPT = "the labels that count stay as they were"
MOST_SHOWN = 20


class Command(BaseCommand):
    """Exit code 0: done; 3: a file is faulty; 1: anything else. The slug is the last line of the output."""

    help = "Found a competition from a folder with competition.yaml, or apply what has changed in it."

    def add_arguments(self, parser: CommandParser) -> None:
        """The folder and how far to go."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only show what would be done")
        parser.add_argument("--confirm", metavar="SLUG", help="agree to score all submissions again")
        parser.add_argument("--reason", default="", help="why labels or metric change; participants read it")
        parser.add_argument(
            "--hold", action="store_true", help="score everything, and switch the boards on a word only"
        )
        parser.add_argument("--review", metavar="ID", help="the review task or reviewer of an export that counts")
        parser.add_argument("--organizer", metavar="USERNAME", help="who runs the competition")
        parser.add_argument("--rehearsal", action="store_true", help="a new one is hidden, with a clock of its own")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, show, write."""
        try:
            folder = read_folder(options["folder"], review=options["review"])
            self._apply(folder, options)
        except FaultyFolder as faulty:
            self._show_faults(faulty)
            sys.exit(FAULTY_FILE)
        except Refusal as refusal:
            raise CommandError(refusal.detail) from refusal
        self.stdout.write(folder.description.slug)

    def _apply(self, folder: Folder, options: dict[str, Any]) -> None:
        organizer = organizer_named(options["organizer"])
        competition = Competition.objects.filter(slug=folder.description.slug).first()
        if competition is None:
            self._preview(folder, None)
            with transaction.atomic():
                found(folder, organizer=organizer, rehearsal=options["rehearsal"])
                transaction.set_rollback(bool(options["dry_run"]))
            return
        if not competition.ground_truths.exists():
            self._complete(competition, folder, organizer, dry_run=options["dry_run"])
            return
        changes = differences(competition, folder)
        if any(change.remeasures for change in changes):
            self._preview(folder, competition)
        if not options["dry_run"]:
            words = {name: options[name] for name in ("confirm", "reason", "hold")}
            changes = amend(competition, folder, by=organizer, **words)
        for change in changes:
            self.stderr.write(f"  {change}")
        if not changes:
            self.stderr.write("  nothing has changed")
        if organizer is not None and not options["dry_run"]:
            name_organizers(competition, [*competition.organizers.all(), organizer], by=None)

    def _complete(self, competition: Competition, folder: Folder, organizer: User | None, *, dry_run: bool) -> None:
        """A copy that came without hidden labels gets them, and whatever else has changed in its folder."""
        self._preview(folder, None)
        with transaction.atomic():
            complete(competition, folder, organizer=organizer)
            self.stderr.write("  the hidden labels are loaded")
            for change in amend(competition, folder, by=organizer):
                self.stderr.write(f"  {change}")
            transaction.set_rollback(dry_run)

    def _preview(self, folder: Folder, competition: Competition | None) -> None:
        """Counts per label and part and what counts, for the organizer's eyes, on standard error."""
        public = public_part(folder)
        kept = None if competition is None else labels_kept(competition, folder)
        shown = preview(
            folder.truths,
            public=public,
            groups=folder.groups,
            not_counting={kind: self._not_counting(folder, kind, public, kept) for kind in folder.truths},
            remarks=folder.remarks,
        )
        for line in [*lines_of(shown), *lines_about_readers(folder.readers, folder.agreement)]:
            self.stderr.write(f"  {line}")

    def _not_counting(
        self, folder: Folder, kind: str, public: NDArray[np.bool_] | None, kept: dict[str, list[str]] | None
    ) -> dict[str, str]:
        described = folder.description
        reasons = why_not_counting(
            folder.truths[kind],
            public,
            min_positives=described.min_positives,
            not_in_score=described.not_in_score,
        )
        if kept is None:
            return reasons
        others = [label for label in described.tracks[kind].labels if label not in kept[kind]]
        return {label: reasons.get(label, KEPT) for label in others}

    def _show_faults(self, faulty: FaultyFolder) -> None:
        for problem in faulty.problems[:MOST_SHOWN]:
            self.stderr.write(f"{faulty.file}: {_sentence(problem)}")
        if faulty.total > MOST_SHOWN:
            self.stderr.write(f"{faulty.file}: {faulty.total} faults in all")
        for review in faulty.reviews:
            self.stderr.write(f"  --review {review.task!a} or {review.reviewer!a}: {_work(review)}")
        problems = [problem.as_json() for problem in faulty.problems]
        reviews = {"reviews": [review.as_json() for review in faulty.reviews]} if faulty.reviews else {}
        self.stdout.write(json.dumps({"file": faulty.file, "problems": problems, "total": faulty.total, **reviews}))


def _work(review: Review) -> str:
    return f"{review.annotations} annotations of {review.studies} studies that others have marked too"


def _sentence(problem: Problem) -> str:
    place = [f"line {problem.line}"] if problem.line is not None else []
    place += [problem.column] if problem.column else []
    return f"{', '.join(place)}: {problem.detail}" if place else problem.detail
