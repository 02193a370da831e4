"""A competition's own pages: what it is about, its data and terms, its rules."""

from typing import Any

from django.db.models import BinaryField, F, Func, IntegerField
from django.db.models.functions import Substr
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from competition.errors import Refusal
from competition.models import Competition, GroundTruth, Manifest, Split, Team, Track, TrackKind
from competition.operations.enter import has_accepted_terms
from competition.operations.hand_out import refuse_unless_may_download
from competition.web.commands import client_commands
from competition.web.definitions import definitions_of, prevalences_of, told_labels
from competition.web.find import competition_of, frame
from competition.web.next_step import next_step
from competition.web.phases import leaders_of, newest_boards
from competition.web.rules import rules_facts
from competition.web.schedule import schedule_of

FIRST_BYTES = 600
MOST_ANNOUNCEMENTS = 20
MANIFEST_ROWS = 4
COLUMNS_SHOWN = 3


@require_safe
def about(request: HttpRequest, slug: str) -> HttpResponse:
    """What the competition is about, its facts, who leads, and the way in."""
    competition = competition_of(slug, request.user)
    facts = next_step(request, competition)
    facts["schedule"] = schedule_of(competition, facts["times"])
    boards = newest_boards([facts["times"].shown] if facts["times"].shown else [])
    facts["leaders"] = leaders_of(competition, facts["times"].shown, boards, places=3)
    facts["announcements"] = competition.announcements.all()[:MOST_ANNOUNCEMENTS]
    facts["team_count"] = Team.objects.living().filter(competition=competition).count()
    return render(request, "competition/about.html", frame(request, competition, "about") | facts)


@require_safe
def data(request: HttpRequest, slug: str) -> HttpResponse:
    """The files to download, their form, how common labels are in public data, the hidden labels' commitment."""
    competition = competition_of(slug, request.user)
    obstacle = _obstacle_to_files(request, competition)
    head, size = _head_of_manifest(competition)
    if obstacle:
        head = ["image_id"]
    definitions = definitions_of(competition)
    facts = next_step(request, competition) | {
        "obstacle": obstacle,
        "handouts": competition.handouts.defer("content"),
        "manifest_head": "\n".join(head),
        "manifest_size": size,
        "site": f"{request.scheme}://{request.get_host()}",
        "client_commands": client_commands(request, competition),
        "examples": [(track, _example(track, head)) for track in competition.tracks.all()],
        "definitions": definitions,
        "prevalences": prevalences_of(_labels_of(competition), definitions),
        "truth": GroundTruth.objects.active().filter(competition=competition).first(),
    }
    facts |= _terms_facts(request, competition)
    return render(request, "competition/data.html", frame(request, competition, "data") | facts)


@require_safe
def labels(request: HttpRequest, slug: str) -> HttpResponse:
    """What each label means, as its paper or the organizers tell it."""
    competition = competition_of(slug, request.user)
    definitions = definitions_of(competition)
    tracks = [(track, told_labels(competition, track, definitions)) for track in competition.tracks.all()]
    facts = {"definitions": definitions, "tracks": tracks} | next_step(request, competition)
    return render(request, "competition/labels.html", frame(request, competition, "data") | facts)


@require_safe
def terms(request: HttpRequest, slug: str) -> HttpResponse:
    """The data use agreement in its present version."""
    competition = competition_of(slug, request.user)
    facts = _terms_facts(request, competition) | next_step(request, competition)
    return render(request, "competition/terms.html", frame(request, competition, "data") | facts)


@require_safe
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """Phases, limits, what counts, how ranks come about, and what a good file is."""
    competition = competition_of(slug, request.user)
    truth = GroundTruth.objects.active().filter(competition=competition).first()
    facts = next_step(request, competition) | {
        "has_split": Split.objects.filter(competition=competition).exists(),
        "truth": truth,
        "tracks": _labels_that_count(competition, truth),
        "counting_is_secret": not competition.tells_what_counts(),
    }
    facts |= rules_facts(request, competition)
    return render(request, "competition/rules.html", frame(request, competition, "rules") | facts)


def _obstacle_to_files(request: HttpRequest, competition: Competition) -> str:
    """Why the person can't download the files now; empty where it can."""
    try:
        refuse_unless_may_download(request.user, competition)
    except Refusal as refusal:
        return refusal.detail
    return ""


def _terms_facts(request: HttpRequest, competition: Competition) -> dict[str, Any]:
    return {
        "terms": competition.current_terms(),
        "accepted": request.user.is_authenticated and has_accepted_terms(request.user, competition),
    }


def _labels_of(competition: Competition) -> list[str]:
    return list(dict.fromkeys(label for track in competition.tracks.all() for label in track.labels))


def _labels_that_count(competition: Competition, truth: GroundTruth | None) -> list[dict[str, Any]]:
    measures = {measure.track_id: measure for measure in truth.tracks.all()} if truth else {}
    found = []
    for track in competition.tracks.all():
        counting = measures[track.pk].scored_labels if track.pk in measures else track.labels
        others = [label for label in track.labels if label not in counting]
        found.append({"track": track, "counting": counting, "others": others})
    return found


def _head_of_manifest(competition: Competition) -> tuple[list[str], int]:
    """The first whole lines of the manifest, without reading all of it, and its size in bytes."""
    start = Substr("content", 1, FIRST_BYTES, output_field=BinaryField())
    size = Func(F("content"), function="octet_length", output_field=IntegerField())
    head, size = Manifest.objects.filter(competition=competition).values_list(start, size).get()
    lines = bytes(head).decode("utf-8-sig", errors="replace").splitlines()
    return lines[: min(MANIFEST_ROWS, len(lines) - 1 or 1)], size


def _example(track: Track, manifest: list[str]) -> str:
    """A few rows of a file for the track, with the competition's own images and labels."""
    column = manifest[0].split(",").index("image_id") if "image_id" in manifest[0].split(",") else 0
    images = [line.split(",")[column] for line in manifest[1:]] or ["an_image"]
    if track.kind == TrackKind.CLASSIFICATION:
        return _classification_example(track.labels, images)
    rows = ["image_id,class_name,score,x_min,y_min,x_max,y_max"]
    rows += [f"{images[0]},{_cell(track.labels[0])},0.87,691,1375,1653,1831"]
    rows += [f"{images[0]},{_cell(track.labels[-1])},0.31,1264,743,1611,1019"]
    rows += [f"{image},No finding,,,,," for image in images[1:2]]
    return "\n".join(rows)


def _classification_example(labels: list[str], images: list[str]) -> str:
    """All columns where they are few; else the first ones, and an ellipsis for the rest."""
    shown = labels if len(labels) <= COLUMNS_SHOWN * 2 else labels[:COLUMNS_SHOWN]
    rest = "" if shown == labels else ",…"
    rows = ["image_id," + ",".join(map(_cell, shown)) + rest]
    for row, image in enumerate(images):
        values = (f"{(7 * row + 3 * column + 2) % 97 / 100:.2f}" for column in range(len(shown)))
        rows.append(f"{image}," + ",".join(values) + rest)
    return "\n".join(rows)


def _cell(label: str) -> str:
    return f'"{label}"' if "," in label else label
