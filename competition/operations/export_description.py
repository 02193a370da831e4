"""A competition's description goes back into the form of a folder, without anything that is to stay hidden.

`create_competition` of the folder gives the same competition, once its owner has put the hidden files beside it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from competition.models import Board, Competition, GroundTruth, Manifest, Phase, Split
from competition.operations.describe_definitions import definitions_in
from competition.operations.description import Description
from competition.operations.folder import Folder
from scoring import read_manifest, write_definitions

TRUTH_FILES = {"detection": "annotations.csv", "classification": "image_labels.csv"}
GROUPS_FILE = "groups.csv"
DEFINITIONS_FILE = "definitions.csv"
TO_FILL_IN = {"public": None, "seed": None}
"""A split is secret and kept as a hash: the file is refused until its share and seed are written in again."""
COPIED_AS_THEY_ARE = (
    "notice",
    "citation",
    "bibtex",
    "embargo_until",
    "reference_rows",
    "team_size",
    "merge_until",
    "entry_until",
    "external_data_until",
    "files_need_entry",
    "min_positives",
    "not_in_score",
)


def folder_of(competition: Competition) -> Folder:
    """All that the competition's folder says but its hidden labels, their groups and their split."""
    terms, rules = competition.current_terms(), competition.rules_versions.order_by("-number").first()
    content = bytes(Manifest.objects.values_list("content", flat=True).get(competition=competition))
    return Folder(
        description=Description.model_validate(_words_of(competition)),
        about=competition.about,
        terms=terms.text if terms else "",
        manifest=read_manifest(content),
        truths={},
        groups=None,
        handouts={handout.name: bytes(handout.content) for handout in competition.handouts.all()},
        rules_page=rules.text if rules else "",
        definitions=definitions_in(competition.definitions),
    )


def yaml_of(competition: Competition) -> str:
    """`competition.yaml`, with a comment on what has to be put beside it."""
    words = Description.model_validate(_words_of(competition)).model_dump(
        mode="json", by_alias=True, exclude_defaults=True
    )
    if Split.objects.filter(competition=competition).exists():
        words["split"] = TO_FILL_IN
    text = yaml.safe_dump(words, sort_keys=False, allow_unicode=True, width=120)
    return "".join(f"# {line}\n" for line in _remarks(words)) + text


def files_of(competition: Competition) -> Iterator[tuple[str, bytes]]:
    """The files of the folder, by name: none holds a label of the test images."""
    folder = folder_of(competition)
    yield "competition.yaml", yaml_of(competition).encode()
    yield "manifest.csv", bytes(Manifest.objects.values_list("content", flat=True).get(competition=competition))
    for entry, name, text in (
        (folder.description.about, "about.md", folder.about),
        (folder.description.terms, "terms.md", folder.terms),
        (folder.description.rules_page, "rules.md", folder.rules_page),
    ):
        if entry is not None:
            yield name, text.encode()
    if folder.definitions:
        yield DEFINITIONS_FILE, write_definitions(folder.definitions)
    yield from folder.handouts.items()


def export_folder(competition: Competition, path: Path) -> None:
    """Write the files into a folder, which is made where it is not there; what is in it already is not overwritten."""
    path.mkdir(parents=True, exist_ok=True)
    for name, content in files_of(competition):
        with (path / name).open("xb") as file:
            file.write(content)


def _words_of(competition: Competition) -> dict[str, Any]:
    """What `competition.yaml` says."""
    truth = GroundTruth.objects.active().filter(competition=competition).first()
    terms, rules = competition.current_terms(), competition.rules_versions.order_by("-number").first()
    words = {name: getattr(competition, name) for name in COPIED_AS_THEY_ARE}
    words |= {
        "slug": competition.slug,
        "title": competition.title,
        "about": "about.md" if competition.about else None,
        "terms": terms and {"version": terms.version, "text": "terms.md"},
        "approval": None if competition.questions is None else {"questions": competition.questions},
        "files": list(competition.handouts.values_list("name", flat=True)),
        "rules": competition.rules or None,
        "overrides": truth.overrides if truth else {},
        "review": truth.review if truth else "",
        "manifest": "manifest.csv",
        "tracks": {
            track.kind: {"labels": track.labels, "truth": TRUTH_FILES[track.kind], "metric": track.metric}
            for track in competition.tracks.order_by("pk")
        },
        "groups": GROUPS_FILE if truth and truth.grouped else None,
        "declarations": {"required": competition.declarations_required, "public": competition.declarations_public},
        "phases": [_phase(phase) for phase in Phase.every.filter(competition=competition).order_by("opens_at", "pk")],
        "brackets": [
            {
                "key": bracket.key,
                "title": bracket.title,
                "phase": bracket.phase.key,
                "track": bracket.track.kind,
                "eligibility": bracket.eligibility,
                "prizes": bracket.prizes,
            }
            for bracket in competition.brackets.select_related("phase", "track")
        ],
    }
    if competition.definitions is not None:
        kept = competition.definitions
        words["definitions"] = {"file": DEFINITIONS_FILE, "images": kept["images"], "source": kept["source"]}
    if rules is not None:
        words["rules_page"] = {"version": rules.version, "text": "rules.md", "notice_days": rules.notice_days}
    return words


def _phase(phase: Phase) -> dict[str, Any]:
    late = phase.late_total_limit is not None
    return {
        "key": phase.key,
        "title": phase.title,
        "opens_at": phase.opens_at,
        "closes_at": phase.closes_at,
        "daily_limit": phase.daily_limit,
        "total_limit": phase.total_limit,
        "select": phase.most_selected,
        "draft": phase.draft,
        "publication": "automatic" if phase.publishes_itself else "manual",
        "late": {"daily_limit": phase.late_daily_limit, "total_limit": phase.late_total_limit} if late else None,
        "shows": _shown_while_it_ran(phase),
        "detail": phase.detail,
    }


def _shown_while_it_ran(phase: Phase) -> str:
    """Publishing the final board changes what a phase shows; its first board tells what it showed before."""
    if phase.revealed_at is None:
        return phase.shows
    first = Board.objects.filter(phase=phase).order_by("version").values_list("shows", flat=True).first()
    return first or "public"


def _remarks(words: dict[str, Any]) -> Iterator[str]:
    hidden = [track["truth"] for track in words["tracks"].values()]
    hidden += [words["groups"]] if "groups" in words else []
    yield f"Hidden, so not in this folder; put them beside this file: {', '.join(hidden)}"
    if "split" in words:
        yield "Fill in share and seed of the split; with other ones other images are public."
