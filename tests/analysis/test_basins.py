"""Zones of hand-made curves, and what must hold for every curve."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dropout_viz.analysis.basins import find, find_all

T = np.linspace(-3, 3, 601)


def bottoms(zones):
    return [round(b.bottom, 2) for b in zones.basins]


def test_one_valley():
    zones = find(T, (T - 1) ** 2)
    assert len(zones) == 1
    basin = zones.basins[0]
    assert (basin.left, basin.right, basin.open) == (-3, 3, False)
    assert basin.bottom == pytest.approx(1) and basin.value == pytest.approx(0)


def test_two_valleys_meet_at_the_summit_between_them():
    zones = find(T, (T**2 - 2.25) ** 2 + 0.3 * T)
    assert bottoms(zones) == pytest.approx([-1.52, 1.48], abs=0.011)
    assert zones.borders[0] == pytest.approx(0.03, abs=0.011)
    assert [zones.zone_of(t) for t in (-3, -0.5, 0.5, 3)] == [0, 0, 1, 1]


def test_the_five_valleys_of_the_drawing():
    zones = find(T, -np.cos(T * 2 * np.pi * 2.5 / 3))
    assert len(zones) == 5
    assert zones.borders == pytest.approx([-1.8, -0.6, 0.6, 1.8], abs=0.011)


def test_a_slope_is_one_zone_whose_minimum_lies_beyond_the_picture():
    for curve, bottom in ((T, -3), (-T, 3)):
        zones = find(T, curve)
        assert len(zones) == 1 and zones.basins[0].open and zones.basins[0].bottom == bottom


def test_a_hill_parts_two_open_zones():
    zones = find(T, -(T**2))
    assert [b.open for b in zones.basins] == [True, True]
    assert zones.borders == pytest.approx([0.0], abs=1e-9)


def test_plateaus():
    #                 0  1  2  3  4  5  6  7  8  9 10
    values = np.array([2, 1, 1, 1, 2, 2, 2, 0, 0, 3, 3.0])
    zones = find(np.arange(11.0), values)
    assert zones.borders == (5.0,)  # the middle of the high plateau
    assert [b.bottom for b in zones.basins] == [2.0, 8.0]
    assert [b.value for b in zones.basins] == [1.0, 0.0]
    steps = find(np.arange(6.0), np.array([3, 2, 2, 1, 1, 0.0]))  # stairs down: no valley on the way
    assert len(steps) == 1


def test_ripples_are_merged_and_real_barriers_are_not():
    curve = T**2 + 3e-3 * np.sin(150 * T)
    assert len(find(T, curve)) == 1
    assert len(find(T, curve, ripple=0)) > 5
    low_pass = np.where(np.abs(T) < 1, np.maximum(0.02 * np.cos(np.pi * T / 2), 0), 0) + np.maximum(np.abs(T) - 1, 0)
    assert len(find(T, low_pass, ripple=0.005)) == 2
    assert len(find(T, low_pass, ripple=0.02)) == 1


def test_a_merged_zone_keeps_its_lower_minimum():
    values = np.array([5, 1.0, 1.001, 0.9, 5])
    zones = find(np.arange(5.0), values, ripple=0.01)
    assert len(zones) == 1 and zones.basins[0].bottom == 3.0


@pytest.mark.parametrize("height", [0.0, 0.25, -7.0, 1e300])
def test_a_flat_curve_is_one_zone(height):
    noise = 1 + 1e-16 * np.arange(len(T))
    for values in (np.full(len(T), height), height * noise):
        zones = find(T, values)
        assert len(zones) == 1 and not zones.basins[0].open
        assert (zones.basins[0].left, zones.basins[0].right) == (-3, 3)


@pytest.mark.parametrize("wall", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_a_wall(wall):
    values = T**2
    values[:50] = wall
    values[400:420] = wall
    zones = find(T, values)
    assert bottoms(zones) == [0.0, 1.2]
    assert T[400] <= zones.borders[0] <= T[420]
    nothing = find(T, np.full(len(T), wall))
    assert len(nothing) == 1 and np.isnan(nothing.basins[0].value)


def test_one_point():
    zones = find([2.0], [3.0])
    assert len(zones) == 1 and zones.zone_of(2.0) == 0


def test_many_curves_at_once_are_each_one_alone():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(7, 40)).cumsum(axis=1)
    values[3] = 1.0
    grids = np.sort(rng.normal(size=(7, 40)), axis=1)
    assert find_all(grids, values) == [find(t, v) for t, v in zip(grids, values, strict=True)]


CURVES = hnp.arrays(
    float,
    st.integers(1, 40),
    elements=st.one_of(
        st.sampled_from([0.0, 1.0, 2.0, 3.0]), st.floats(-10, 10), st.just(float("nan")), st.just(float("inf"))
    ),
)


@given(CURVES, st.sampled_from([0.0, 1e-3, 0.2]))
def test_every_point_belongs_to_exactly_one_zone(values, ripple):
    t = np.arange(len(values)) * 0.5
    zones = find(t, values, ripple)
    edges = [t[0], *zones.borders, t[-1]]
    assert edges == sorted(edges) and len(set(zones.borders)) == len(zones.borders)
    assert [b.left for b in zones.basins] == edges[:-1]
    assert [b.right for b in zones.basins] == edges[1:]
    for point in np.linspace(t[0], t[-1], 3 * len(t)):
        k = zones.zone_of(point)
        assert zones.basins[k].left <= point <= zones.basins[k].right
        holding = [b for b in zones.basins if b.left <= point < b.right]
        assert holding in ([], [zones.basins[k]])  # none only at the very end


@given(CURVES, st.sampled_from([0.0, 1e-3, 0.2]))
def test_rolling_down_never_leaves_the_zone(values, ripple):
    t = np.arange(len(values)) * 1.0
    zones = find(t, values, ripple)
    heights = np.where(np.isnan(values), np.inf, values)
    for start in range(len(t)):
        at, zone = start, zones.zone_of(t[start])
        while True:
            if at + 1 < len(t) and heights[at + 1] < heights[at]:
                at += 1
            elif at and heights[at - 1] < heights[at]:
                at -= 1
            else:
                break
            assert zones.zone_of(t[at]) == zone


@given(CURVES)
def test_the_bottom_is_the_lowest_point_of_its_zone(values):
    t = np.arange(len(values)) * 1.0
    zones = find(t, values)
    members = np.array([zones.zone_of(x) for x in t])
    for k, basin in enumerate(zones.basins):
        inside = values[(members == k) & np.isfinite(values)]
        if len(inside):
            assert basin.value == inside.min()
            assert values[int(basin.bottom)] == basin.value and members[int(basin.bottom)] == k


@given(CURVES, st.floats(1e-3, 0.5))
def test_every_border_is_a_barrier_of_at_least_the_ripple_height(values, ripple):
    t = np.arange(len(values)) * 1.0
    zones = find(t, values, ripple)
    finite = values[np.isfinite(values)]
    for k, border in enumerate(zones.borders):
        top = values[int(border)]
        top = top if np.isfinite(top) else np.inf
        for side in zones.basins[k : k + 2]:
            assert top - side.value >= ripple * np.ptp(finite) * (1 - 1e-12)
