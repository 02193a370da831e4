import io
import re
import resource
from urllib.parse import unquote

import httpx
import pytest

from competition.models import Submission
from competition.storage import FOLDER
from tests.factory import detections_csv, hand_in, make_competition, make_member, make_user, probabilities_csv
from tests.running import serving
from tests.web.conftest import page_client

PAGE = "/competitions/chest/submit/"


def upload(client, content=None, *, name="mine.csv", key="k1", **fields):
    file = io.BytesIO(detections_csv() if content is None else content)
    file.name = name
    return client.post(f"{PAGE}?key={key}", {"track": "detection", "file": file, **fields})


def stored_files(settings):
    folder = settings.ENVIRONMENT.storage_dir / FOLDER
    return set(folder.iterdir()) if folder.exists() else set()


def token_in(page):
    return page.context["csrf_token"]


def test_an_upload_leads_to_its_submission(browser, competition):
    answer = upload(browser, note="first")

    submission = Submission.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/submissions/{submission.pk}/")
    assert submission.note == "first"


def test_a_form_that_is_sent_twice_makes_one_submission(browser):
    first = upload(browser)
    second = upload(browser)

    assert first["Location"] == second["Location"]
    assert Submission.objects.count() == 1


def test_a_form_that_is_sent_again_with_another_file_is_told_so(browser):
    upload(browser)

    answer = upload(browser, detections_csv(shift=3))

    assert answer.status_code == 409
    assert b"another file already" in answer.content


def test_every_page_has_a_key_of_its_own(browser):
    assert browser.get(PAGE).context["key"] != browser.get(PAGE).context["key"]


def test_without_the_token_of_the_form_nothing_is_kept(member, settings):
    client = page_client(member.user, enforce_csrf_checks=True)
    before = stored_files(settings)

    answer = upload(client)

    assert answer.status_code == 403
    assert stored_files(settings) == before
    assert not Submission.objects.exists()


def test_with_the_token_of_the_form_a_file_is_taken(member):
    client = page_client(member.user, enforce_csrf_checks=True)
    token = token_in(client.get(PAGE))

    assert upload(client, csrfmiddlewaretoken="wrong").status_code == 403
    assert upload(client, csrfmiddlewaretoken=token).status_code == 303


def test_an_upload_from_another_site_is_refused_even_with_a_token(member):
    client = page_client(member.user, enforce_csrf_checks=True)
    token = token_in(client.get(PAGE))
    file = io.BytesIO(detections_csv())

    answer = client.post(
        PAGE,
        {"track": "detection", "file": file, "csrfmiddlewaretoken": token},
        headers={"Origin": "https://elsewhere.example"},
    )

    assert answer.status_code == 403
    assert not Submission.objects.exists()


def test_a_faulty_file_is_answered_with_its_places_and_costs_nothing(browser, settings):
    before = stored_files(settings)
    lines = detections_csv().decode().splitlines()
    lines[3] = lines[3].replace("0.9", "1.9")
    lines[5] = "<script>alert(1)</script>" + lines[5][32:]

    answer = upload(browser, "\n".join(lines).encode(), note="my <b>note</b>", track="detection")

    page = answer.content.decode()
    places = [(problem.line, problem.column) for problem in answer.context["problems"]]
    assert answer.status_code == 422
    assert places[:2] == [(4, "score"), (6, "image_id")]
    assert "<strong>Line 4</strong>" in page
    assert ",<mark>1.9</mark>," in page
    saved = re.search(r'href="data:text/csv;charset=utf-8,([^"]+)" download="faults.csv"', page)[1]
    assert unquote(saved).splitlines()[1].startswith("out_of_range,4,score,1.9,")
    assert "<mark>&lt;script&gt;alert(1)&lt;/script&gt;</mark>,Cardiomegaly,0.9" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert 'value="my &lt;b&gt;note&lt;/b&gt;"' in page
    assert "Nothing was used up" in page
    assert stored_files(settings) == before
    assert not Submission.objects.exists()


def test_of_many_faults_the_first_hundred_are_shown_and_all_are_counted(browser):
    rows = "".join(f"nobody{index},Cardiomegaly,0.5,1,1,2,2\n" for index in range(150))

    answer = upload(browser, b"image_id,class_name,score,x_min,y_min,x_max,y_max\n" + rows.encode())

    assert answer.content.count(b'<p class="place">') == 100
    assert f"{answer.context['total']} faults" in answer.content.decode()
    assert answer.context["total"] > 150


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"", 400, "The file is empty"),
        (b"PK\x03\x04" + b"\0" * 40, 415, "zip archive"),
        (b"image_id\xe9,x\n", 422, "fault"),
    ],
)
def test_what_is_no_csv_is_told_so_on_the_page(browser, content, status, words):
    answer = upload(browser, content)

    assert answer.status_code == status
    assert words in answer.content.decode()


def test_a_file_over_the_limit_is_refused_and_not_kept(browser, settings):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"upload_limit_bytes": 1024})
    before = stored_files(settings)

    answer = upload(browser, b"x" * 2048)

    assert answer.status_code == 413
    assert stored_files(settings) == before


