"""The sketch: the drawing's five zones, a curve that bends as it should, and balls that end where they must."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dropout_viz.analysis.sketch import DRAWING, GAP, SketchBalls, SketchCurve

BORDERS, BALLS = (0.263, 0.497, 0.665, 0.890), (0.033, 0.378, 0.563, 0.786, 0.944)
curves = st.tuples(
    st.lists(st.floats(0, 1), min_size=11, max_size=11), st.lists(st.floats(0.02, 1), min_size=10, max_size=10)
).map(lambda drawn: random_curve(*drawn))


def random_curve(heights: list[float], gaps: list[float]) -> SketchCurve:
    x = np.cumsum([0, *gaps]) / sum(gaps)
    x[-1] = 1.0
    return SketchCurve(list(zip(x.tolist(), heights, strict=True)))


def test_the_drawing_has_five_zones_where_the_post_has_them() -> None:
    zones = SketchCurve().zones
    assert zones.borders == BORDERS and tuple(b.bottom for b in zones.basins) == BALLS
    widths = [b.right - b.left for b in zones.basins]
    depths = [b.value for b in zones.basins]
    assert widths.index(min(widths)) == depths.index(min(depths)) == 4  # the last is the narrowest and the deepest


def test_a_hundred_balls_end_in_five_places() -> None:
    curve, balls = SketchCurve(), SketchBalls(100, seed=0)
    balls.settle(curve, 0.0)
    counts = balls.counts(curve.zones)
    assert balls.at_rest(0.0) and sum(counts) == 100 and balls.places == 5
    ends = [np.ptp(balls.x[SketchBalls.zone_of(curve.zones, balls.x) == k]) for k in range(5)]
    assert max(ends) < 2e-3  # five places, not five crowds
    nearest = np.abs(balls.x[:, None] - np.array(BALLS)).min(axis=1)
    assert nearest.max() < 1e-3
    started = np.bincount(SketchBalls.zone_of(curve.zones, balls.starts), minlength=5)
    assert started.tolist() == counts  # none has climbed over a summit


@given(curves)
@settings(max_examples=25, deadline=None)
def test_without_noise_a_ball_stays_in_its_zone_and_only_falls(curve: SketchCurve) -> None:
    balls = SketchBalls(40, seed=1)
    started, height = SketchBalls.zone_of(curve.zones, balls.x), curve.height(balls.x)
    for _ in range(20):
        balls.advance(curve, 0.0)
        lower = curve.height(balls.x)
        assert (lower <= height + 1e-12).all() and ((balls.x >= 0) & (balls.x <= 1)).all()
        height = lower
    ripples = SketchBalls.zone_of(curve.zones, balls.x) != started
    assert not ripples.any()


@given(curves)
@settings(max_examples=60, deadline=None)
def test_a_curve_goes_through_its_points_and_bends_nowhere_else(curve: SketchCurve) -> None:
    x, y = np.array(curve.points).T
    np.testing.assert_allclose(curve.height(x), y, atol=1e-9)
    for k in range(len(x) - 1):
        inside = curve.height(np.linspace(x[k], x[k + 1], 50))
        assert (np.diff(inside) * np.sign(y[k + 1] - y[k]) >= -1e-9).all()
    at = np.linspace(0.01, 0.99, 97)
    at = at[np.abs(at[:, None] - x).min(axis=1) > 1e-4]
    e = 1e-6
    np.testing.assert_allclose(curve.slope(at), (curve.height(at + e) - curve.height(at - e)) / (2 * e), atol=2e-3)
    bend = np.abs(curve.slope(at + e) - curve.slope(at - e)) / (2 * e)
    assert (bend <= 0.5 / curve.rate * (1 + 1e-3) + 1e-3).all()  # the greatest curvature


def test_a_stretch_that_is_all_but_level_is_no_trouble() -> None:
    curve = SketchCurve([(0.0, 0.5), (0.3, 1e-310), (0.6, 3e-310), (1.0, 0.5)])
    assert np.isfinite(curve.slope(curve.samples)).all() and len(curve.zones) == 1


def test_a_point_goes_where_it_is_put_but_not_past_its_neighbours() -> None:
    curve = SketchCurve()
    assert curve.moved(3, 0.4, 0.1).points[3] == (0.4, 0.1)
    assert curve.moved(3, 0.9, 7.0).points[3] == (pytest.approx(0.497 - GAP), 1.0)
    assert curve.moved(0, 0.5, -1.0).points[0] == (0.0, 0.0)
    assert curve.moved(10, 0.5, 0.4).points[10] == (1.0, 0.4)
    assert curve.points == DRAWING
    flat = curve.moved(2, 0.263, 0.2).moved(3, 0.378, 0.15)
    assert len(flat.zones) == 4  # without its summit the first valley runs into the second


def test_a_drop_is_decided_by_its_seed() -> None:
    curve = SketchCurve()
    ends = []
    for seed in (3, 3, 4):
        balls = SketchBalls(25, seed)
        balls.settle(curve, 0.6)
        ends.append(balls.x.tolist())
    assert ends[0] == ends[1] != ends[2]


def test_noise_carries_balls_over_summits_and_dies_away() -> None:
    curve = SketchCurve()
    still, shaken = SketchBalls(300, 0), SketchBalls(300, 0)
    still.settle(curve, 0.0)
    shaken.settle(curve, 1.0)
    assert (still.starts == shaken.starts).all()
    assert shaken.at_rest(1.0) and shaken.counts(curve.zones) != still.counts(curve.zones)
    assert np.abs(shaken.x[:, None] - np.array(BALLS)).min(axis=1).max() < 1e-3
    assert not SketchBalls(5, 0).at_rest(0.0)


def test_balls_roll_again_when_the_curve_changes() -> None:
    curve, balls = SketchCurve(), SketchBalls(50, 0)
    balls.settle(curve, 0.0)
    changed = curve.moved(9, 0.944, 0.95)
    balls.stir()
    assert not balls.at_rest(0.0)
    balls.settle(changed, 0.0)
    assert balls.places <= len(changed.zones) and changed.zones.borders != curve.zones.borders


def test_on_level_ground_balls_lie_at_more_places_than_there_are_valleys() -> None:
    floor = SketchCurve().moved(5, 0.563, -1).moved(6, 0.665, -1)
    balls = SketchBalls(100, 0)
    balls.settle(floor, 0.0)
    valleys = sum(1 for count in balls.counts(floor.zones) if count)
    x = np.sort(balls.x)
    assert valleys < balls.places == 1 + sum(b - a > 0.004 for a, b in zip(x, x[1:], strict=False))
