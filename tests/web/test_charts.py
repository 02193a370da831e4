"""The geometry of charts: numbers in, places out."""

import pytest

from competition.web.charts.chart import LARGE, SMALL
from competition.web.charts.curves import froc_chart, pr_chart, roc_chart
from competition.web.charts.forest import scale_of
from competition.web.charts.heat import shade
from competition.web.charts.histogram import HEIGHT, histogram


def test_a_roc_curve_goes_from_corner_to_corner():
    points = [[0, 0], [0, 0.5], [1, 1]]

    chart, large = roc_chart(points, label="Edema"), roc_chart(points, label="Edema", frame=LARGE)

    assert chart.line == f"M{SMALL.left} {SMALL.y_end}L{SMALL.left} {SMALL.y(0.5):g}L{SMALL.x_end} {SMALL.top}"
    assert chart.guide == f"M{SMALL.left} {SMALL.y_end}L{SMALL.x_end} {SMALL.top}"
    assert large.rows == [("0.0000", "0.0000"), ("0.0000", "0.5000"), ("1.0000", "1.0000")]


def test_the_area_of_a_detection_curve_is_the_one_below_its_envelope():
    points = [[0.25, 1.0], [0.25, 0.5], [0.5, 0.75], [0.5, 0.6]]

    chart = pr_chart(points, label="Edema", of_boxes=True, frame=LARGE)

    left, step, right = LARGE.left, f"{LARGE.x(0.25):g}", f"{LARGE.x(0.5):g}"
    top, middle, last, low = (f"{LARGE.y(share):g}" for share in (1, 0.75, 0.6, 0))
    places = [(left, low), (left, top), (step, top), (step, middle), (right, middle), (right, last), (right, low)]
    assert chart.area == f"M{'L'.join(f'{x} {y}' for x, y in places)}Z"
    assert chart.line == f"M{'L'.join(f'{x} {y}' for x, y in places[1:-1])}"


def test_a_froc_curve_is_drawn_in_steps_over_doublings_of_the_rate():
    chart = froc_chart([[0.0, 0.2], [1.0, 0.6], [20.0, 1.0]], label="Edema")

    middle = SMALL.x(0.5)
    heights = [f"{SMALL.y(share):g}" for share in (0.2, 0.6)]
    assert chart.line == (
        f"M{SMALL.left} {heights[0]}L{middle:g} {heights[0]}L{middle:g} {heights[1]}L{SMALL.x_end} {heights[1]}"
    )
    assert [tick.word for tick in chart.x_ticks] == ["⅛", "1", "8"]


@pytest.mark.parametrize("draw", [roc_chart, froc_chart])
def test_a_curve_without_points_is_drawn_as_none(draw):
    assert draw([], label="Edema").line == ""


def test_a_scale_is_the_shortest_round_one_with_zero_in_its_middle():
    scale = scale_of([0.03, -0.041, 0.0])

    better, same, worse = scale.mark(0.03, (0.01, 0.05)), scale.mark(0.0, None), scale.mark(-0.04, (-0.05, -0.01))
    assert (scale.reach, scale.zero, same.at) == (0.05, 120, 120)
    assert [tick.word for tick in scale.ticks] == ["-0.05", "0", "+0.05"]
    assert [mark.kind for mark in (better, same, worse)] == ["better", "same", "worse"]
    assert better.left + better.length == 240


def test_shades_are_tenths_and_what_is_undefined_has_its_own():
    assert [shade(value) for value in (0.0, 0.0999, 0.1, 0.95, 1.0, None)] == [
        "heat-0",
        "heat-0",
        "heat-1",
        "heat-9",
        "heat-9",
        "heat-none",
    ]
    assert [shade(value, lowest=0.5) for value in (0.2, 0.54, 0.76, 1.0)] == ["heat-0", "heat-0", "heat-5", "heat-9"]


def test_the_fullest_bin_fills_the_height_and_a_single_score_is_still_seen():
    told = histogram([0, 1, 1000, 0])

    assert [bar.height for bar in told.bars] == [0.0, 1.0, float(HEIGHT), 0.0]
    assert (told.total, told.highest, told.bars[1].start, told.bars[1].end) == (1001, 1000, "0.25", "0.50")
