"""What labels mean, told by a competition's folder."""

import pytest

from competition.operations.description import FaultyFolder
from competition.operations.folder import read_folder
from competition.operations.found import texts_of
from tests.factory import write_folder

ENTRY = {"file": "labels.csv", "images": 15_000, "source": "A paper"}


def folder_with(tmp_path, rows, **entry):
    folder = write_folder(tmp_path / "f", definitions={**ENTRY, **entry})
    (folder / "labels.csv").write_text("label,meaning,positives\n" + rows)
    return folder


def problem_of(folder):
    with pytest.raises(FaultyFolder) as faulty:
        read_folder(folder)
    first = faulty.value.problems[0]
    return faulty.value.file, first.code, first.line, first.column


def test_definitions_are_kept_with_their_source(tmp_path):
    folder = read_folder(folder_with(tmp_path, "Pneumonia,Inflamed,469\nCardiomegaly,Large,\n"))

    assert texts_of(folder)["definitions"] == {
        "source": "A paper",
        "images": 15_000,
        "labels": [
            {"label": "Pneumonia", "meaning": "Inflamed", "positives": 469},
            {"label": "Cardiomegaly", "meaning": "Large", "positives": None},
        ],
    }


@pytest.mark.parametrize(
    ("rows", "entry", "place"),
    [
        ("Hernia,Gap,1\n", {}, ("labels.csv", "unknown_label", 2, "label")),
        ("Pneumonia,Inflamed,469\n", {"images": 400}, ("labels.csv", "not_a_count", 2, "positives")),
        ("Pneumonia,Inflamed,469\n", {"images": None}, ("competition.yaml", "images_missing", None, None)),
        ("Pneumonia,Inflamed,469\n", {"images": 0}, ("competition.yaml", "bad_value", None, "definitions.images")),
        ("Pneumonia,Inflamed,24\n", {"images": 40}, ("labels.csv", "counts_are_hidden", None, None)),
        ("Pneumonia,Inflamed,24\n", {"file": "none.csv"}, ("none.csv", "unreadable", None, None)),
    ],
)
def test_a_fault_of_the_definitions_is_named_by_its_place(tmp_path, rows, entry, place):
    assert problem_of(folder_with(tmp_path, rows, **entry)) == place
