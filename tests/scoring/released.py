"""Made-up files in the very form of the two released VinDr-CXR test files: names, columns, empty coordinates."""

import hashlib

import numpy as np

HEADER_OF_BOXES = "image_id,class_name,x_min,y_min,x_max,y_max"
COLUMNS = (
    "Aortic enlargement",
    "Atelectasis",
    "Calcification",
    "Cardiomegaly",
    "Clavicle fracture",
    "Consolidation",
    "Edema",
    "Emphysema",
    "Enlarged PA",
    "ILD",
    "Infiltration",
    "Lung Opacity",
    "Lung cavity",
    "Lung cyst",
    "Mediastinal shift",
    "Nodule/Mass",
    "Pleural effusion",
    "Pleural thickening",
    "Pneumothorax",
    "Pulmonary fibrosis",
    "Rib fracture",
    "Other lesion",
    "COPD",
    "Lung tumor",
    "Pneumonia",
    "Tuberculosis",
    "Other disease",
    "No finding",
)
"""Of `image_labels_test.csv`: `Other disease` here, `Other diseases` in the training file and the paper."""
LOCAL_SHARES = {"Aortic enlargement": 0.2, "Cardiomegaly": 0.25, "Nodule/Mass": 0.15, "Lung Opacity": 0.1}
GLOBAL_SHARES = {"Pneumonia": 0.3, "Other disease": 0.6, "Lung tumor": 0.1}


def image_ids(count: int) -> list[str]:
    """Ids as the makers' script derives them from UIDs."""
    return [hashlib.md5(f"1.2.840.{number}".encode(), usedforsecurity=False).hexdigest() for number in range(count)]


def labels_of_images(count: int, seed: int = 3) -> dict[str, list[str]]:
    """The labels of each image; about a third has no finding."""
    rng = np.random.default_rng(seed)
    labels = {}
    for image in image_ids(count):
        local = [name for name, share in LOCAL_SHARES.items() if rng.random() < share]
        of_image = [name for name, share in GLOBAL_SHARES.items() if rng.random() < share]
        sick = rng.random() < 0.7
        labels[image] = (local + (of_image or ["Other disease"])) if sick else ["No finding"]
    return labels


def released_labels(labels: dict[str, list[str]]) -> bytes:
    """`image_labels_test.csv`: one row per image, 28 columns of 0 and 1."""
    rows = [",".join(("image_id", *COLUMNS))]
    rows += [
        ",".join((image, *("1" if name in present else "0" for name in COLUMNS))) for image, present in labels.items()
    ]
    return ("\n".join(rows) + "\n").encode()


def released_boxes(labels: dict[str, list[str]], *, with_global_rows: bool = False) -> bytes:
    """`annotations_test.csv`: no `rad_id`, decimal pixels, empty coordinates beside `No finding`.

    Whether global diseases have rows with empty coordinates too is not known, so that both forms are made.
    """
    rows = [HEADER_OF_BOXES]
    for number, (image, present) in enumerate(labels.items()):
        x, y = 100.5 + number, 200.25 + number
        for name in present:
            if COLUMNS.index(name) < COLUMNS.index("COPD"):
                rows.append(f"{image},{name},{x},{y},{x + 300.46},{y + 250.5}")
            elif name == "No finding" or with_global_rows:
                rows.append(f"{image},{name},,,,")
    return ("\n".join(rows) + "\n").encode()
