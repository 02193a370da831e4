"""The corpus of bad input through HTTP: the right answer, and the verdict of `scoring validate`."""

import codecs
import gzip
import json
import time
import zlib

import pytest

from competition.models import Submission
from scoring.command_line import main
from tests.api.test_upload import stored_files, upload
from tests.factory import GLOBAL, IMAGES, LOCAL, detections_csv, probabilities_csv

BOXES, CHANCES = detections_csv().decode(), probabilities_csv().decode()
HEADER, FIRST, *REST = BOXES.splitlines(keepends=True)
FIRST_CELLS = FIRST.rstrip("\n").split(",")


def with_first(**cells):
    """The good file with other cells in its first row."""
    names = HEADER.rstrip("\n").split(",")
    row = [cells.get(name, cell) for name, cell in zip(names, FIRST_CELLS, strict=True)]
    return HEADER + ",".join(row) + "\n" + "".join(REST)


def kaggle(**changes):
    """The good file in Kaggle's form; class ids by Kaggle's list."""
    boxes = {image: [] for image in IMAGES}
    for image, label, score, *corners in (line.rstrip("\n").split(",") for line in (FIRST, *REST)):
        if label != "No finding":
            boxes[image].append(" ".join([{"Cardiomegaly": "3", "Nodule/Mass": "8"}[label], score, *corners]))
    cells = {image: " ".join(found) or "14 1 0 0 1 1" for image, found in boxes.items()} | changes
    return "".join(f"{image},{cell}\n" for image, cell in cells.items())


