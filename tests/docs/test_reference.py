"""The reference is what the program does: pages that are made from it are as they would be made now."""

import pytest

from competition.operations.description import Description
from competition.web.faults import FAULTS, NOTICES
from tests.docs.reference.command_words import GROUPS
from tests.docs.reference.commands_page import command_names
from tests.docs.reference.description_keys import keys_of, told_keys
from tests.docs.reference.errors_page import framework_codes
from tests.docs.reference.pages import PAGES, path_of
from tests.docs.reference.said import codes_in, refusals, unnamed
from tests.docs.reference.words import EVERYWHERE, OF_FOLDERS, OF_TRUTH, REMARKS, TO_DO


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_is_made_is_as_it_would_be_made_now(name):
    assert path_of(name).read_text() == PAGES[name](), "make api-reference writes it anew"


def test_every_refusal_has_a_code_that_the_source_names_and_a_sentence():
    silent = [refusal.code for refusal in refusals().values() if not any(refusal.sentences)]

    assert silent == []
    assert all(place.startswith("competition/operations/compare_submissions.py") for place in unnamed())


def test_every_code_outside_the_rules_is_told():
    outside = ("competition/api/problems.py", "competition/api/known_client.py", "competition/handlers.py")

    assert framework_codes() | {code for path in outside for code in codes_in(path)} <= set(EVERYWHERE)


def test_every_code_of_a_faulty_file_or_folder_is_told():
    told = {**FAULTS, **NOTICES, **OF_TRUTH, **OF_FOLDERS, **REMARKS}
    of_folders = ("folder.py", "folder_files.py", "folder_truth.py", "description.py")
    folder = {code for name in of_folders for code in codes_in(f"competition/operations/{name}")}

    assert codes_in("scoring") <= set(told)
    assert folder <= set(OF_FOLDERS)
    assert set(TO_DO) == set(FAULTS)


def test_every_command_is_told_once():
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(command_names())


def test_every_key_of_a_description_is_told_with_its_default_and_no_other():
    assert told_keys() == keys_of(Description)
