import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scoring.command_line import main

HEADER = "image_id,class_name,score,x_min,y_min,x_max,y_max\n"
BOXES = "image_id,class_name,x_min,y_min,x_max,y_max\na,Edema,1,2,3,4\nb,ILD,1,2,3,4\nc,No finding,,,,\n"
GOOD = HEADER + "a,Edema,.9,1,2,3,4\nb,Edema,.5,1,2,3,4\nc,No finding,,,,,\n"
BAD = HEADER + "a,Edema,.9,1,2,3,4\nz,Edema,2,1,2,3,4\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = {
        "manifest.csv": "image_id,width,height\na,100,100\nb,100,100\nc,100,100\n",
        "truth.csv": BOXES,
        "good.csv": GOOD,
        "bad.csv": BAD,
        "labels.csv": "image_id,Edema,ILD\na,1,0\nb,0,1\nc,0,0\n",
        "probabilities.csv": "image_id,ILD,Edema\na,.1,.9\nb,.8,.2\nc,.3,.1\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[[str], tuple[int, bytes, bytes]]:
    def command(line: str) -> tuple[int, bytes, bytes]:
        try:
            code = main(line.split())
        except SystemExit as exit:
            code = int(exit.code or 0)
        sys.stdout.flush()
        return (code, *capfdbinary.readouterr())

    return command


Run = Callable[[str], tuple[int, bytes, bytes]]


def answer(run: Run, line: str, code: int = 0) -> dict[str, Any]:
    """The JSON on standard output of a command that ends with this code."""
    ended, out, _ = run(line)
    assert ended == code
    found: dict[str, Any] = json.loads(out)
    return found


def test_a_good_file_validates_with_its_rows_and_notices(run: Run) -> None:
    assert answer(run, "validate detection --images manifest.csv --predictions good.csv --json") == {
        "problems": [],
        "total": 0,
        "rows": 3,
        "notices": [],
    }


def test_a_faulty_file_exits_with_3_and_its_problems(run: Run) -> None:
    found = answer(run, "validate detection --images manifest.csv --predictions bad.csv --json", 3)

    assert found["total"] == 4
    assert [(p["code"], p["line"], p["column"], p["value"]) for p in found["problems"]] == [
        ("unknown_image", 3, "image_id", "z"),
        ("out_of_range", 3, "score", "2"),
        ("missing_image", None, "image_id", "b"),
        ("missing_image", None, "image_id", "c"),
    ]
    assert set(found) == {"problems", "total"}
    assert all(problem["detail"].endswith(".") for problem in found["problems"])


def test_people_are_told_what_is_in_a_good_file(run: Run) -> None:
    assert run("validate detection --images manifest.csv --predictions good.csv") == (
        0,
        b"good.csv is in order: 3 rows, 3 images.\n"
        b"\n"
        b"label          boxes  images\n"
        b"Edema              2       2\n"
        b"without a box      -       1\n",
        b"",
    )
    assert run("validate classification --images manifest.csv --predictions probabilities.csv")[1] == (
        b"probabilities.csv is in order: 3 rows, 3 images.\n"
        b"\n"
        b"label   least    mean    most\n"
        b"ILD    0.1000  0.4000  0.8000\n"
        b"Edema  0.1000  0.4000  0.9000\n"
    )


def test_people_are_told_the_faults_by_kind_with_the_first_lines_of_each(run: Run, folder: Path) -> None:
    rows = "".join(f"z{number},Edema,2,1,2,3,4\n" for number in range(120))
    (folder / "worse.csv").write_text(GOOD + rows + "a,Edema,.5,1,2,1,4\n")

    code, out, err = run("validate detection --images manifest.csv --predictions worse.csv")

    assert (code, out) == (3, b"")
    assert err.decode().splitlines() == [
        "worse.csv is not in order, 241 faults:",
        "  120 x unknown_image",
        "    line 5, image_id: The image 'z0' is not among the test images.",
        "    line 6, image_id: The image 'z1' is not among the test images.",
        "    line 7, image_id: The image 'z2' is not among the test images.",
        "    and 117 more.",
        "  120 x out_of_range",
        "    line 5, score: '2' is not between 0 and 1.",
        "    line 6, score: '2' is not between 0 and 1.",
        "    line 7, score: '2' is not between 0 and 1.",
        "    and 117 more.",
        "  1 x degenerate_box",
        "    line 125, x_max: x_max is '1' and must be greater than x_min.",
        "Mend the file and run the same command again; --json lists the first hundred faults.",
    ]


