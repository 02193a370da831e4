"""Cases 47 to 86: rows, numbers and boxes."""

from tests.corpus.case import Case, Verdict, faulty, taken
from tests.corpus.made import (
    BOXES,
    CHANCES,
    CHANCES_FIRST,
    FIRST,
    HEADER,
    REST,
    Make,
    added,
    box,
    every_image,
    probabilities,
    text,
)
from tests.factory import IMAGES, LOCAL

ONE = FIRST.rstrip("\n")


def numbers(*words: str) -> dict[str, Make]:
    """Each word as the score of the first box."""
    return {(word if len(word) < 40 else f"{len(word)} digits"): box(score=word) for word in words}


def bad(code: str = "bad_number") -> Verdict:
    """The first row's score is at fault."""
    return faulty(code, 2, "score")


ROWS = (
    Case(47, "missing image", faulty("missing_image", None, "image_id"), {"the first": text(HEADER + "".join(REST))}),
    Case(48, "unknown image", faulty("unknown_image", 2, "image_id"), {"f": box(image_id="f" * 32)}),
    Case(
        49,
        "image twice, same value",
        faulty("duplicate_image", 42, "image_id"),
        {"the first": text(CHANCES + CHANCES_FIRST)},
        track="classification",
    ),
    Case(
        50,
        "image twice, other value",
        faulty("duplicate_image", 42, "image_id"),
        {"the first": text(CHANCES + f"{IMAGES[0]},0.1,0.9\n")},
        track="classification",
    ),
    Case(
        51,
        "another spelling of an image",
        faulty("unknown_image", 2, "image_id"),
        {
            "blanks": box(image_id=f" {IMAGES[0]} "),
            "a zero before": box(image_id=f"0{IMAGES[0]}"),
            "as a float": box(image_id=f"{IMAGES[0]}.0"),
        },
    ),
    Case(52, "short row", faulty("short_row", 42), {"six cells": added(ONE.rpartition(",")[0])}),
    Case(53, "long row", faulty("long_row", 42), {"eight cells": added(ONE + ",5")}),
    Case(
        54,
        "empty cell",
        faulty("empty_cell", 2, "score"),
        {"score": box(score=""), "image": box(image_id=""), "corner": box(x_max="")},
        but={"image": faulty("empty_cell", 2, "image_id"), "corner": faulty("empty_cell", 2, "x_max")},
    ),
    Case(
        55,
        "rows in another order",
        taken(),
        {"backwards": text(HEADER + "".join([*reversed(REST), FIRST]))},
    ),
    Case(
        56,
        "images of the training set",
        faulty("unknown_image", 2, "image_id"),
        {"all": text(HEADER + "".join(f"{index:032x},No finding,,,,,\n" for index in range(9000, 9100)))},
    ),
)
NUMBERS = (
    Case(57, "nan", bad(), numbers("nan", "NaN", "-nan")),
    Case(58, "infinite", bad(), numbers("inf", "-inf", "Infinity")),
    Case(59, "1e309", bad("out_of_range"), numbers("1e309")),
    Case(60, "1e308", bad("out_of_range"), numbers("1e308")),
    Case(61, "1e-400", taken(), numbers("1e-400")),
    Case(62, "minus zero", taken(), numbers("-0")),
    Case(63, "underscore", bad(), numbers("1_0")),
    Case(64, "digits of other scripts", bad(), numbers("\uff10.\uff15", "\u0660")),
    Case(65, "no-break space", bad(), numbers("\u00a00.5")),
    Case(66, "hexadecimal, words, formulas", bad(), numbers("0x1p3", "True", '"1,5"', "=1+1")),
    Case(67, "just outside", bad("out_of_range"), numbers("-0.1", "1.0000001")),
    Case(68, "5,000 digits", bad(), numbers("9" * 5000)),
    Case(
        69,
        "constant columns",
        taken(0.5),
        {"0.5": probabilities(lambda index: "0.5")},
        track="classification",
        notice="few_distinct_values",
        decided="an AUC of 0.5; the hint is made by the worker afterwards (`tests/operations/test_hints.py`)",
    ),
    Case(
        70,
        "two values",
        taken(None),
        {"0 and 1": probabilities(lambda index: str(index % 2))},
        track="classification",
        notice="few_distinct_values",
        decided="the hint is made by the worker afterwards (`tests/operations/test_hints.py`)",
    ),
    Case(71, "a fraction of 50,000 digits", bad(), numbers("0." + "5" * 50_000)),
)
GRID = "".join(f"{IMAGES[0]},Cardiomegaly,.5,{x},{y},{x + 1},{y + 1}\n" for x in range(1000, 1018) for y in range(18))
DEGENERATE = faulty("degenerate_box", 2, "x_max")
BOX_CASES = (
    Case(72, "no area", DEGENERATE, {"flat": box(x_min="5", x_max="5")}, decided="refused: `x_min < x_max`"),
    Case(73, "corners swapped", DEGENERATE, {"x": box(x_min="900", x_max="1")}),
    Case(
        74,
        "negative corner",
        taken(None),
        {"-20": box(x_min="-20")},
        decided="taken: boxes may leave the image and are scored as they are",
        notice="boxes_outside_image",
    ),
    Case(
        75,
        "outside the image",
        taken(None),
        {"beyond": box(x_max="9000")},
        decided="taken as it is",
        notice="boxes_outside_image",
    ),
    Case(
        76,
        "corners of 1e308",
        faulty("out_of_range", 2, "x_max"),
        {"x": box(x_max="1e308")},
    ),
    Case(77, "nan as a corner", faulty("bad_number", 2, "x_min"), {"x": box(x_min="NaN")}),
    Case(
        78,
        "one box many times",
        taken(None),
        {"200 times": text(BOXES + FIRST * 199), "1,000 times": text(BOXES + FIRST * 999)},
        but={"1,000 times": faulty("too_many_boxes", 341, "image_id")},
        decided="a thousand meet the cap of 300; of two hundred the first can match, and the others cost",
    ),
    Case(
        79,
        "a million boxes",
        faulty("too_many_boxes", 302, "image_id"),
        {"one image": lambda: HEADER.encode() + f"{IMAGES[0]},Cardiomegaly,.5,1,2,3,4\n".encode() * 999_999},
    ),
    Case(
        80,
        "all confidences equal",
        taken(),
        {"0.5": text(BOXES.replace(",0.9,", ",0.5,"))},
    ),
    Case(81, "confidence outside", bad("out_of_range"), {"2": box(score="2"), "-1": box(score="-1")}),
    Case(82, "unknown class", faulty("unknown_class", 2, "class_name"), {"Oedema": box(class_name="Oedema")}),
    Case(
        83,
        "boxes of the whole image",
        taken(None),
        {
            "each class": text(
                HEADER + "".join(f"{image},{label},1,0,0,2048,2048\n" for image in IMAGES for label in LOCAL)
            )
        },
    ),
    Case(84, "boxes on a grid", faulty("too_many_boxes", 341, "image_id"), {"324": text(BOXES + GRID)}),
    Case(85, "no box at all", taken(0.0), {"none": every_image("No finding,,,,,")}),
    Case(
        86,
        "width and height for corners",
        DEGENERATE,
        {"xywh": text(HEADER + f"{IMAGES[0]},Cardiomegaly,.5,900,800,200,150\n" + "".join(REST))},
        decided="refused at each box whose width is less than its place",
    ),
)
CASES = ROWS + NUMBERS + BOX_CASES
