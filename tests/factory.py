"""Makes what the tests need: plain functions, real rows, small real files."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import override_settings

from competition import storage
from competition.models import Competition, Membership, User
from competition.operations.enter import enter
from competition.operations.folder import read_folder
from competition.operations.found import found
from competition.operations.issue_token import issue_token
from competition.operations.submit import Receipt, Words, submit

IMAGES = tuple(f"{index:032x}" for index in range(40))
LOCAL = ("Cardiomegaly", "Nodule/Mass")
GLOBAL = ("Pneumonia", "No finding")
PASSWORD = "a-long-word-for-tests"


def true_boxes() -> list[tuple[str, str, float, float, float, float]]:
    """Half of the images have boxes; drawn once and for all."""
    rng = np.random.default_rng(7)
    rows = []
    for index, image in enumerate(IMAGES[:24]):
        x, y = rng.integers(50, 900, size=2)
        rows.append((image, LOCAL[index % 2], float(x), float(y), float(x + 200), float(y + 150)))
    return rows


def annotations_csv() -> str:
    """The detection truth, as the dataset's makers write it."""
    lines = ["image_id,class_name,x_min,y_min,x_max,y_max"]
    lines += [f"{image},{label},{x1},{y1},{x2},{y2}" for image, label, x1, y1, x2, y2 in true_boxes()]
    lines += [f"{image},No finding,,,," for image in IMAGES[24:]]
    return "\n".join(lines) + "\n"


def image_labels_csv() -> str:
    """The classification truth: the first 24 images have pneumonia, the others nothing."""
    lines = ["image_id," + ",".join(GLOBAL)]
    lines += [f"{image},{int(index < 24)},{int(index >= 24)}" for index, image in enumerate(IMAGES)]
    return "\n".join(lines) + "\n"


def description(**changes: Any) -> dict[str, Any]:
    """A good `competition.yaml`, with changes at its top level."""
    now = datetime.now(UTC)
    return {
        "slug": "chest",
        "title": "Chest",
        "terms": {"version": "1", "text": "terms.md"},
        "manifest": "manifest.csv",
        "tracks": {
            "detection": {"labels": list(LOCAL), "truth": "annotations.csv", "metric": "voc2010@0.4"},
            "classification": {"labels": list(GLOBAL), "truth": "image_labels.csv", "metric": "auroc"},
        },
        "min_positives": 3,
        "phases": [
            {
                "key": "main",
                "title": "Main",
                "opens_at": now - timedelta(days=1),
                "closes_at": now + timedelta(days=30),
                "daily_limit": 5,
                "total_limit": 100,
                "shows": "public",
                "detail": "classes",
            }
        ],
        **changes,
    }


def write_folder(folder: Path, **changes: Any) -> Path:
    """A competition's folder on disk."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "competition.yaml").write_text(yaml.safe_dump(description(**changes)))
    (folder / "terms.md").write_text("# Terms\n\nNo sharing.\n")
    (folder / "manifest.csv").write_text(
        "image_id,width,height\n" + "".join(f"{image},2048,2048\n" for image in IMAGES)
    )
    (folder / "annotations.csv").write_text(annotations_csv())
    (folder / "image_labels.csv").write_text(image_labels_csv())
    return folder


def make_competition(tmp_path: Path, *, rehearsal: bool = False, **changes: Any) -> Competition:
    """A competition that is founded the way an organizer does it, but for the slow hash of its labels' fingerprint."""
    folder = read_folder(write_folder(tmp_path / "folder", **changes))
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        return found(folder, rehearsal=rehearsal)


def make_user(username: str = "ada", **facts: Any) -> User:
    """A person with the password PASSWORD."""
    return User.objects.create(username=username, password=_hash_of_password(settings.PASSWORD_HASHERS[0]), **facts)


@cache
def _hash_of_password(hasher: str) -> str:
    """The password is hashed slowly, so once is enough for the hasher that is set."""
    return make_password(PASSWORD)


def make_member(competition: Competition, username: str = "ada", team: str = "") -> Membership:
    """A person who has entered with a team of its own."""
    return enter(user=make_user(username), competition=competition, team=team or f"Team {username}", accept_terms="1")


def make_token(user: User, *scopes: str) -> str:
    """The secret of a new token; with every scope when none is named."""
    return issue_token(user=user, name="tests", scopes=scopes or ("read", "submit", "organize"), days=1).secret


def detections_csv(*, shift: float = 0.0, score: float = 0.9) -> bytes:
    """Predictions that are the true boxes moved to the right by so many pixels."""
    lines = ["image_id,class_name,score,x_min,y_min,x_max,y_max"]
    lines += [
        f"{image},{label},{score},{x1 + shift},{y1},{x2 + shift},{y2}" for image, label, x1, y1, x2, y2 in true_boxes()
    ]
    lines += [f"{image},No finding,,,,," for image in IMAGES[24:]]
    return ("\n".join(lines) + "\n").encode()


def probabilities_csv(*, noise: float = 0.0, seed: int = 0) -> bytes:
    """Predictions that follow the truth, with so much noise."""
    rng = np.random.default_rng(seed)
    lines = ["image_id," + ",".join(GLOBAL)]
    for index, image in enumerate(IMAGES):
        sick = np.clip((index < 24) * 0.5 + 0.25 + rng.normal(0, noise), 0, 1) if noise else float(index < 24)
        lines.append(f"{image},{sick:.6f},{1 - sick:.6f}")
    return ("\n".join(lines) + "\n").encode()


def hand_in(membership: Membership, content: bytes, *, track: str = "detection", **words: Any) -> Receipt:
    """Submit a file the way the server does, past HTTP."""
    incoming = storage.Incoming()
    incoming.write(content)
    return submit(
        author=membership.user,
        competition=membership.competition,
        incoming=incoming,
        words=Words(track=track, **words),
    )