def test_a_fault_of_the_header_is_told_before_the_many_that_follow_from_it(run: Run, folder: Path) -> None:
    (folder / "worse.csv").write_text("image_id,Edema,note\n" + "".join(f"z{number},.5,\n" for number in range(9)))

    _, _, err = run("validate classification --images manifest.csv --predictions worse.csv --labels Edema")

    assert next(line.strip() for line in err.decode().splitlines() if " x " in line) == "1 x extra_column"


def test_a_fault_of_no_column_is_told_by_its_line_and_one_of_no_line_by_the_file(run: Run, folder: Path) -> None:
    (folder / "blank.csv").write_text(GOOD.replace("b,Edema", "\nb,Edema"))
    (folder / "empty.csv").write_text("")
    told = [run(f"validate detection --images manifest.csv --predictions {name}.csv")[2] for name in ("blank", "empty")]

    assert b"    line 3: The line is blank; " in told[0]
    assert b"    file: The file is empty.\n" in told[1]


def test_a_manifest_that_is_faulty_is_named_as_the_culprit(run: Run) -> None:
    found = answer(run, "validate detection --images bad.csv --predictions good.csv --json", 3)

    assert found["file"] == "manifest"


def test_labels_are_one_csv_line_and_bind(run: Run, folder: Path) -> None:
    found = answer(run, "validate detection --images manifest.csv --predictions good.csv --labels ILD --json", 3)
    assert [problem["code"] for problem in found["problems"]] == ["unknown_class", "unknown_class"]

    (folder / "comma.csv").write_text('image_id,"Mass, large",Edema\na,0,1\nb,0,1\nc,0,1\n')
    command = ["validate", "classification", "--images", "manifest.csv", "--predictions", "comma.csv"]
    assert main([*command, "--labels", 'edema,"Mass, large"']) == 0


def test_the_limits_bind_validation_and_not_scoring(run: Run, folder: Path) -> None:
    crowd = (
        HEADER + "".join(f"a,Edema,.5,{i},2,1000,4\n" for i in range(301)) + "b,No finding,,,,,\nc,No finding,,,,,\n"
    )
    (folder / "crowd.csv").write_text(crowd)

    found = answer(run, "validate detection --images manifest.csv --predictions crowd.csv --json", 3)
    scored, _, _ = run("score detection --truth truth.csv --predictions crowd.csv --bootstrap 0 --json")
    assert [problem["code"] for problem in found["problems"]] == ["too_many_boxes"]
    assert scored == 0


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_row_may_be_as_long_as_it_likes_for_scoring(run: Run, folder: Path, quote: str) -> None:
    many = " ".join(["3 .1 5 6 7 8"] * 90_000)
    strings = {"a": f"3 .9 1 2 3 4 {many}", "b": "", "c": many}
    rows = "".join(f"{image},{quote}{boxes}{quote}\n" for image, boxes in strings.items())
    (folder / "raw.csv").write_text(f"image_id,PredictionString\n{rows}")
    (folder / "heart.csv").write_text(BOXES.replace("Edema", "Cardiomegaly").replace("ILD", "Cardiomegaly"))

    card = answer(run, "score detection --truth heart.csv --predictions raw.csv --bootstrap 0 --json")
    checked = answer(run, "validate detection --images manifest.csv --predictions raw.csv --json", 3)

    assert card["value"] == 0.5
    assert checked["problems"][0]["code"] == "row_too_long"


def test_detections_are_scored_as_the_contract_has_it(run: Run) -> None:
    card = answer(run, "score detection --truth truth.csv --predictions good.csv --bootstrap 50 --seed 3 --json")

    assert (card["track"], card["metric"], card["value"], card["seed"]) == ("detection", "voc2010@0.4", 0.5, 3)
    assert card["replicates"] == 50
    assert [(row["label"], row["positives"], row["value"]) for row in card["classes"]] == [
        ("Edema", 1, 1.0),
        ("ILD", 1, 0.0),
    ]
    assert (card["thresholds"], card["scored_classes"]) == ({"0.40": 0.5}, 2)


def test_protocol_and_iou_are_chosen_on_the_command_line(run: Run) -> None:
    base = "score detection --truth truth.csv --predictions good.csv --bootstrap 0 --json"

    assert answer(run, f"{base} --protocol voc2007 --iou 0.5")["metric"] == "voc2007@0.5"
    assert list(answer(run, f"{base} --protocol coco")["thresholds"])[:2] == ["0.50", "0.55"]
    assert answer(run, f"{base} --protocol froc")["metric"] == "froc"


