"""A competition is founded from a folder."""

import hashlib

import numpy as np
from django.contrib.auth.hashers import make_password
from django.db import transaction
from numpy.typing import NDArray

from competition import vault
from competition.errors import Conflict, Invalid
from competition.models import Competition, Manifest, Phase, SealedSplit, Split, Terms, Track, User
from competition.operations.amend_fair_play import write_brackets
from competition.operations.audit import write_down
from competition.operations.choose_labels import labels_that_count
from competition.operations.describe_definitions import kept_definitions
from competition.operations.describe_phases import PhaseEntry
from competition.operations.describe_rules import add_rules_of
from competition.operations.description import Description
from competition.operations.folder import Folder
from competition.operations.hand_out import write_handouts
from competition.operations.stage import Measure, labels_of, seal, stage
from scoring import draw_split, write_manifest


@transaction.atomic
def found(folder: Folder, *, organizer: User | None = None, rehearsal: bool = False) -> Competition:
    """Write a new competition, whole or not at all: texts, images, tracks, split, phases and sealed truth.

    A rehearsal is hidden, has a clock of its own, and may be deleted.
    """
    competition = write_described(folder, organizer=organizer, hidden=rehearsal, rehearsal=rehearsal)
    write_down(competition, organizer, "found", competition.slug, **_load_labels(competition, folder, organizer))
    return competition


@transaction.atomic
def complete(competition: Competition, folder: Folder, *, organizer: User | None = None) -> None:
    """Give a copy that came without hidden labels its own: the truth, and the split where the folder has one."""
    if competition.ground_truths.exists():
        raise Conflict("has_truth", "This competition has its labels; what replaces them is a new version.")
    write_down(competition, organizer, "load_labels", competition.slug, **_load_labels(competition, folder, organizer))


def write_described(folder: Folder, *, organizer: User | None, **facts: object) -> Competition:
    """All of a new competition but its hidden labels. facts: further fields of its own."""
    description = folder.description
    competition = Competition.objects.create(slug=description.slug, **texts_of(folder), **facts)
    if organizer is not None:
        competition.organizers.add(organizer)
    write_images(competition, folder)
    add_terms(competition, folder)
    if description.rules_page is not None:
        add_rules_of(competition, description.rules_page, folder.rules_page, by=organizer)
    write_handouts(competition, folder.handouts)
    for kind, entry in description.tracks.items():
        Track.objects.create(competition=competition, kind=kind, labels=list(entry.labels), metric=entry.metric)
    for phase in description.phases:
        Phase.every.create(competition=competition, key=phase.key, draft=phase.draft, **phase_facts(phase))
    write_brackets(competition, description.brackets)
    return competition


def _load_labels(competition: Competition, folder: Folder, organizer: User | None) -> dict[str, object]:
    """Draw and seal the split, seal the truth; what the audit keeps of it."""
    description, public = folder.description, public_part(folder)
    facts: dict[str, object] = {}
    if public is not None:
        facts["split_commitment"] = _seal_split(competition, folder, public)
    measures = measures_of(competition, folder, public)
    sealed = seal(
        labels_of(folder.truths, folder.manifest.image_ids, folder.groups), folder.overrides, description.review
    )
    truth = stage(competition, sealed, measures, by=organizer)
    facts["commitment"] = truth.commitment
    if folder.overrides:
        facts["overrides"] = folder.overrides
    if description.review:
        facts["review"] = description.review
    return facts


def texts_of(folder: Folder) -> dict[str, object]:
    """The competition's own fields."""
    description = folder.description
    return {
        "title": description.title,
        "about": folder.about,
        "definitions": kept_definitions(description.definitions, folder.definitions),
        "notice": description.notice,
        "citation": description.citation,
        "bibtex": description.bibtex,
        "embargo_until": description.embargo_until,
        "reference_rows": [row.model_dump() for row in description.reference_rows],
        "team_size": description.team_size,
        "entry_until": description.entry_until,
        "merge_until": description.merge_until,
        "external_data_until": description.external_data_until,
        "declarations_required": description.declarations.required,
        "declarations_public": description.declarations.public,
        "questions": None if description.approval is None else list(description.approval.questions),
        "files_need_entry": description.files_need_entry,
        "rules": description.rules or "",
        "min_positives": description.min_positives,
        "not_in_score": list(description.not_in_score),
    }


def phase_facts(phase: PhaseEntry) -> dict[str, object]:
    """A phase's fields, but for its key and whether it is a draft."""
    return {
        **phase.model_dump(exclude={"key", "draft", "publication", "late"}),
        "publishes_itself": phase.publication == "automatic",
        "late_daily_limit": phase.late and phase.late.daily_limit,
        "late_total_limit": phase.late and phase.late.total_limit,
    }


def write_images(competition: Competition, folder: Folder) -> None:
    """Write the public list of images."""
    content = write_manifest(folder.manifest)
    Manifest.objects.update_or_create(
        competition=competition,
        defaults={
            "content": content,
            "sha256": hashlib.sha256(content).hexdigest(),
            "images": len(folder.manifest.image_ids),
        },
    )


def add_terms(competition: Competition, folder: Folder) -> None:
    """Add the folder's version of the terms, if it has any."""
    if folder.description.terms is None:
        return
    Terms.objects.create(
        competition=competition,
        version=folder.description.terms.version,
        text=folder.terms,
        sha256=hashlib.sha256(folder.terms.encode()).hexdigest(),
        published_at=competition.now(),
    )


def public_part(folder: Folder) -> NDArray[np.bool_] | None:
    """Draw the split: (images,) in the manifest's order; None when everything is public."""
    split = folder.description.split
    if split is None:
        return None
    positive = np.concatenate([truth.positive_images() for truth in folder.truths.values()], axis=1)
    return draw_split(positive, folder.groups, public_share=split.public, seed=split.seed)


def split_words(description: Description) -> str:
    """The split's settings as one text, for its fingerprint."""
    return "" if description.split is None else f"{description.split.public!r} {description.split.seed}"


def measures_of(competition: Competition, folder: Folder, public: NDArray[np.bool_] | None) -> list[Measure]:
    """How each track is measured; refuses a track on which no label counts."""
    measures = []
    for kind, entry in folder.description.tracks.items():
        scored = labels_that_count(
            folder.truths[kind],
            public,
            min_positives=folder.description.min_positives,
            not_in_score=folder.description.not_in_score,
        )
        if not scored:
            raise Invalid(
                "no_label_counts",
                f"No label of the {kind} track has at least {folder.description.min_positives} positive images "
                "(3 on a public part) and a negative one; lower min_positives or load more images.",
                field=f"tracks.{kind}.truth",
            )
        track = competition.tracks.get(kind=kind)
        measures.append(Measure(track, list(entry.labels), entry.metric, scored))
    return measures


def _seal_split(competition: Competition, folder: Folder, public: NDArray[np.bool_]) -> str:
    """Seal the split, and return the commitment to it."""
    images = [image for image, is_public in zip(folder.manifest.image_ids, public, strict=True) if is_public]
    if not 0 < len(images) < len(folder.manifest.image_ids):
        raise Invalid("empty_part", "One part of the split would have no image.", field="split.public")
    split = Split.objects.create(competition=competition, fingerprint=make_password(split_words(folder.description)))
    sealed = vault.seal_split(images)
    SealedSplit.objects.create(split=split, box=sealed.box)
    return sealed.commitment
