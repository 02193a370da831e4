"""The client's check before an upload says of every bad file of the corpus what the server says."""

from tests.corpus.table import CASES, why_not_offline
from tests.factory import GLOBAL, IMAGES, LOCAL
from vindr_bench.checking import check, manifest_from
from vindr_bench.errors import InvalidFile

JUDGED = (201, 415, 422)


def verdict_on(content, track):
    manifest = manifest_from(b"image_id\n" + "\n".join(IMAGES).encode() + b"\n")
    try:
        check(content, track=track, manifest=manifest, labels=LOCAL if track == "detection" else GLOBAL)
    except InvalidFile as error:
        first = error.problems[0] if error.problems else None
        place = first and (first["code"], first["line"], first["column"])
        return (415 if error.code == "not_csv" else 422), error.code, place
    return 201, None, None


def test_of_every_file_of_the_corpus_the_client_says_what_the_server_says():
    different, judged = [], 0
    for case in CASES:
        for variant, make in case.files.items():
            expected = case.expected(variant).as_answered()
            if expected.status not in JUDGED or why_not_offline(case):
                continue
            judged += 1
            found = verdict_on(make(), case.track)
            if found != (expected.status, expected.code, expected.first):
                different.append((case.number, variant, found, expected))

    assert judged > 90
    assert different == []