def test_an_iou_without_a_meaning_is_remarked_on(run: Run) -> None:
    code, _, err = run(
        "score detection --truth truth.csv --predictions good.csv --bootstrap 0 --protocol coco --iou 0.5 --json"
    )

    assert (code, err) == (0, b"coco has thresholds of its own; --iou is not used.\n")


def test_probabilities_are_scored_as_the_contract_has_it(run: Run) -> None:
    card = answer(run, "score classification --truth labels.csv --predictions probabilities.csv --bootstrap 0 --json")

    assert (card["track"], card["metric"], card["value"], card["interval"]) == ("classification", "auroc", 1.0, None)
    assert [row["label"] for row in card["classes"]] == ["Edema", "ILD"]


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("score detection --truth truth.csv --predictions good.csv --bootstrap 0 --json", {"pr", "froc"}),
        ("score classification --truth labels.csv --predictions probabilities.csv --bootstrap 0 --json", {"roc", "pr"}),
    ],
)
def test_curves_are_one_field_more_for_who_asks(run: Run, line: str, kinds: set[str]) -> None:
    card = answer(run, f"{line} --curves")
    curves = card.pop("curves")

    assert card == answer(run, line)
    assert list(curves) == [row["label"] for row in card["classes"]]
    assert all(set(of_label) == kinds for of_label in curves.values())


def test_a_score_is_a_readable_table_too(run: Run) -> None:
    code, out, _ = run("score classification --truth labels.csv --predictions probabilities.csv --bootstrap 0")

    assert code == 0
    assert out.startswith(b"classification, auroc: 1.0000")
    assert b"\nEdema " in out


def test_a_table_of_scores_has_labels_positives_values_and_intervals(run: Run, folder: Path) -> None:
    images = [f"i{number}" for number in range(60)]
    truth = "".join(f"{image},{int(place < 30)},{int(place < 5)},0\n" for place, image in enumerate(images))
    values = "".join(f"{image},{0.9 - place / 100:.2f},.{place + 10},.5\n" for place, image in enumerate(images))
    mixed = values.replace("i5,0.85", "i5,0.45")
    (folder / "many.csv").write_text("image_id,Edema,ILD,\x1b[2Jx\n" + truth)
    (folder / "values.csv").write_text("image_id,Edema,ILD,\x1b[2Jx\n" + mixed)

    _, out, _ = run("score classification --truth many.csv --predictions values.csv --bootstrap 50")

    head, _, header, edema, ild, absent, _, *foot = out.decode().splitlines()
    assert head.startswith("classification, auroc: 0.")
    assert head.endswith("(mean over 2 of 3 classes, approximate)")
    assert header.split("  ")[0] == "label"
    assert edema.split()[:2] == ["Edema", "30"]
    assert " to " in edema
    assert ild.split() == ["ILD", "5", "0.0000", "-"]
    assert absent.split() == ["\\x1b[2Jx", "0", "-", "-"]
    assert foot == [
        "50 resamples of the images, seed 0; positives are images.",
        "A class without a value has too little in the truth to be defined, and is left out of the mean.",
        "A class without an interval has too few positives for one, or nothing that varies.",
    ]


def test_a_class_that_the_truth_lacks_is_a_fault_of_the_predictions(run: Run) -> None:
    found = answer(run, "score detection --truth truth.csv --predictions bad.csv --labels ILD --json", 3)

    assert found["problems"][0]["code"] == "unknown_class"
    assert "file" not in found


def test_a_truth_that_is_faulty_is_named_as_the_culprit(run: Run) -> None:
    found = answer(run, "score detection --truth manifest.csv --predictions good.csv --json", 3)

    assert found["file"] == "truth"
    assert found["problems"][0]["code"] == "missing_column"


def test_the_image_ids_of_the_truth_are_the_manifest_of_a_score(run: Run) -> None:
    found = answer(run, "score detection --truth truth.csv --predictions bad.csv --json", 3)

    assert ("missing_image", "c") in [(problem["code"], problem["value"]) for problem in found["problems"]]


@pytest.mark.parametrize("track", ["detection", "classification"])
def test_a_sample_validates(run: Run, folder: Path, track: str) -> None:
    code, sample, _ = run(f"sample {track} --images manifest.csv")
    (folder / "sample.csv").write_bytes(sample)
    labels = "local" if track == "detection" else "global"

    assert code == 0
    assert run(f"validate {track} --images manifest.csv --predictions sample.csv --labels {labels}")[0] == 0
    assert run(f"sample {track} --images manifest.csv")[1] == sample


