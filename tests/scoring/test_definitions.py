"""A file of definitions, and what is wrong with one."""

import pytest

from competition.environment import REPOSITORY
from scoring.definitions import Definition, read_definitions, write_definitions
from scoring.labels import ALL
from tests.scoring.faults_of import refusal

LABELS = ("Edema", "COPD")


def read(text: str) -> tuple[Definition, ...]:
    return read_definitions(text.encode(), labels=LABELS, images=10)


def test_definitions_are_read_in_their_order_and_written_as_they_were() -> None:
    text = 'label,meaning,positives\nCOPD,"Airflow, limited",7\nEdema,Fluid,\n'

    found = read(text.replace("COPD", "copd"))

    assert found == (Definition("COPD", "Airflow, limited", 7), Definition("Edema", "Fluid", None))
    assert write_definitions(found).decode() == text
    assert read("label,meaning\nEdema,Fluid\n") == (Definition("Edema", "Fluid", None),)


@pytest.mark.parametrize(
    ("text", "line", "column", "code"),
    [
        ("label,meaning\n", None, None, "no_rows"),
        ("label,text\nEdema,Fluid\n", 1, "meaning", "missing_column"),
        ("label,meaning\nEdema,Fluid\nedema,Fluid\n", 3, "label", "duplicate_label"),
        ("label,meaning\nHernia,Gap\n", 2, "label", "unknown_label"),
        ("label,meaning\nEdema, \n", 2, "meaning", "empty_cell"),
        ("label,meaning\n,Fluid\n", 2, "label", "empty_cell"),
        (f"label,meaning\nEdema,{'a' * 2001}\n", 2, "meaning", "too_long"),
        ("label,meaning,positives\nEdema,Fluid,11\n", 2, "positives", "not_a_count"),
        ("label,meaning,positives\nEdema,Fluid,1.0\n", 2, "positives", "not_a_count"),
        ("label,meaning,positives\nEdema,Fluid,-1\n", 2, "positives", "not_a_count"),
    ],
)
def test_a_fault_is_named_by_line_and_column(text: str, line: int | None, column: str | None, code: str) -> None:
    faults = refusal(lambda: read(text)).problems

    assert (line, column, code) in {(fault.line, fault.column, fault.code) for fault in faults}


def test_the_definitions_of_vindr_cxr_are_those_of_its_28_labels() -> None:
    content = (REPOSITORY / "competition" / "vindr-cxr-labels.csv").read_bytes()

    found = {one.label: one.positives for one in read_definitions(content, labels=ALL, images=15_000)}

    assert tuple(found) == ALL
    assert (found["Aortic enlargement"], found["Edema"], found["COPD"], found["No finding"]) == (2348, 1, 7, 10606)
