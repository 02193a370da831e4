"""The hundred cases of bad input, in one table."""

from tests.corpus import books, rows, texts, transport
from tests.corpus.case import BY_FORM, BY_SERVER, Case, Verdict, faulty

LABELS = (
    Case(
        87,
        "labels: a class without a positive",
        Verdict(200),
        calls={"in the boxes": books.class_without_a_positive},
        decided="the organizer is warned before anything is stored; a class without a value is left out of the mean",
        offline="labels; the mean leaves the class out there too (`tests/scoring/test_weights.py`)",
    ),
    Case(
        88,
        "labels: an image is missing",
        faulty("missing_image", None, "image_id"),
        calls={"the 0/1 labels": books.labels_without_an_image, "the boxes": books.boxes_without_an_image},
        but={"the boxes": Verdict(200)},
        decided="a file of boxes may leave out images that have none, as that of NIH ChestX-ray14 does: how many are "
        "missing is told before anything is stored",
        offline="labels; `score` takes the images from them",
    ),
    Case(
        89,
        "labels replaced while a file is scored",
        Verdict(201),
        calls={"after the claim": books.labels_replaced_meanwhile},
        decided="the result stays with the version it was made against, and the file is scored again against the new",
    ),
)
OF_THE_API = (
    Case(90, "a score in the form", Verdict(201), calls={"1": books.score_in_the_form}, offline=BY_FORM),
    Case(
        91,
        "phase of another competition",
        Verdict(404, "unknown_phase"),
        calls={"by its key": books.phase_of_another},
    ),
    Case(
        92,
        "submission of another team",
        Verdict(404, "not_found"),
        calls={
            "read": books.of_another_team("GET"),
            "its file": books.of_another_team("GET", "/file"),
            "withdrawn": books.of_another_team("POST", "/withdraw"),
        },
    ),
    Case(
        93,
        "phase that is over, or to come",
        Verdict(403, "phase_closed"),
        calls={"over": books.in_phase("past"), "to come": books.in_phase("coming")},
    ),
    Case(94, "JSON of 10,000 levels", Verdict(400, "parse_error"), calls={"[": books.nested_json}, offline=BY_FORM),
    Case(
        95,
        "a page of a billion",
        Verdict(200),
        calls={"three words for it": books.page_of_a_billion},
        decided="50, whatever is asked for",
    ),
    Case(
        96,
        "ordered by a secret",
        Verdict(200),
        calls={
            query: books.ordered_by_a_secret(query)
            for query in (
                "ordering=private_score",
                "ordering=-evaluations__scores__value",
                "evaluations__scores__value__gt=0",
            )
        },
        decided="ignored: order and filter are the server's own",
    ),
    Case(
        97,
        "?format=../",
        Verdict(400, "unknown_format"),
        calls={"of a board": books.format_with_a_path},
        decided="the address is there, and its `format` is json or csv: a wrong value is 400, as everywhere",
    ),
    Case(
        98,
        "forged X-Forwarded-For",
        Verdict(200),
        calls={"eleven names": books.forged_addresses},
        decided="the form again, with the sentence that there were too many attempts; the eleventh failure from one "
        "address is not tried, whatever the header says and whoever is named",
    ),
    Case(99, "one key, two files", Verdict(409, "key_reused"), calls={"the second": books.key_with_another_file}),
    Case(
        100,
        "other methods, overridden methods",
        Verdict(404, "not_found"),
        calls={"of another team's": books.other_methods},
        decided="HEAD is 404 as GET is; a method that is not there is 405; headers that name another are ignored",
    ),
)
CASES: tuple[Case, ...] = (*transport.CASES, *texts.CASES, *rows.CASES, *LABELS, *OF_THE_API)


def why_not_offline(case: Case) -> str:
    """Why the command line has no say; empty where it has."""
    return case.offline or ("" if case.files else BY_SERVER)
