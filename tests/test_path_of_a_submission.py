"""The whole story of a submission, through HTTP, with real processes: receipt, score, board."""

import httpx
import pytest

from tests.factory import detections_csv, make_competition, make_token, make_user
from tests.running import running, serving, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_file_that_is_uploaded_stands_on_the_board(tmp_path):
    make_competition(tmp_path)
    token = make_token(make_user("ada"))
    with (
        serving() as address,
        running("worker", "sweeper"),
        httpx.Client(base_url=f"{address}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=30) as api,
    ):
        entry = api.post("/competitions/chest/entry", json={"team": "Ada's", "accept_terms": "1"})
        assert entry.status_code == 201, entry.text

        receipt = api.post(
            "/competitions/chest/submissions",
            data={"track": "detection", "note": "first"},
            files={"file": ("mine.csv", detections_csv(shift=20))},
        )
        assert receipt.status_code == 201, receipt.text
        place = receipt.headers["Location"].removeprefix("/api/v1")
        wait_until(lambda: api.get(place).json()["state"] == "scored", what="the score")
        submission = api.get(place).json()
        board = api.get("/competitions/chest/boards/detection")
        again = api.get("/competitions/chest/boards/detection", headers={"If-None-Match": board.headers["ETag"]})

    assert receipt.json()["quota"] == receipt.json()["quota"] | {"limit": 5, "used": 1}
    assert submission["score"] == pytest.approx(1.0)
    assert board.json()["entries"][0] == board.json()["entries"][0] | {
        "rank": 1,
        "rank_low": 1,
        "rank_high": 1,
        "team": "Ada's",
        "score": 1.0,
        "submissions": 1,
        "baseline": False,
    }
    assert again.status_code == 304
    assert not again.content
