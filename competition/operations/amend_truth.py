"""What a competition's folder has other labels, images or metrics in, and the version of the truth that comes of it."""

from competition.errors import Conflict
from competition.lifecycle import TruthState
from competition.models import Competition, GroundTruth, Manifest, Split, Track, User
from competition.operations.amend_notes import Notes
from competition.operations.folder import Folder
from competition.operations.found import measures_of, texts_of, write_images
from competition.operations.stage import Measure, are_the_same, labels_of, seal, stage

COUNTED_BY = ("min_positives", "not_in_score")
"""What of a competition's texts decides which labels count."""


def compare_truth(competition: Competition, folder: Folder, found: Notes) -> None:
    """Note other images, labels, metrics and truths: each makes a new version of the ground truth."""
    manifest = Manifest.objects.get(competition=competition)
    found.note("manifest", manifest.images, len(folder.manifest.image_ids), remeasures=True)
    for kind, entry in folder.description.tracks.items():
        track = competition.tracks.filter(kind=kind).first()
        found.note(f"{kind} labels", track and track.labels, list(entry.labels), remeasures=True)
        found.note(f"{kind} metric", track and track.metric, entry.metric, remeasures=True)
    labels = labels_of(folder.truths, folder.manifest.image_ids, folder.groups)
    if not are_the_same(labels, _latest_truth(competition)):
        found.note("truth", "the labels that are loaded", "other labels", remeasures=True)


def labels_kept(competition: Competition, folder: Folder) -> dict[str, list[str]] | None:
    """The labels that go on counting, by track; None where they are counted anew.

    They stay as they were, but for those that are gone or excluded now. Without a split they are counted anew when the
    labels or the rule have changed. With one, only the workers can tell on which part an image is, so a label that
    comes later is reported and does not count.
    """
    entries, texts = folder.description.tracks, texts_of(folder)
    labels = {track.kind: track.labels for track in competition.tracks.all()}
    same = all(labels.get(kind) == list(entry.labels) for kind, entry in entries.items())
    same = same and all(getattr(competition, name) == texts[name] for name in COUNTED_BY)
    if not same and not Split.objects.filter(competition=competition).exists():
        return None
    previous, excluded = _scored_before(competition), set(folder.description.not_in_score)
    return {
        kind: [label for label in previous.get(kind, []) if label in entry.labels and label not in excluded]
        for kind, entry in entries.items()
    }


def amend_truth(
    competition: Competition,
    folder: Folder,
    kept: dict[str, list[str]] | None,
    *,
    by: User | None,
    reason: str,
    hold: bool,
) -> None:
    """Write images and tracks as the folder has them, and stage its labels. kept: as `labels_kept` said before that."""
    labels = labels_of(folder.truths, folder.manifest.image_ids, folder.groups)
    sealed = seal(labels, folder.overrides, folder.description.review)
    _amend_tracks(competition, folder)
    stage(competition, sealed, _measures(competition, folder, kept), by=by, reason=reason, hold=hold)


def _amend_tracks(competition: Competition, folder: Folder) -> None:
    write_images(competition, folder)
    competition.tracks.exclude(kind__in=folder.description.tracks).delete()
    for kind, entry in folder.description.tracks.items():
        Track.objects.update_or_create(
            competition=competition,
            kind=kind,
            defaults={"labels": list(entry.labels), "metric": entry.metric},
        )


def _measures(competition: Competition, folder: Folder, kept: dict[str, list[str]] | None) -> list[Measure]:
    if kept is None:
        return measures_of(competition, folder, None)
    measures = []
    for kind, entry in folder.description.tracks.items():
        if not kept[kind]:
            raise Conflict("no_label_counts", f"No label of the {kind} track would count any more.")
        track = competition.tracks.get(kind=kind)
        measures.append(Measure(track, list(entry.labels), entry.metric, kept[kind]))
    return measures


def _latest_truth(competition: Competition) -> GroundTruth:
    """The version that is being prepared, or else the active one."""
    living = GroundTruth.objects.scored_against().filter(competition=competition)
    return living.filter(state=TruthState.STAGED).first() or living.get()


def _scored_before(competition: Competition) -> dict[str, list[str]]:
    measures = _latest_truth(competition).tracks.select_related("track")
    return {measure.track.kind: measure.scored_labels for measure in measures}