KAGGLE_HEADER, ID_HEADER = "image_id,PredictionString\n", "ID,TARGET\n"
BINARY = {
    "gzip": gzip.compress(BOXES.encode()),
    "gzip bomb": gzip.compress(b"0" * 5_000_000),
    "zip or xlsx": b"PK\x03\x04\x14\x00\x08\x08" + b"\0" * 100,
    "png": b"\x89PNG\r\n\x1a\n" + b"\0" * 20,
    "elf": b"\x7fELF\x02\x01\x01" + b"\0" * 20,
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "zlib": zlib.compress(BOXES.encode()),
    "parquet": b"PAR1" + b"\x15\x04\0" * 10 + b"PAR1",
}
GOOD = {
    "as it is": BOXES,
    "byte-order mark": codecs.BOM_UTF8 + BOXES.encode(),
    "CRLF": BOXES.replace("\n", "\r\n"),
    "mixed line ends": BOXES.replace("\n", "\r\n", 3),
    "blank lines at the end": BOXES + "\n\r\n\n",
    "no last line end": BOXES.rstrip("\n"),
    "quoted header": BOXES.replace("image_id", '"image_id"', 1),
    "rows in another order": HEADER + "".join([*reversed(REST), FIRST]),
    "columns in another order": "score,image_id,class_name,x_min,y_min,x_max,y_max\n"
    + "".join(",".join([c[2], c[0], c[1], *c[3:]]) + "\n" for c in (r.rstrip("\n").split(",") for r in (FIRST, *REST))),
    "exponent": with_first(score="5e-1"),
    "underflow": with_first(score="1e-400"),
    "minus zero": with_first(score="-0"),
    "boxes leave the image": with_first(x_min="-20", x_max="9000"),
    "capitals": with_first(class_name="CARDIOMEGALY"),
    "no box at all": HEADER + "".join(f"{image},No finding,,,,,\n" for image in IMAGES),
    "a thousand would be too many, 299 are not": BOXES + FIRST * 299,
    "Kaggle's form": KAGGLE_HEADER + kaggle(),
    "Kaggle's form, nothing for none": KAGGLE_HEADER + kaggle(**{IMAGES[39]: ""}),
    "Kaggle's ID and TARGET": ID_HEADER + kaggle(),
    "Kaggle's 14 beside boxes": KAGGLE_HEADER + kaggle(**{IMAGES[0]: "3 0.5 1 1 9 9 14 1 0 0 1 1"}),
}
FAULTY = {
    "header only": HEADER,
    "UTF-16": BOXES.encode("utf-16"),
    "UTF-16 without mark": BOXES.encode("utf-16-le"),
    "latin-1": BOXES.encode() + b"\xe9,x\n",
    "overlong": BOXES.encode() + b"\xc0\xaf\n",
    "NUL": BOXES.encode() + b"a\0b\n",
    "lone CR": BOXES.replace("\n", "\r"),
    "unclosed quote": BOXES + 'x,"Cardiomegaly,.5,1,2,3,4\n',
    "field of 131,073": BOXES + "a" * 131_073,
    "one line of 20 MB": "a," * 10_000_000,
    "100,000 columns": ",".join(f"c{index}" for index in range(100_000)) + "\n",
    "semicolons": BOXES.replace(",", ";"),
    "tabs": BOXES.replace(",", "\t"),
    "html": "<!DOCTYPE html><html><script>alert(1)</script>\n",
    "missing column": BOXES.replace("score,", "", 1),
    "extra column": BOXES.replace("score,", "score,note,", 1),
    "duplicate column": BOXES.replace("score,", "score,score,", 1),
    "header in capitals": BOXES.replace("score", "Score", 1),
    "homoglyph": BOXES.replace("class_name", "\u0441lass_name", 1),
    "script in the header": BOXES.replace("score", "<script>", 1),
    "missing image": HEADER + "".join(REST),
    "unknown image": with_first(image_id="f" * 32),
    "blank around": with_first(image_id=f" {FIRST_CELLS[0]} "),
    "short row": BOXES + f"{IMAGES[0]},Cardiomegaly,.5,1,2\n",
    "long row": BOXES + f"{IMAGES[0]},Cardiomegaly,.5,1,2,3,4,5\n",
    "empty score": with_first(score=""),
    **{
        f"score {text}": with_first(score=text) for text in ("nan", "inf", "1e309", "1_0", "0x1p3", "-0.1", "1.0000001")
    },
    **{f"score {text}": with_first(score=text) for text in ("\uff10.5", "\u00a00.5", "9" * 5000, "True", "=1+1")},
    "zero area": with_first(x_max=FIRST_CELLS[3]),
    "corners swapped": with_first(x_min="900", x_max="1"),
    "corner of 1e308": with_first(x_max="1e308"),
    "unknown class": with_first(class_name="Oedema"),
    "301 boxes": BOXES + FIRST * 300,
    "twice no finding": BOXES + f"{IMAGES[39]},No finding,,,,,\n",
    "no finding beside boxes": BOXES + f"{IMAGES[0]},No finding,,,,,\n",
    "Kaggle: five numbers": KAGGLE_HEADER + kaggle(**{IMAGES[0]: "3 0.5 1 1 9"}),
    "Kaggle: unknown id": KAGGLE_HEADER + kaggle(**{IMAGES[0]: "15 0.5 1 1 9 9"}),
    "Kaggle: image twice": KAGGLE_HEADER + kaggle() + f"{IMAGES[0]},14 1 0 0 1 1\n",
    "the other track's file": CHANCES,
}
CLASSIFICATION_GOOD = {
    "as it is": CHANCES,
    "constant": f"image_id,{','.join(GLOBAL)}\n" + "".join(f"{image},0.5,0.5\n" for image in IMAGES),
    "columns in another order": f"{GLOBAL[1]},image_id,{GLOBAL[0]}\n" + "".join(f"0,{i},1\n" for i in IMAGES),
}
CLASSIFICATION_FAULTY = {
    "image twice": CHANCES + CHANCES.splitlines()[1] + "\n",
    "missing image": "".join(CHANCES.splitlines(keepends=True)[:-1]),
    "missing column": CHANCES.replace(f",{GLOBAL[1]}", ",x", 1),
    "empty cell": CHANCES.replace("1.000000", "", 1),
    "over one": CHANCES.replace("1.000000", "1.000001", 1),
    "decimal comma": CHANCES.replace("1.000000", '"0,5"', 1),
    "the other track's file": BOXES,
}


