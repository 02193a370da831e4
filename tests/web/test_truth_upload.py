"""New labels by the organizers' form: faults with their place, a preview, a held version; nothing readable is kept."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from competition.models import AuditEvent, Competition, GroundTruth, SealedTruth
from scoring import GLOBAL, LOCAL
from tests.factory import annotations_csv, detections_csv, hand_in, image_labels_csv, make_member, make_user
from tests.management.test_create_competition import create
from tests.management.test_released_files import IMAGES, write_released
from tests.management.test_vindr_lab_export import twice_reviewed
from tests.operations.test_held_truth import corrected
from tests.scoring.released import labels_of_images
from tests.web.conftest import page_client
from tests.web.reading import Page

PAGE = "/competitions/chest/organize/truth/"
GOOD = {"detection": annotations_csv().encode(), "classification": image_labels_csv().encode()}


@pytest.fixture
def desk(organizer):
    return page_client(organizer)


@pytest.fixture
def released(db, tmp_path):
    """A competition under VinDr-CXR's rules, and its organizer's browser."""
    folder = write_released(tmp_path / "f")
    create(folder)
    Competition.objects.get().organizers.add(olga := make_user("olga"))
    return folder, page_client(olga)


def send(client, files, **fields):
    uploads = {name: SimpleUploadedFile(f"{name}.csv", content) for name, content in files.items()}
    # A browser sends an empty file without a name for what was left empty.
    return client.post(PAGE, uploads | {"act": "check"} | fields)


def text_of(answer):
    page = answer.content.decode()
    assert Page(page).faults == []
    return page


def test_a_check_tells_what_the_files_hold_and_keeps_nothing(desk, competition):
    answer = send(desk, GOOD)

    page = text_of(answer)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "40 images" in page
    assert "All checks are passed" in page
    assert (GroundTruth.objects.count(), SealedTruth.objects.count()) == (1, 1)
    assert not AuditEvent.objects.filter(act="replace_truth").exists()


def test_a_fault_is_told_with_check_severity_line_and_column(desk, competition):
    faulty = image_labels_csv().replace(",1,0\n", ",2,0\n", 1)

    answer = send(desk, GOOD | {"classification": faulty.encode()}, reason="errata <b>")

    page = text_of(answer)
    assert answer.status_code == 422
    assert "1 fault in the file of the labels of images" in page
    for cell in ("G12", '<td class="number">2</td>', "Pneumonia", "errata &lt;b&gt;"):
        assert cell in page


def test_what_is_sealed_waits_for_a_word_and_no_label_is_left_readable(desk, competition, member, score_all):
    hand_in(member, detections_csv())
    score_all()
    unsure = send(desk, corrected(), act="hold", reason="boxes were shifted", confirm="yes")
    silent = send(desk, corrected(), act="hold", confirm="chest")
    made = send(desk, corrected(), act="hold", reason="boxes were shifted", confirm="chest")
    score_all()
    page = desk.get(f"{PAGE}2/").content.decode()
    desk.post(f"{PAGE}2/", {"act": "confirm", "confirm": "chest"})

    shown = text_of(made)
    assert (unsure.status_code, silent.status_code, made.status_code) == (409, 400, 201)
    assert "Type chest to confirm." in text_of(unsure)
    assert "What these files hold" in shown
    assert f'action="{PAGE}2/"' in shown
    assert "What these files hold" not in page
    assert "Rank then" in page
    assert AuditEvent.objects.filter(act="replace_truth", reason="boxes were shifted").count() == 1
    assert not readable(true_box_of(corrected()["detection"]))


def true_box_of(content):
    return content.decode().splitlines()[1].split(",", 2)[2].encode()


def readable(secret):
    """Tables of the database in which the text of a label's row can be read."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            rows = io.StringIO()
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                rows.write(b"".join(bytes(part) for part in copy).decode())
            if secret.decode() in rows.getvalue() and table not in ("competition_manifest",):
                found.append(table)
    return found


