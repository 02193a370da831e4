import pytest

from scoring.labels import ALL, GLOBAL, KAGGLE, LOCAL, canonical, checked_labels, parse_labels, resolve


def test_there_are_22_local_and_6_global_labels_in_the_papers_order() -> None:
    assert (len(LOCAL), len(GLOBAL), len(set(ALL))) == (22, 6, 28)
    assert [LOCAL.index(label) + 1 for label in ("Cardiomegaly", "Calcification", "ILD", "Lung Opacity")] == [
        3,
        4,
        10,
        14,
    ]
    assert GLOBAL[-1] == "No finding"


def test_kaggles_classes_are_14_of_the_local_labels_and_no_finding() -> None:
    assert set(KAGGLE[:14]) < set(LOCAL)
    assert (len(KAGGLE), KAGGLE[2], KAGGLE[14]) == (15, "Calcification", "No finding")


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("aortic ENLARGEMENT", "Aortic enlargement"),
        ("Lung opacity", "Lung Opacity"),
        ("Other disease", "Other diseases"),
        ("other DISEASES", "Other diseases"),
        ("Interstitial lung disease", "ILD"),
        ("Interstitial lung disease (ILD)", "ILD"),
        ("Chronic obstructive pulmonary disease (COPD)", "COPD"),
        ("copd", "COPD"),
        ("Effusion", "Effusion"),
        ("effusion", "effusion"),
    ],
)
def test_vindrs_names_have_one_spelling_and_others_their_own(name: str, label: str) -> None:
    assert canonical(name) == label


@pytest.mark.parametrize("name", [" Edema", "Edema ", "Еdema", "Atelecta\u017fi\u017f", "Edema\u200b"])
def test_what_only_looks_like_a_label_is_none(name: str) -> None:
    assert resolve(name, LOCAL) is None


def test_the_spelling_asked_for_is_the_one_given_back() -> None:
    assert resolve("Lung Opacity", ["LUNG OPACITY", "Mass"]) == "LUNG OPACITY"
    assert resolve("ild", ["Interstitial lung disease"]) == "Interstitial lung disease"


def test_other_labels_are_matched_to_the_letter() -> None:
    assert resolve("Mass", ["Mass", "mass"]) == "Mass"
    assert resolve("MASS", ["Mass", "mass"]) is None


def test_labels_are_one_csv_line() -> None:
    assert parse_labels('Edema,"Mass, large",X') == ("Edema", "Mass, large", "X")


def test_vindrs_groups_have_names() -> None:
    assert (parse_labels("local"), parse_labels("global"), parse_labels("all")) == (LOCAL, GLOBAL, ALL)


@pytest.mark.parametrize("line", ["", "a,,b", "a, b", "a,a", "ILD,Interstitial lung disease", '"a', "a\nb"])
def test_labels_that_are_none_are_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"label"):
        parse_labels(line)


def test_labels_that_differ_in_case_only_are_two() -> None:
    assert checked_labels(["Mass", "mass"]) == ("Mass", "mass")
