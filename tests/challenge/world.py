"""The simulated images: what is really on them, what the first ground truth says, and what the corrected one says."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

SIDE = 1024
BOXED = {
    "Cardiomegaly": 0.30,
    "Pleural effusion": 0.24,
    "Nodule/Mass": 0.18,
    "Calcification": 0.12,
    "Pneumothorax": 0.07,
    "Clavicle fracture": 0.015,
}
GLOBAL = {"Pneumonia": 0.30, "Tuberculosis": 0.12, "Lung tumor": 0.08, "COPD": 0.015}
"""Label → share of the images that have it. The last of each is too rare to count."""
LABELS = {"detection": list(BOXED), "classification": [*GLOBAL, "No finding"]}
MIN_POSITIVES = 10
FEWEST_ON_PUBLIC_PART = 3
CORRECTED = 12
"""On so many images the first ground truth is wrong, in each track."""


@dataclass(frozen=True)
class Truth:
    """One version of the labels. boxes: image_id, class_name, x_min … y_max; labels: by image, one 0/1 column each."""

    boxes: pd.DataFrame
    labels: pd.DataFrame


@dataclass(frozen=True)
class World:
    """Images with their patients, and two versions of the labels: the first, and what is right."""

    images: list[str]
    patients: dict[str, str]
    first: Truth
    right: Truth

    def positives(self, track: str, images: set[str]) -> dict[str, int]:
        """How many of the images have each label, by the first ground truth."""
        if track == "detection":
            found = self.first.boxes[self.first.boxes.image_id.isin(images)]
            counted = found.groupby("class_name").image_id.nunique()
            return {label: int(counted.get(label, 0)) for label in BOXED}
        table = self.first.labels.loc[[image for image in self.images if image in images]]
        return {label: int(table[label].sum()) for label in LABELS[track]}

    def labels_that_count(self, track: str, public: set[str]) -> list[str]:
        """Those with enough positive images on both parts."""
        on_public = self.positives(track, public)
        on_private = self.positives(track, set(self.images) - public)
        return [
            label
            for label in LABELS[track]
            if on_public[label] >= FEWEST_ON_PUBLIC_PART and on_private[label] >= MIN_POSITIVES
        ]


def draw_world(seed: int, images: int) -> World:
    """Draw it; the same seed gives the same."""
    rng = np.random.default_rng([seed, 1])
    names = [rng.bytes(16).hex() for _ in range(images)]
    patients, patient = {}, 0
    for name in names:
        patient += int(rng.random() < 0.7)
        patients[name] = f"p{patient:05d}"
    right = Truth(_draw_boxes(rng, names), _draw_labels(rng, names))
    return World(names, patients, _spoil(rng, names, right), right)


def _draw_boxes(rng: np.random.Generator, names: list[str]) -> pd.DataFrame:
    rows = []
    for name in names:
        for label, share in BOXED.items():
            if rng.random() < share:
                rows += [(name, label, *_box(rng)) for _ in range(1 + int(rng.random() < 0.3))]
    return pd.DataFrame(rows, columns=["image_id", "class_name", "x_min", "y_min", "x_max", "y_max"])


def _box(rng: np.random.Generator) -> tuple[float, float, float, float]:
    width, height = rng.integers(60, 320, size=2)
    x, y = rng.integers(0, SIDE - 330, size=2)
    return float(x), float(y), float(x + width), float(y + height)


def _draw_labels(rng: np.random.Generator, names: list[str]) -> pd.DataFrame:
    table = pd.DataFrame({label: (rng.random(len(names)) < share).astype(int) for label, share in GLOBAL.items()})
    table["No finding"] = (table.sum(axis=1) == 0).astype(int)
    return table.set_index(pd.Index(names, name="image_id"))


def _spoil(rng: np.random.Generator, names: list[str], right: Truth) -> Truth:
    """The faults of the first ground truth: boxes that were missed, boxes that are not there, labels that are wrong."""
    common = right.boxes[right.boxes.class_name.isin(list(BOXED)[:3])]
    missed = rng.choice(common.index.to_numpy(), CORRECTED // 2, replace=False)
    places = rng.choice(len(names), CORRECTED // 2, replace=False)
    made_up = [(names[place], list(BOXED)[number % 3], *_box(rng)) for number, place in enumerate(places)]
    boxes = pd.concat(
        [right.boxes.drop(index=missed), pd.DataFrame(made_up, columns=right.boxes.columns)], ignore_index=True
    )
    labels = right.labels.copy()
    for number, place in enumerate(rng.choice(len(names), CORRECTED, replace=False)):
        label = list(GLOBAL)[number % 2]
        labels.iloc[place, labels.columns.get_loc(label)] ^= 1
    labels["No finding"] = (labels[list(GLOBAL)].sum(axis=1) == 0).astype(int)
    return Truth(boxes, labels)


def truth_files(world: World, truth: Truth) -> dict[str, bytes]:
    """A version as an organizer has it: one CSV per track, and the groups."""
    empty = sorted(set(world.images) - set(truth.boxes.image_id))
    lines = [",".join(map(str, row)) for row in truth.boxes.itertuples(index=False)]
    lines += [f"{image},No finding,,,," for image in empty]
    annotations = "image_id,class_name,x_min,y_min,x_max,y_max\n" + "\n".join(lines) + "\n"
    groups = "image_id,group\n" + "".join(f"{image},{patient}\n" for image, patient in world.patients.items())
    return {
        "detection": annotations.encode(),
        "classification": truth.labels.to_csv(lineterminator="\n").encode(),
        "groups": groups.encode(),
    }


def write_folder(folder: Path, world: World, description: dict[str, object]) -> Path:
    """The competition's folder; the description names phases and all else that is not about files."""
    folder.mkdir(parents=True)
    files = truth_files(world, world.first)
    (folder / "annotations.csv").write_bytes(files["detection"])
    (folder / "image_labels.csv").write_bytes(files["classification"])
    (folder / "groups.csv").write_bytes(files["groups"])
    (folder / "terms.md").write_text("# Terms\n\nUse it for this challenge only.\n")
    (folder / "manifest.csv").write_text(
        "image_id,width,height\n" + "".join(f"{image},{SIDE},{SIDE}\n" for image in world.images)
    )
    tracks = {
        "detection": {"labels": LABELS["detection"], "truth": "annotations.csv", "metric": "voc2010@0.4"},
        "classification": {"labels": LABELS["classification"], "truth": "image_labels.csv", "metric": "auroc"},
    }
    whole = {
        "terms": {"version": "1", "text": "terms.md"},
        "manifest": "manifest.csv",
        "groups": "groups.csv",
        "tracks": tracks,
        "min_positives": MIN_POSITIVES,
        **description,
    }
    (folder / "competition.yaml").write_text(yaml.safe_dump(whole))
    return folder