def test_without_submissions_no_slug_is_asked_for_and_the_version_waits_too(desk, competition):
    form = text_of(desk.get(PAGE))
    answer = send(desk, GOOD, act="hold", reason="first correction")

    assert 'name="confirm"' not in form
    assert answer.status_code == 201
    truth = GroundTruth.objects.get(version=2)
    assert (truth.state, truth.held) == ("staged", True)
    assert "is being prepared" in text_of(desk.get(PAGE))


@pytest.mark.parametrize(
    ("files", "fields", "status", "words"),
    [
        ({"detection": GOOD["detection"]}, {}, 400, "classification track too"),
        ({"export": GOOD["detection"]}, {}, 400, "no export of VinDr Lab"),
        (GOOD, {"review": "somebody"}, 400, "these are CSV files"),
        (GOOD | {"groups": b"image_id,group\nx,1\n"}, {}, 422, "file of the groups"),
        (GOOD | {"stages": b"image_id\n"}, {}, 422, "who read at which stage"),
    ],
)
def test_what_can_not_be_taken_says_why(desk, competition, files, fields, status, words):
    answer = send(desk, files, **fields)

    assert answer.status_code == status
    assert words in text_of(answer)
    assert GroundTruth.objects.count() == 1


def test_a_file_that_is_too_large_is_refused(desk, competition, settings):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"upload_limit_bytes": 2048})

    answer = send(desk, GOOD)

    assert answer.status_code == 413
    assert "at most 2048 bytes" in text_of(answer)


def test_a_form_of_another_site_is_refused(organizer, competition):
    forger = Client(enforce_csrf_checks=True)
    forger.force_login(organizer)

    assert send(forger, GOOD).status_code == 403
    assert GroundTruth.objects.count() == 1


def test_it_is_for_organizers_only(competition, member, browser):
    assert send(browser, GOOD).status_code == 404
    assert send(page_client(), GOOD).status_code == 302


def test_an_override_needs_its_reason_and_is_kept_with_the_version(released):
    folder, desk = released
    files = {
        "detection": (folder / "annotations_test.csv").read_bytes(),
        "classification": without_global_label((folder / "image_labels_test.csv").read_text()).encode(),
    }

    refused = send(desk, files)
    made = send(desk, files, **{"act": "hold", "reason": "as released", "override-G1": "the released file has such"})

    assert refused.status_code == 422
    assert "overridable" in text_of(refused)
    assert made.status_code == 201
    assert GroundTruth.objects.get(version=2).overrides == {"G1": "the released file has such"}


def without_global_label(text):
    """Takes the only global label from the first image that has a local one too."""
    lines = text.splitlines()
    header = lines[0].split(",")
    for number, line in enumerate(lines[1:], 1):
        cells = dict(zip(header, line.split(","), strict=True))
        if any(cells.get(name) == "1" for name in LOCAL):
            cells |= {name: "0" for name in (*GLOBAL, "Other disease") if name in cells}
            return "\n".join([*lines[:number], ",".join(cells[name] for name in header), *lines[number + 1 :]]) + "\n"
    raise AssertionError("no image has a local label")


def test_of_several_reviews_one_is_chosen_on_the_form(released):
    _, desk = released
    export = {"export": json.dumps(twice_reviewed()).encode()}

    undecided = send(desk, export)
    made = send(desk, export, act="hold", reason="read again", review="person-8")

    page = text_of(undecided)
    assert undecided.status_code == 422
    assert 'type="radio" name="review" value="person-8"' in page
    assert "1 annotation of 1 study" in page
    assert made.status_code == 201
    assert "person-8" in text_of(made)
    assert GroundTruth.objects.get(version=2).review == "person-8"
    assert len(labels_of_images(IMAGES)) == IMAGES


def test_a_team_sees_nothing_of_it_before_the_word(desk, competition, member, score_all):
    hand_in(member, detections_csv())
    score_all()
    send(desk, corrected(), act="hold", reason="boxes were shifted", confirm="chest")

    about = page_client(make_member(competition, "bob").user).get("/competitions/chest/").content.decode()

    assert "boxes were shifted" not in about
