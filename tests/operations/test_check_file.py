"""The server's check of a file and `python -m scoring validate` say the same of any file."""

import json

import pytest
from hypothesis import given, settings

from competition.models import Track
from competition.operations.check_file import WrongType, check_file
from scoring.command_line import main
from scoring.errors import FaultyFile
from tests.factory import GLOBAL, IMAGES, LOCAL, detections_csv, probabilities_csv
from tests.scoring.hostile import hostile_files


def table_of(file):
    return [row.split(",") for row in file.decode().splitlines()]


STRINGS = [
    ["image_id", "PredictionString"],
    [IMAGES[0], "3 0.5 1 2 3 4"],
    *([image, "14 1 0 0 1 1"] for image in IMAGES[1:]),
]
GOOD = {"detection": [table_of(detections_csv()), STRINGS], "classification": [table_of(probabilities_csv())]}


def on_the_server(track, data):
    """The verdict, the problems or the receipt as the API shows them."""
    try:
        checked = check_file(track, data)
    except FaultyFile as fault:
        return "refused", fault.as_json()
    except WrongType:
        return "refused", None
    return "accepted", {"problems": [], "total": 0, "rows": checked.rows, "notices": checked.notices}


@pytest.mark.parametrize("kind", ["detection", "classification"])
def test_the_server_and_the_command_line_agree_on_every_file(competition, kind, tmp_path, capsys):
    track = Track.objects.select_related("competition").get(competition=competition, kind=kind)
    manifest, file = tmp_path / "manifest.csv", tmp_path / "file.csv"
    manifest.write_bytes(bytes(competition.manifest.content))
    labels = ",".join(LOCAL if kind == "detection" else GLOBAL)
    words = ["validate", kind, "--images", str(manifest), "--predictions", str(file), "--labels", labels, "--json"]

    def offline(data):
        file.write_bytes(data)
        code = main(words)
        return {0: "accepted", 3: "refused"}[code], json.loads(capsys.readouterr().out)

    @settings(max_examples=150, deadline=None)
    @given(hostile_files(*GOOD[kind]))
    def agree(data):
        here, there = on_the_server(track, data), offline(data)

        assert here == on_the_server(track, data)
        if here == ("refused", None):
            assert [problem["code"] for problem in there[1]["problems"]] == ["binary_file"]
        else:
            assert here == there

    agree()
