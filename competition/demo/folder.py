"""The demo competition as an organizer's folder would describe it; its labels stay in memory."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from competition.demo.consensus import Consensus
from competition.operations.description import Description
from competition.operations.folder import Folder
from scoring import GLOBAL, LOCAL, read_box_truth, read_label_truth, read_manifest

SLUG = "vindr-cxr-demo"
TERMS_VERSION = "1"
NOTICE = "A demonstration with made-up images, labels and teams: no number here says anything about a real system."
OPENED = timedelta(days=30)
OPEN_FOR = timedelta(days=3 * 365)

_TEXTS = Path(__file__).parent


def demo_folder(truth: Consensus, now: datetime) -> Folder:
    """What `read_folder` would return for a folder with these labels, without there ever being one.

    Not split: on a public part of a third few labels would be common enough to count.
    """
    manifest = read_manifest(truth.manifest_csv())
    return Folder(
        description=Description.model_validate(_description(now)),
        about=(_TEXTS / "about.md").read_text(),
        terms=(_TEXTS / "terms.md").read_text(),
        manifest=manifest,
        truths={
            "detection": read_box_truth(truth.annotations_csv(), labels=LOCAL, manifest=manifest),
            "classification": read_label_truth(truth.image_labels_csv(), labels=GLOBAL, manifest=manifest),
        },
        groups=None,
    )


def _description(now: datetime) -> dict[str, Any]:
    opens_at = datetime.combine(now.astimezone(UTC).date(), time(), tzinfo=UTC) - OPENED
    return {
        "slug": SLUG,
        "title": "VinDr-CXR demonstration",
        "about": "about.md",
        "notice": NOTICE,
        "terms": {"version": TERMS_VERSION, "text": "terms.md"},
        "rules": "vindr-cxr",
        "manifest": "manifest.csv",
        "tracks": {
            "detection": {"labels": "local", "truth": "annotations.csv", "metric": "voc2010@0.4"},
            "classification": {"labels": "global", "truth": "image_labels.csv", "metric": "auroc"},
        },
        "phases": [
            {
                "key": "main",
                "title": "Main",
                "opens_at": opens_at,
                "closes_at": opens_at + OPEN_FOR,
                "daily_limit": 10,
                "total_limit": 1000,
                "shows": "public",
                "detail": "classes",
            }
        ],
    }