def test_a_disk_that_is_full_is_said_and_nothing_is_left(browser, settings):
    before = stored_files(settings)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        answer = upload(browser, b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert answer.status_code == 503
    assert "can't store files just now" in answer.content.decode().replace("&#x27;", "'")
    assert stored_files(settings) == before
    assert not Submission.objects.exists()


def test_a_form_without_a_file_is_told_so(browser):
    answer = browser.post(f"{PAGE}?key=k", {"track": "detection"})

    assert answer.status_code == 400


def test_what_is_no_upload_form_is_refused(browser):
    answer = browser.post(PAGE, "a=b", content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 415


def test_a_spent_quota_says_why_and_when(browser, member, competition):
    for _ in range(5):
        hand_in(member, detections_csv())
    one_left = browser.get(PAGE)
    refused = upload(browser)
    for _ in range(5):
        hand_in(member, probabilities_csv(), track="classification")

    page = browser.get(PAGE).content.decode()
    assert one_left.context["obstacle"] is None
    assert [slot.quota.left for slot in one_left.context["slots"]] == [0, 5]
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert "You can&#x27;t submit just now" in page or "You can't submit just now" in page
    assert "the next are possible from" in page
    assert 'type="file"' not in page


def test_a_total_that_is_spent_has_no_time_to_come_back(browser, member, competition):
    competition.phases.update(total_limit=1)
    hand_in(member, detections_csv())

    refused = upload(browser)

    assert refused.status_code == 429
    assert "Retry-After" not in refused
    assert "none to come" in refused.content.decode()


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        ("2020-01-01T00:00Z", "2020-01-02T00:00Z", "no phase is to come"),
        ("2090-01-01T00:00Z", "2090-01-02T00:00Z", "opens at 2090-01-01 00:00 UTC"),
    ],
)
def test_a_phase_that_is_not_open_says_when_one_is(browser, competition, opens, closes, words):
    competition.phases.update(opens_at=opens, closes_at=closes)

    page = browser.get(PAGE).content.decode()
    refused = upload(browser)

    assert words in page
    assert 'type="file"' not in page
    assert refused.status_code == 403
    assert words in refused.content.decode()


def test_new_terms_lead_to_their_page(browser, competition):
    competition.terms.create(version="2", text="new", sha256="0" * 64)

    page = browser.get(PAGE)

    assert "new version" in page.context["obstacle"].sentence
    assert b'href="/competitions/chest/enter/"' in page.content
    assert upload(browser).status_code == 403


def test_who_has_not_logged_in_sees_the_page_and_is_sent_to_log_in_by_the_form(competition, settings):
    before = stored_files(settings)
    nobody = page_client()

    page = nobody.get(PAGE)
    answer = upload(nobody)

    assert page.status_code == 200
    assert page.context["obstacle"].address == "/accounts/login/?next=%2Fcompetitions%2Fchest%2Fsubmit%2F"
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/competitions/chest/submit/")
    assert stored_files(settings) == before


@pytest.mark.django_db(transaction=True)
def test_who_is_refused_before_the_file_is_read_still_gets_to_see_the_answer(tmp_path):
    make_competition(tmp_path)
    with serving() as address:
        answer = httpx.post(address + PAGE, files={"file": ("mine.csv", b"x" * 20_000_000)}, timeout=60)

    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        "/accounts/login/?next=/competitions/chest/submit/",
    )


def test_an_outsider_and_an_organizer_are_told_to_enter_first(competition, organizer):
    for person in (make_user("eve"), organizer):
        client = page_client(person)
        assert client.get(PAGE).context["obstacle"].action == "Enter this competition"
        assert upload(client).status_code == 403


def test_of_several_open_phases_one_is_chosen_and_kept(tmp_path, db):
    phases = [
        {"key": key, "title": key.title(), "opens_at": "2020-01-01", "closes_at": "2100-01-01", "detail": "classes"}
        for key in ("one", "two")
    ]
    client = page_client(make_member(make_competition(tmp_path, phases=phases)).user)

    page = client.get(PAGE).content.decode()
    faulty = upload(client, b"image_id\n", phase="two")
    good = upload(client, phase="two")

    assert '<option value="one"' in page
    assert '<option value="two" selected>' in faulty.content.decode()
    assert good.status_code == 303
    assert Submission.objects.get().phase.key == "two"


def test_the_page_costs_the_same_queries_however_much_was_handed_in(
    browser, member, django_assert_max_num_queries, django_assert_num_queries
):
    hand_in(member, detections_csv())
    with django_assert_max_num_queries(27) as counted:
        browser.get(PAGE)
    for _ in range(3):
        hand_in(member, detections_csv())

    with django_assert_num_queries(len(counted)):
        browser.get(PAGE)


def test_only_reading_and_sending_the_form_is_possible(browser):
    assert browser.put(PAGE).status_code == 405
    assert browser.delete(PAGE).status_code == 405


def test_an_unknown_competition_is_404(browser):
    assert browser.get("/competitions/none/submit/").status_code == 404
