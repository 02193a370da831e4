"""Every sentence of the pages has its Vietnamese, which says as much, and is compiled."""

import re

from django.db.models import TextChoices

from competition import models  # noqa: F401 (its choices are looked at)
from competition.environment import REPOSITORY
from competition.lifecycle import EvaluationState, TruthState
from competition.operations import show_result
from competition.operations.answer_errata import SENTENCES
from competition.operations.declare import KINDS
from competition.web.faults import FAULTS, NOTICES
from scoring import CHECKS, Severity
from scoring.text import _SIGNATURES as SIGNATURES
from tests.words.catalogue import MO, PO, brought_up_to_date, compiled, gathered, translated, written
from tests.words.plain import in_python, in_refusals, in_template

PLACES = re.compile(r"%\(\w+\)[sd]|{\w*}|%%|</?\w+|(?:href|class|id)=\"[^\"]*\"")
REMEDY = "run `make words` and write the Vietnamese into competition/locale/vi/LC_MESSAGES/django.po"


def strings(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def test_every_sentence_that_is_marked_is_translated_and_none_is_guessed():
    kept = {(message.id, message.context) for message in translated() if message.id}
    said = {(message.id, message.context) for message in gathered() if message.id}

    assert said - kept == set(), REMEDY
    assert kept - said == set(), "these are said no longer: run `make words`"
    assert [message.id for message in translated() if message.id and not all(strings(message))] == [], REMEDY
    assert [message.id for message in translated() if message.fuzzy and message.id] == []
    assert len(said) > 1000


def test_a_translation_has_the_places_and_the_tags_of_its_sentence():
    wrong = []
    for message in translated():
        if not message.id:
            continue
        of_many = message.id[-1] if isinstance(message.id, tuple) else message.id
        wrong += [
            of_many for string in strings(message) if sorted(PLACES.findall(string)) != sorted(PLACES.findall(of_many))
        ]

    assert wrong == []


def test_what_is_compiled_is_what_is_written():
    assert MO.read_bytes() == compiled(translated()), "run `make words`"
    assert PO.read_bytes() == written(brought_up_to_date()), "run `make words`"


def test_no_template_says_anything_outside_of_its_marks():
    templates = sorted(path for path in (REPOSITORY / "templates").rglob("*.html") if path.parent.name != "api")
    bare = {path.relative_to(REPOSITORY).as_posix(): in_template(path.read_text()) for path in templates}

    assert {path: said for path, said in bare.items() if said} == {}, "mark it: docs/guides/developers.md says how"


def test_no_page_says_a_sentence_that_is_not_marked():
    modules = sorted((REPOSITORY / "competition" / "web").rglob("*.py"))

    assert [said for path in modules for said in in_python(path)] == []


OF_COMMANDS = re.compile("amend|found$|import_|read_archive|restore_backup")
"""Operations that commands alone call; those speak English, as the API does in its own words."""


def test_no_refusal_that_a_page_shows_is_in_one_language():
    server = REPOSITORY / "competition"
    operations = [path for path in (server / "operations").glob("*.py") if not OF_COMMANDS.match(path.stem)]
    modules = sorted([*operations, *(server / "web").rglob("*.py"), *server.glob("[im]*.py"), server / "uploading.py"])

    assert {path.stem: said for path in modules if (said := in_refusals(path))} == {}
    assert in_refusals(server / "operations" / "found.py") != []


def test_no_script_says_a_sentence_of_its_own():
    scripts = sorted((REPOSITORY / "competition" / "static").glob("*.js"))
    said = [found for path in scripts for found in re.findall(r"[\"`']([A-Z]\w* [^\"`']*)[\"`']", path.read_text())]

    assert len(scripts) > 3
    assert said == [], "a page hands its script what to say in a data- attribute"


def test_a_sentence_in_one_language_is_found():
    assert in_template('<p title="Not yet">{% translate "Yes" %} and no {{ n|default:"none" }}</p>') == [
        "none",
        "Not yet",
        "and no",
    ]
    assert (
        in_template("<p>{% blocktranslate %}All of it{% endblocktranslate %} <code>a, b</code> CSV {{ name }}</p>")
        == []
    )


READERS = ("text", "table", "columns", "images", "classes", "decimals", "box_rows", "faults", "detection_file")
CODE = re.compile(
    r"(?:\.add(?:_each|_unknown)?|_refuse|Notice)\(\s*\"(\w+)\"|\bcode, why = \(\"(\w+)\"|return \"(\w+_\w+)\""
)


def test_every_fault_of_an_uploaded_file_has_a_general_sentence():
    modules = (*READERS, "classification_file", "kaggle_file")
    sources = [(REPOSITORY / "scoring" / f"{module}.py").read_text() for module in modules]
    codes = {next(filter(None, found)) for source in sources for found in CODE.findall(source)}

    assert codes - FAULTS.keys() - NOTICES.keys() == set()
    assert len(codes) > 25


def test_every_word_that_is_kept_in_english_can_be_said():
    enumerations = [one for one in TextChoices.__subclasses__() if one.__module__.startswith("competition.models")]
    words = {str(label) for one in enumerations for label in one.labels}
    words |= {str(state) for states in (EvaluationState, TruthState, Severity) for state in states}
    words |= {show_result.NO_STEP, show_result.NEW_STEP, show_result.NOT_SHOWN, show_result.LATE, show_result.FAILED}
    words |= {kind for _, kind in SIGNATURES} | {"a DICOM image"}
    words |= {check.what for check in CHECKS} | set(KINDS.values()) | set(SENTENCES.values())

    assert words - {message.id for message in translated()} == set(), "name it in competition/web/words.py"