def test_a_conversion_goes_to_standard_output_and_its_warnings_beside_it(run: Run, folder: Path) -> None:
    results = [{"image_id": "a", "category_id": 7, "bbox": [1, 2, 3, 4], "score": 0.25}]
    (folder / "results.json").write_text(json.dumps(results))

    code, out, err = run("convert --from coco --images manifest.csv results.json")
    assert (code, out) == (
        0,
        f"{HEADER}a,Edema,0.25,1,2,4,6\nb,No finding,,,,,\nc,No finding,,,,,\n".encode(),
    )
    assert b"2 x images_without_box" in err


def test_what_was_written_is_told_beside_it(run: Run) -> None:
    _, _, err = run("sample detection --images manifest.csv")

    assert err.endswith(b" rows for 3 images written; random, to try the form with and not to be scored well.\n")


def test_a_faulty_file_is_not_converted(run: Run) -> None:
    code, out, err = run("convert --from kaggle --images manifest.csv good.csv")

    assert (code, out) == (3, b"")
    assert b"PredictionString" in err


@pytest.mark.parametrize(
    "line",
    [
        "",
        "validate",
        "validate detection --images manifest.csv",
        "validate segmentation --images manifest.csv --predictions good.csv",
        "validate detection --images absent.csv --predictions good.csv",
        "validate detection --images manifest.csv --predictions .",
        "validate detection --images manifest.csv --predictions good.csv --labels a,a",
        "score detection --truth truth.csv --predictions good.csv --bootstrap -1",
        "score detection --truth truth.csv --predictions good.csv --bootstrap 1.5",
        "score detection --truth truth.csv --predictions good.csv --bootstrap 100000000000",
        "score detection --truth truth.csv --predictions good.csv --iou 1",
        "score detection --truth truth.csv --predictions good.csv --iou nan",
        "score detection --truth truth.csv --predictions good.csv --iou half",
        "score detection --truth truth.csv --predictions good.csv --protocol voc2012",
        "score detection --truth truth.csv --predictions absent.csv",
        "score classification --truth labels.csv --predictions probabilities.csv --iou 0.4",
        "convert --from yolo --images manifest.csv good.csv",
    ],
)
def test_usage_errors_exit_with_2_and_say_why(run: Run, line: str) -> None:
    code, out, err = run(line)

    assert (code, out) == (2, b"")
    assert err.strip()


def test_a_file_that_cannot_be_opened_is_one_sentence(run: Run) -> None:
    _, _, err = run("validate detection --images absent.csv --predictions good.csv")

    assert err == b"absent.csv can't be read: No such file or directory.\n"


def test_what_a_file_says_cannot_command_the_terminal(run: Run, folder: Path) -> None:
    (folder / "evil.csv").write_text("image_id,\x1b[2Jx,Edema\na,\x1b[31m,0\n")
    for labels in ("", " --labels Edema"):
        _, out, err = run(f"validate classification --images manifest.csv --predictions evil.csv{labels}")

        assert b"\x1b" not in out + err
    (folder / "evil.csv").write_text("image_id,\x1b[2Jx\na,0\nb,0\nc,0\n")
    code, out, _ = run("validate classification --images manifest.csv --predictions evil.csv")
    assert (code, b"\x1b" in out) == (0, False)


def test_the_module_is_the_command(folder: Path) -> None:
    command = [sys.executable, "-m", "scoring", "validate", "detection", "--images", "manifest.csv"]
    source = str(Path(__file__).parents[2])
    run = subprocess.run(
        [*command, "--predictions", "bad.csv", "--json"], capture_output=True, cwd=folder, env={"PYTHONPATH": source}
    )

    assert run.returncode == 3
    assert json.loads(run.stdout)["total"] == 4


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("sample detection --images many.csv", 0),
        ("score --help", 0),
        ("validate detection --images manifest.csv --predictions bad.csv --json", 3),
    ],
)
def test_a_reader_that_goes_away_is_no_crash(folder: Path, command: str, code: int) -> None:
    (folder / "many.csv").write_text("image_id\n" + "".join(f"{number}\n" for number in range(20_000)))
    source = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, "-m", "scoring", *command.split()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env={"PYTHONPATH": source},
    )
    assert process.stdout is not None
    assert process.stderr is not None

    process.stdout.close()
    with process.stderr:
        complaint = process.stderr.read()
    process.wait()

    assert (process.returncode, complaint) == (code, b"")
