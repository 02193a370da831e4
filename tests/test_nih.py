"""22,433 real images and a real model's predictions become a competition, without a line of code changed."""

import csv
import io

import httpx
import pytest
import yaml
from django.core.management import call_command

from competition.models import Competition
from tests.factory import make_token, make_user
from tests.running import REPOSITORY, running, serving, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
DATA = REPOSITORY.parent / "shared" / "data" / "nih-chestxray14"


@pytest.fixture
def nih():
    if not DATA.is_dir():
        pytest.skip("the NIH labels are not on this machine")
    with (DATA / "published_auc.csv").open() as stream:
        return list(csv.DictReader(stream))


def test_the_board_shows_the_mean_of_the_published_aurocs(nih, tmp_path):
    description = {
        "slug": "nih-chestxray14",
        "title": "NIH ChestX-ray14, test split",
        "tracks": {
            "classification": {
                "labels": [row["label"] for row in nih],
                "truth": "image_labels.csv",
                "metric": "auroc",
            }
        },
        "groups": "groups.csv",
        "phases": [
            {
                "key": "main",
                "title": "Main",
                "opens_at": "2020-01-01",
                "closes_at": "2100-01-01",
                "detail": "classes",
            }
        ],
    }
    (tmp_path / "competition.yaml").write_text(yaml.safe_dump(description))
    for name in ("image_labels.csv", "groups.csv"):
        (tmp_path / name).write_bytes((DATA / name).read_bytes())
    call_command("create_competition", str(tmp_path), stdout=io.StringIO(), stderr=io.StringIO())
    token = make_token(make_user("ada"))

    with (
        serving() as address,
        running("worker", "sweeper"),
        httpx.Client(base_url=f"{address}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=60) as api,
    ):
        api.post("/competitions/nih-chestxray14/entry", json={"team": "CheXNet"})
        with (DATA / "predictions_densenet121.csv").open("rb") as file:
            receipt = api.post(
                "/competitions/nih-chestxray14/submissions",
                data={"track": "classification"},
                files={"file": file},
            )
        assert receipt.status_code == 201, receipt.text
        place = receipt.headers["Location"].removeprefix("/api/v1")
        wait_until(lambda: api.get(place).json()["state"] == "scored", seconds=60, what="the score")
        submission = api.get(place).json()
        board = api.get("/competitions/nih-chestxray14/boards/classification").json()

    aurocs = {row["label"]: float(row["auc_these_labels"]) for row in nih}
    mean = sum(aurocs.values()) / len(aurocs)
    assert Competition.objects.get().manifest.images == 22_433
    assert {entry["label"]: entry["value"] for entry in submission["report"]["classes"]} == pytest.approx(
        aurocs, abs=1e-12
    )
    assert submission["score"] == pytest.approx(mean, abs=1e-12)
    assert board["entries"][0]["score"] == round(mean, 3)
