"""What a page says when it refuses a file or a comparison is in the reader's language, whole."""

from io import BytesIO

from competition.multipart import LONGEST_FILE_NAME
from tests.factory import detections_csv, hand_in, probabilities_csv

SUBMIT = "/competitions/chest/submit/"


def named(name, content):
    file = BytesIO(content)
    file.name = name
    return file


def test_a_refused_upload_and_a_refused_comparison_speak_vietnamese(browser, member, score_all):
    boxes = hand_in(member, detections_csv()).submission
    marks = hand_in(member, probabilities_csv(), track="classification").submission
    score_all()
    browser.cookies["language"] = "vi"
    files = {
        "name": named("a" * LONGEST_FILE_NAME + ".csv", detections_csv()),
        "kind": named("boxes.csv", b"\x1f\x8b packed"),
    }

    refused = {key: browser.post(SUBMIT, {"track": "detection", "file": file}) for key, file in files.items()}
    compared = browser.get(f"/submissions/{boxes.pk}/compare/{marks.pk}/")

    said = {key: answer.content.decode() for key, answer in (refused | {"pair": compared}).items()}
    assert [refused["name"].status_code, refused["kind"].status_code, compared.status_code] == [400, 415, 409]
    assert "Tên tệp dài nhiều nhất 255 ký tự" in said["name"]
    assert "Đây là một tệp nén gzip." in said["kind"]
    assert "của các hạng mục khác nhau" in said["pair"]
