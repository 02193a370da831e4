import pytest

from competition.errors import Conflict, Invalid
from competition.operations.look_alikes import skeleton
from competition.operations.name_team import cleaned_team_name, team_name_key
from tests.factory import make_member


@pytest.mark.parametrize(
    "twin",
    [
        "PEACE TEAM",
        "peace  team",
        " Peace Team ",
        "Péace Team",
        "Peace\ufe0f Team",
        "\uff30eace Team",
        "\u0420\u0435\u0430ce Team",  # Cyrillic
        "\u0420\u0415\u0410\u0421\u0415 \u0422\u0415\u0410\u041c",  # Cyrillic throughout
        "Peace \u03a4\u0395\u0391\u039c",  # Greek
        "P\u0435ac\u0435 T\u0435am",  # Cyrillic among Latin
        "\u13e2eace Team",  # Cherokee
        "Pe\u0251ce Team",  # the Latin alpha
        "Peace Tea\u217f",  # a Roman numeral
        "\U0001d4dfeace Team",  # mathematical script
        "Peace Tearn",
    ],
)
def test_a_name_that_looks_like_another_is_taken(competition, twin):
    make_member(competition, "ada", team="Peace Team")

    with pytest.raises(Conflict) as refusal:
        make_member(competition, "eve", team=twin)

    assert refusal.value.code == "team_name_taken"


def test_names_that_differ_are_told_apart():
    names = ["Peace Team", "Peace Team 2", "Piece Team", "Команда", "Ομάδα", "チーム", "队伍", "🏆", "❤\ufe0f"]

    assert len({team_name_key(name) for name in names}) == len(names)
    assert len({skeleton(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "team_name_missing"),
        (" \t ", "team_name_missing"),
        ("x" * 61, "team_name_too_long"),
        ("\ufdfa" * 60, "team_name_too_long"),
        ("\u0301", "team_name_unreadable"),
        *((f"a{mark}b", "team_name_unreadable") for mark in "\u202e\u200b\u2066\x00\x07\ufeff\ue000\u00ad\u3164"),
    ],
)
def test_a_name_that_cannot_be_read_is_refused(name, code):
    with pytest.raises(Invalid) as refusal:
        cleaned_team_name(name)

    assert refusal.value.code == code


def test_the_same_name_in_another_competition_is_free(competition, tmp_path):
    from tests.factory import make_competition

    make_member(competition, "ada", team="Peace Team")

    assert make_member(make_competition(tmp_path, slug="two"), "eve", team="Peace Team").team.name == "Peace Team"


@pytest.mark.parametrize(
    ("first", "second"),
    [("Team 1", "Team l"), ("Team 1", "Team I"), ("Orange", "0range"), ("Tea\u0578 2", "Tean 2")],
)
def test_what_looks_alike_in_one_case_only_is_taken_too(competition, first, second):
    make_member(competition, "ada", team=first)

    with pytest.raises(Conflict):
        make_member(competition, "eve", team=second)