def as_bytes(content):
    return content if isinstance(content, bytes) else content.encode()


@pytest.fixture
def verdict(competition, tmp_path, capsys):
    """What `python -m scoring validate --json` says of a file: its exit code and its JSON."""
    manifest = tmp_path / "manifest-of-the-server.csv"
    manifest.write_bytes(bytes(competition.manifest.content))

    def validate(track, content):
        file = tmp_path / "file.csv"
        file.write_bytes(as_bytes(content))
        labels = ",".join(LOCAL if track == "detection" else GLOBAL)
        words = ["validate", track, "--images", str(manifest), "--predictions", str(file), "--labels", labels, "--json"]
        capsys.readouterr()
        try:
            code = main(words)
        except SystemExit as end:
            code = end.code
        return code, json.loads(capsys.readouterr().out)

    return validate


@pytest.fixture
def no_limit(competition):
    competition.phases.update(daily_limit=1000, total_limit=1000)


@pytest.mark.parametrize(("track", "files"), [("detection", GOOD), ("classification", CLASSIFICATION_GOOD)])
def test_what_is_only_unusual_is_taken_by_the_server_and_offline(api, no_limit, verdict, track, files):
    for name, content in files.items():
        answer = upload(api, as_bytes(content), track=track)
        code, offline = verdict(track, content)

        assert (answer.status_code, code) == (201, 0), (name, answer.content[:400], offline)
        receipt = answer.json()
        assert (receipt["rows"], receipt["notices"]) == (offline["rows"], offline["notices"]), name


@pytest.mark.parametrize(("track", "files"), [("detection", FAULTY), ("classification", CLASSIFICATION_FAULTY)])
def test_what_is_faulty_has_the_same_faults_on_the_server_and_offline(api, settings, verdict, track, files):
    before = stored_files(settings)
    for name, content in files.items():
        began = time.monotonic()
        answer = upload(api, as_bytes(content), track=track)
        seconds = time.monotonic() - began
        code, offline = verdict(track, content)

        assert (answer.status_code, code) == (422, 3), (name, answer.content[:400], offline)
        problem = answer.json()
        assert {key: problem[key] for key in ("problems", "total")} == offline, name
        assert seconds < 5, name

    assert not Submission.objects.exists()
    assert stored_files(settings) == before


def test_what_is_no_csv_is_named_and_never_opened(api, settings, verdict):
    before = stored_files(settings)
    for name, content in BINARY.items():
        answer = upload(api, content)
        code, _ = verdict("detection", content)

        assert code == 3, name
        assert answer.status_code in (415, 422), name
        assert answer.status_code == 415 or name == "zlib", name

    assert stored_files(settings) == before


def test_notices_tell_what_was_read_with_care(api, no_limit):
    def codes(content):
        return {notice["code"]: notice["count"] for notice in upload(api, as_bytes(content)).json()["notices"]}

    assert codes(GOOD["as it is"]) == {}
    assert len(codes(GOOD["boxes leave the image"])) == 1
    assert len(codes(GOOD["Kaggle's 14 beside boxes"])) >= 1
    assert set(codes(GOOD["boxes leave the image"]).values()) == {1}


def test_three_hundred_thousand_faults_are_counted_and_a_hundred_shown_in_file_order(api):
    row = f"{IMAGES[0]},Cardiomegaly,2,9,1,3,nan\n"
    content = (HEADER + row * 150_000).encode()
    began = time.monotonic()

    answer = upload(api, content)

    problem = answer.json()
    lines = [fault["line"] for fault in problem["problems"]]
    assert answer.status_code == 422
    assert problem["total"] > 300_000
    assert len(lines) == 100
    assert lines == sorted(lines)
    assert (problem["problems"][0]["line"], problem["problems"][0]["column"]) == (2, "score")
    assert problem["problems"][0]["value"] == "2"
    assert time.monotonic() - began < 10
