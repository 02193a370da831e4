import pytest

from competition.web.writing import instant, interval, markdown, score


@pytest.mark.parametrize(
    ("text", "top", "html"),
    [
        ("## a\n### b", 2, "<h2>a</h2>\n<h3>b</h3>\n"),
        ("# a\n## b", 3, "<h3>a</h3>\n<h4>b</h4>\n"),
        ("# a\n###### b", 2, "<h2>a</h2>\n<h6>b</h6>\n"),
        ("no heading", 2, "<p>no heading</p>\n"),
    ],
)
def test_headings_take_their_place_in_the_page(text, top, html):
    assert markdown(text, top) == html


def test_a_table_keeps_its_cells_and_loses_its_styles():
    html = markdown("| a | b |\n| --: | --- |\n| 1 | 2 |")

    assert "<td>1</td>" in html
    assert "style" not in html


def test_links_of_organizers_give_nothing_away():
    assert 'rel="noopener noreferrer nofollow"' in markdown("[a](https://example.org)")


def test_times_are_written_to_the_minute_in_utc():
    assert instant("2026-01-31T23:59:59Z") == ('<time datetime="2026-01-31T23:59:59+00:00">2026-01-31 23:59 UTC</time>')
    assert instant(None) == ""


def test_numbers_have_three_decimals_and_nothing_is_a_dash():
    assert (score(0.12345), score(None)) == ("0.123", "–")
    assert (interval([0.1, 0.25]), interval(None)) == ("0.100 to 0.250", "–")
