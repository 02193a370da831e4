"""Order, search and pages of a board, with ties and rows without a rank."""

import pytest

from competition.web.board_choice import FEW_MORE, PAGE_ROWS, Choice
from competition.web.drawn_board import _draw


def entry(team, score, rank, *, submissions=1, day="01"):
    return {
        "rank": rank,
        "rank_low": rank,
        "rank_high": rank,
        "team": team,
        "score": score,
        "interval": [score - 0.05, score + 0.05],
        "submissions": submissions,
        "submitted_at": f"2026-11-{day}T00:00:00Z",
        "baseline": rank is None,
        "separable_from_above": False,
        "separable_from_first": False,
    }


ENTRIES = [
    entry("Zoë", 0.5, 1, submissions=2, day="05"),
    entry("ada", 0.5, 1, submissions=9, day="03"),
    entry("prevalence", 0.4, None, submissions=1, day="01"),
    entry("Bob", 0.3, 3, submissions=2, day="04"),
]
ROWS = _draw(ENTRIES, None).rows


def names(rows):
    return [row.entry["team"] for row in rows]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "Zoë ada prevalence Bob"),
        ({"sort": "rank"}, "Zoë ada prevalence Bob"),
        ({"sort": "-rank"}, "Bob prevalence ada Zoë"),
        ({"sort": "team"}, "ada Bob prevalence Zoë"),
        ({"sort": "-team"}, "Zoë prevalence Bob ada"),
        ({"sort": "score"}, "Bob prevalence Zoë ada"),
        ({"sort": "-score"}, "Zoë ada prevalence Bob"),
        ({"sort": "-submissions"}, "ada Zoë Bob prevalence"),
        ({"sort": "submitted"}, "prevalence ada Bob Zoë"),
        ({"sort": "--score"}, "Zoë ada prevalence Bob"),
        ({"sort": "password"}, "Zoë ada prevalence Bob"),
        ({"baselines": "hidden", "sort": "-rank"}, "Bob ada Zoë"),
        ({"q": " ZOE "}, "Zoë"),
        ({"q": "b"}, "Bob"),
        ({"q": "e", "baselines": "hidden"}, "Zoë"),
        ({"q": "nobody"}, ""),
    ],
)
def test_rows_are_listed_as_the_address_says(query, expected):
    assert names(Choice.of(query).listed(ROWS)) == expected.split()


def test_a_heading_leads_to_its_order_and_the_present_one_to_the_other_way():
    headings = Choice.of({"sort": "-score", "phase": "main", "page": "3", "q": "a b&c"}).headings()

    assert headings["score"].query == "?phase=main&sort=score&q=a+b%26c"
    assert headings["score"].sorted == "descending"
    assert headings["team"].query == "?phase=main&sort=team&q=a+b%26c"
    assert headings["submissions"].query == "?phase=main&sort=-submissions&q=a+b%26c"
    assert {name for name, heading in headings.items() if heading.sorted} == {"score"}
    assert Choice.of({}).headings()["rank"].sorted == "ascending"


@pytest.mark.parametrize(
    ("rows", "sizes"),
    [
        (0, [0]),
        (PAGE_ROWS, [PAGE_ROWS]),
        (PAGE_ROWS + FEW_MORE, [PAGE_ROWS + FEW_MORE]),
        (PAGE_ROWS + FEW_MORE + 1, [PAGE_ROWS, FEW_MORE + 1]),
        (3 * PAGE_ROWS + 1, [PAGE_ROWS, PAGE_ROWS, PAGE_ROWS + 1]),
    ],
)
def test_every_row_is_on_one_page_and_a_few_rows_are_no_page(rows, sizes):
    listed = _draw([entry(f"team {number}", 0.5, number + 1) for number in range(rows)], None).rows
    pages = [Choice.of({"page": str(number)}).cut(listed) for number in range(1, len(sizes) + 1)]

    assert [len(page.rows) for page in pages] == sizes
    assert [row for page in pages for row in page.rows] == listed
    assert {page.pages for page in pages} == {len(sizes)}
    for place, row in enumerate(listed):
        number = Choice().page_of(place, len(sizes))
        assert row in pages[number - 1].rows
    assert len(Choice.of({"rows": "all"}).cut(listed).rows) == rows


@pytest.mark.parametrize("number", ["0", "-1", "x", "999999", "9" * 40, "٣", ""])
def test_a_page_that_is_not_there_is_one_that_is(number):
    page = Choice.of({"page": number}).cut(ROWS)

    assert (page.number, page.first, page.last, names(page.rows)) == (1, 1, 4, names(ROWS))


def test_movement_counts_ranks_and_knows_new_teams_and_such_without_a_rank():
    before = [entry("ada", 0.5, 1), entry("Bob", 0.4, 2), entry("Zoë", 0.3, 3), entry("gone", 0.2, 4)]
    drawn = _draw([*ENTRIES, entry("mia", 0.2, 4)], before)

    assert [(row.entry["team"], row.won, row.new) for row in drawn.rows] == [
        ("Zoë", 2, False),
        ("ada", 0, False),
        ("prevalence", 0, True),
        ("Bob", -1, False),
        ("mia", 0, True),
    ]
    assert drawn.tells_movement
    assert not _draw(ENTRIES, ENTRIES).tells_movement
    assert not _draw(ENTRIES, None).tells_movement
