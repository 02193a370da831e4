"""Truth and predictions made from short lists, put into canonical order by the plainest means."""

import numpy as np

from scoring.predictions import Detections, Probabilities
from scoring.truth import BoxTruth, LabelTruth


def box_truth(rows, *, images=None, labels=None) -> BoxTruth:
    """`rows` are (image, label, x_min, y_min, x_max, y_max); `images` names those without a box too."""
    images = tuple(sorted({row[0] for row in rows} | set(images or ())))
    labels = tuple(labels or sorted({row[1] for row in rows}))
    rows = sorted(rows)
    return BoxTruth(
        images,
        labels,
        np.array([images.index(row[0]) for row in rows], dtype=np.int32),
        np.array([labels.index(row[1]) for row in rows], dtype=np.int32),
        np.array([row[2:] for row in rows], dtype=np.float64).reshape(-1, 4),
    )


def detections(rows, truth: BoxTruth) -> Detections:
    """`rows` are (image, label, score, x_min, y_min, x_max, y_max)."""
    rows = sorted(rows, key=lambda row: (-row[2], row[0], row[1], *row[3:]))
    return Detections(
        truth.image_ids,
        truth.labels,
        np.array([truth.image_ids.index(row[0]) for row in rows], dtype=np.int32),
        np.array([truth.labels.index(row[1]) for row in rows], dtype=np.int32),
        np.array([row[2] for row in rows], dtype=np.float64),
        np.array([row[3:] for row in rows], dtype=np.float64).reshape(-1, 4),
        len(rows),
    )


def label_truth(values, labels=None, images=None) -> LabelTruth:
    """`values` (images, labels) of 0 and 1."""
    values = np.array(values, dtype=np.bool_)
    return LabelTruth(
        tuple(images or (f"image{place:05d}" for place in range(len(values)))),
        tuple(labels or (f"label{place:02d}" for place in range(values.shape[1]))),
        values,
    )


def probabilities(values, truth: LabelTruth) -> Probabilities:
    values = np.array(values, dtype=np.float64)
    return Probabilities(truth.image_ids, truth.labels, values, len(values))


def random_boxes(generator, *, images=12, labels=3, boxes=30, guesses=120, scores=None):
    """Truth and guesses on a coarse grid, where equal overlaps and overlaps on a threshold are common.

    `scores` is how many distinct scores there are; None makes them all different. The last label has no box.
    """
    names = [f"image{place:03d}" for place in range(images)]
    classes = [f"label{place}" for place in range(labels)]

    def box():
        x, y = generator.integers(0, 12, 2)
        width, height = generator.integers(1, 12, 2)
        return float(x), float(y), float(x + width), float(y + height)

    def place(last):
        return names[generator.integers(images)], classes[generator.integers(last)]

    true_rows = [(*place(max(labels - 1, 1)), *box()) for _ in range(boxes)]
    found_rows = []
    distinct = generator.permutation(guesses) / guesses
    for nth in range(guesses):
        score = float(distinct[nth] if scores is None else generator.integers(scores) / scores)
        if true_rows and generator.random() < 0.6:
            image, label, *near = true_rows[generator.integers(len(true_rows))]
            moved = np.array(near) + generator.integers(-1, 2, 4) * generator.choice([0.0, 0.5, 1.0])
            if moved[2] > moved[0] and moved[3] > moved[1]:
                found_rows.append((image, label, score, *moved.tolist()))
                continue
        found_rows.append((*place(labels), score, *box()))
    truth = box_truth(true_rows, images=names, labels=classes)
    return truth, detections(found_rows, truth)


def drawn_again(truth: BoxTruth, found: Detections, counts) -> tuple[BoxTruth, Detections]:
    """The images written out as often as they were drawn (`counts`), under names that keep their order."""
    copies = [
        (place, f"{name}#{copy:03d}") for place, name in enumerate(truth.image_ids) for copy in range(counts[place])
    ]
    true_rows = [
        (name, truth.labels[label], *box.tolist())
        for place, name in copies
        for image, label, box in zip(truth.image, truth.label, truth.box, strict=True)
        if image == place
    ]
    found_rows = [
        (name, found.labels[label], float(score), *box.tolist())
        for place, name in copies
        for image, label, score, box in zip(found.image, found.label, found.score, found.box, strict=True)
        if image == place
    ]
    again = box_truth(true_rows, images=[name for _, name in copies], labels=truth.labels)
    return again, detections(found_rows, again)
