"""Probes on curves whose valleys are known."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dropout_viz.analysis import basins
from dropout_viz.analysis.probes import Rolling

T = np.linspace(-np.pi, 3 * np.pi, 2001)


def test_each_probe_ends_at_the_bottom_of_the_valley_that_it_began_in() -> None:
    curve = np.cos(T)  # bottoms at -pi, pi and 3 pi; borders at 0 and 2 pi
    zones = basins.find(T, curve)
    starts = np.array([-1.0, 0.5, 6.0, 6.5, 3.0])
    rolling = Rolling(T, curve, zones, starts)
    assert rolling.counts.tolist() == [1, 3, 1]
    np.testing.assert_allclose(rolling.at(0.0), starts, rtol=1e-12)
    np.testing.assert_allclose(rolling.at(rolling.duration), [-np.pi, np.pi, np.pi, 3 * np.pi, np.pi], atol=0.01)


@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0, 1))
def test_they_only_roll_towards_their_bottom_and_downhill_where_there_are_no_ripples(seed: int, share: float) -> None:
    random = np.random.default_rng(seed)
    curve = sum(random.normal() * np.sin(k * T / 4 + random.uniform(0, 6)) for k in range(1, 6))
    assert isinstance(curve, np.ndarray)
    zones = basins.find(T, curve, ripple=0.0)
    rolling = Rolling(T, curve, zones, random.uniform(T[0], T[-1], 40))
    times = share * rolling.duration, min(1.0, share + 0.05) * rolling.duration
    first, later = rolling.at(times[0]), rolling.at(times[1])
    ends = rolling.at(rolling.duration)
    assert (np.abs(later - ends) <= np.abs(first - ends) + 1e-9).all()
    assert (np.interp(later, T, curve) <= np.interp(first, T, curve) + 1e-3 * np.ptp(curve)).all()
    assert rolling.counts.sum() == 40


def test_the_steeper_the_faster() -> None:
    curve = np.where(np.pi > T, 3 * np.abs(T - np.pi), np.abs(T - np.pi))
    rolling = Rolling(T, curve, basins.find(T, curve), np.array([np.pi - 2, np.pi + 2]))
    way = np.abs(rolling.at(0.1) - rolling.starts)
    assert abs(way[0] / way[1] - 3) < 0.05


def test_on_a_flat_curve_they_stay_and_walls_stop_nothing() -> None:
    flat = Rolling(T, np.ones_like(T), basins.find(T, np.ones_like(T)), np.array([1.0]))
    assert flat.at(5.0).tolist() == [1.0] and flat.counts.tolist() == [1]
    wall = np.where(T < 0, np.inf, T)
    rolling = Rolling(T, wall, basins.find(T, wall), np.array([-1.0, 4.0]))
    assert np.isfinite(rolling.at(rolling.duration)).all()
