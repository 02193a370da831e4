"""Other labels in the place of a competition's own, sealed as these are."""

from dataclasses import replace

import numpy as np

from competition import vault
from competition.models import GroundTruth, SealedTruth, Split
from tests.factory import IMAGES, LOCAL


def relabel(change):
    """Seal the labels anew, each track changed so: (kind, rows, private images) → rows."""
    truth = GroundTruth.objects.get(state="active")
    labels = vault.open_labels(truth.sealed.box, truth.commitment)
    public = set(vault.open_split(Split.objects.get().sealed.box))
    private = [image for image in IMAGES if image not in public]
    tracks = {}
    for kind, text in labels.tracks.items():
        header, *rows = text.splitlines()
        tracks[kind] = "\n".join([header, *sorted(change(kind, rows, private))]) + "\n"
    sealed = vault.seal_labels(replace(labels, tracks=tracks))
    box = SealedTruth.objects.create(box=sealed.box)
    GroundTruth.objects.filter(pk=truth.pk).update(sealed=box, commitment=sealed.commitment)


def dealt_out(seed):
    """The labels of the private images are dealt out to other images of the private part."""

    def deal(kind, rows, private):
        other = dict(zip(private, np.random.default_rng(seed).permutation(private), strict=True))
        return [f"{other.get(row[:32], row[:32])}{row[32:]}" for row in rows]

    return lambda: relabel(deal)


def drawn_anew(seed):
    """Other labels, and another number of them, on the private images; and one public box that decides nothing."""

    def draw(kind, rows, private):
        rng = np.random.default_rng(seed)
        kept = [row for row in rows if row[:32] not in private]
        if kind == "classification":
            sick = rng.random(len(private)) < rng.uniform(0.2, 0.8)
            return kept + [f"{image},{int(one)},{int(not one)}" for image, one in zip(private, sick, strict=True)]
        places = rng.integers(0, 900, (len(private), 2))
        labels = rng.choice(LOCAL, len(private))
        rows = [
            f"{image},{label},{x}.0,{y}.0,{x + 100}.0,{y + 90}.0"
            for image, label, (x, y) in zip(private, labels, places, strict=True)
        ]
        # Its sides are moved by a pixel: every box that met it still does.
        image, label, *corners = kept[0].split(",")
        return [",".join([image, label, *(str(float(corner) + 1) for corner in corners)]), *kept[1:], *rows]

    return lambda: relabel(draw)
