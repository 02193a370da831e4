"""What has changed in a competition's folder is shown, and applied."""

import hashlib
from dataclasses import dataclass, field

from django.contrib.auth.hashers import check_password
from django.db import transaction

from competition.errors import Conflict
from competition.models import Competition, Manifest, Split, Submission, User
from competition.operations.amend_fair_play import compare_brackets, texts_to_apply, write_brackets
from competition.operations.amend_phases import amend_phases, compare_phases
from competition.operations.amend_rules import amend_rules, compare_rules
from competition.operations.amend_truth import COUNTED_BY, amend_truth, compare_truth, labels_kept
from competition.operations.audit import write_down
from competition.operations.folder import Folder
from competition.operations.found import add_terms, split_words, texts_of
from competition.operations.hand_out import fingerprints_of, write_handouts
from scoring import write_manifest


@dataclass(frozen=True)
class Change:
    """One difference between a competition and its folder, as a person reads it."""

    what: str
    before: str
    after: str
    remeasures: bool = False
    """Whether it makes a new version of the ground truth."""

    def __str__(self) -> str:
        return f"{self.what}: {self.before} → {self.after}"


@dataclass
class _Differences:
    changes: list[Change] = field(default_factory=list)

    def note(self, what: str, before: object, after: object, *, remeasures: bool = False) -> None:
        if before != after:
            self.changes.append(Change(what, _short(before), _short(after), remeasures))


def differences(competition: Competition, folder: Folder) -> list[Change]:
    """What applying the folder would change; refuses what can't be changed."""
    _refuse_the_impossible(competition, folder)
    found = _Differences()
    for name, value in texts_to_apply(competition, texts_of(folder)).items():
        found.note(name, getattr(competition, name), value, remeasures=name in COUNTED_BY)
    _compare_terms(competition, folder, found)
    compare_rules(competition, folder, found)
    compare_phases(competition, folder, found)
    compare_brackets(competition, folder.description.brackets, found)
    _compare_handouts(competition, folder, found)
    compare_truth(competition, folder, found)
    return found.changes


@transaction.atomic
def amend(
    competition: Competition,
    folder: Folder,
    *,
    confirm: str | None = None,
    by: User | None = None,
    reason: str = "",
    hold: bool = False,
) -> list[Change]:
    """Apply the folder. What re-scores submissions needs the competition's slug as confirmation.

    reason: why the labels or the metric change; participants read it. hold: the boards wait for an organizer's word.
    """
    changes = differences(competition, folder)
    if hold:
        _refuse_what_can_not_be_held(changes)
    remeasures = any(change.remeasures for change in changes)
    if remeasures:
        _refuse_unless_confirmed(competition, confirm)
    if not changes:
        return changes
    kept = labels_kept(competition, folder)
    Competition.objects.filter(pk=competition.pk).update(**texts_to_apply(competition, texts_of(folder)))
    _amend_terms(competition, folder)
    rules = amend_rules(competition, folder, by=by)
    write_handouts(competition, folder.handouts)
    amend_phases(competition, folder)
    write_brackets(competition, folder.description.brackets)
    if remeasures:
        amend_truth(competition, folder, kept, by=by, reason=reason.strip(), hold=hold)
    facts: dict[str, object] = {"changes": [str(change) for change in changes], **rules}
    if remeasures and folder.overrides:
        facts["overrides"] = folder.overrides
    if remeasures and folder.description.review:
        facts["review"] = folder.description.review
    write_down(competition, by, "amend", competition.slug, reason=reason.strip(), **facts)
    return changes


def _refuse_unless_confirmed(competition: Competition, confirm: str | None) -> None:
    if _has_submissions(competition) and confirm != competition.slug:
        raise Conflict(
            "not_confirmed",
            f"This makes a new version of the ground truth and scores all submissions again; "
            f"confirm with --confirm {competition.slug}.",
        )


def _has_submissions(competition: Competition) -> bool:
    return Submission.objects.filter(team__competition=competition).exists()


def _refuse_the_impossible(competition: Competition, folder: Folder) -> None:
    split = Split.objects.filter(competition=competition).first()
    words = split_words(folder.description)
    if (split is None) != (words == "") or (split is not None and not check_password(words, split.fingerprint)):
        raise Conflict("split_changed", "The split of a competition never changes; restore it in competition.yaml.")
    if split is not None and competition.min_positives != folder.description.min_positives:
        raise Conflict("split_changed", "With a split, min_positives stays as it was when the truth was first loaded.")
    submissions = _has_submissions(competition)
    manifest = Manifest.objects.get(competition=competition)
    if (submissions or split) and bytes(manifest.content) != write_manifest(folder.manifest):
        raise Conflict("manifest_changed", "There are submissions or a split for these images; the manifest stays.")
    if not submissions:
        return
    gone = set(competition.tracks.values_list("kind", flat=True)) - set(folder.description.tracks)
    if gone:
        raise Conflict("track_removed", f"There are submissions; the {gone.pop()} track can't be removed.")


def _compare_terms(competition: Competition, folder: Folder, found: _Differences) -> None:
    terms, current = folder.description.terms, competition.current_terms()
    if terms is None:
        if current is not None:
            raise Conflict("terms_removed", "Terms that were published can be followed by a new version, not removed.")
        return
    if current is not None and current.version == terms.version and current.text != folder.terms:
        raise Conflict("terms_changed", "The text of the terms has changed; give it a new version.")
    found.note("terms", current and current.version, terms.version)


def _compare_handouts(competition: Competition, folder: Folder, found: _Differences) -> None:
    before = fingerprints_of(competition)
    after = {name: hashlib.sha256(content).hexdigest() for name, content in folder.handouts.items()}
    for name in sorted({**before, **after}):
        found.note(f"file {name}", before.get(name, "none"), after.get(name, "none"))


def _amend_terms(competition: Competition, folder: Folder) -> None:
    terms, current = folder.description.terms, competition.current_terms()
    if terms is not None and (current is None or current.version != terms.version):
        add_terms(competition, folder)


def _refuse_what_can_not_be_held(changes: list[Change]) -> None:
    """Files are checked against a track's labels at once, so only labels and metrics of the same tracks can wait."""
    for change in changes:
        if change.remeasures and change.what != "truth" and not change.what.endswith(" metric"):
            raise Conflict("not_to_be_held", f"A change of {change.what} can't be held; apply it without --hold.")


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
