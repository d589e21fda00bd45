"""Intervals against what they promise: how often they miss the true mean, and that too few values decide nothing."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from dropout_viz.labs.intervals import FEWEST, METHOD, Interval, interval, judged, student

Draw = Callable[[np.random.Generator, tuple[int, int]], np.ndarray]

NULL: dict[str, Draw] = {
    "normal": lambda g, s: g.normal(size=s),
    "uniform": lambda g, s: g.uniform(-1, 1, s),
    "exponential": lambda g, s: g.exponential(1, s) - 1,
    "minus exponential": lambda g, s: 1 - g.exponential(1, s),
    "log-normal": lambda g, s: np.exp(0.5 * g.normal(size=s)) - math.exp(0.125),
    "Laplace": lambda g, s: g.laplace(size=s),
    "t, 3 degrees": lambda g, s: g.standard_t(3, s),
    "t, 2 degrees": lambda g, s: g.standard_t(2, s),
    "outliers": lambda g, s: np.where(g.random(s) < 0.05, 10, 1) * g.normal(size=s),
    "rounded": lambda g, s: np.round(g.normal(size=s)),
    "mostly tied": lambda g, s: g.choice([-1.0, 0, 1], p=[0.1, 0.8, 0.1], size=s),
    "nearly all tied": lambda g, s: g.choice([-1.0, 0, 1], p=[0.02, 0.96, 0.02], size=s),
    "two values": lambda g, s: g.choice([-1.0, 1], size=s),
    "two values, skewed": lambda g, s: g.choice([-1.0, 3], p=[0.75, 0.25], size=s),
    "two values, very skewed": lambda g, s: g.choice([-0.171, 0.829], p=[0.829, 0.171], size=s),
}
"""Differences whose true mean is zero."""


def wrong(draw: Draw, n: int, repeats: int, seed: int) -> float:
    """How often the interval of n values excludes their true mean, 0."""
    rows = draw(np.random.default_rng(seed), (repeats, n))
    return float(np.mean([interval(row).side != 0 for row in rows]))


@pytest.mark.parametrize("kind", NULL)
def test_it_misses_the_true_mean_in_no_more_than_it_says(kind: str) -> None:
    repeats = 400
    noise = 2.6 * math.sqrt(0.06 * 0.94 / repeats)  # of a share of so many, 99.5 % of the time
    assert wrong(NULL[kind], 10, repeats, 5) <= 0.06 + noise


@pytest.mark.slow
@pytest.mark.parametrize("n", [8, 9, 10, 12, 16, 20, 50, 200])
def test_its_error_is_at_most_six_per_cent(n: int) -> None:
    repeats = 20_000
    found = {kind: wrong(draw, n, repeats, 1) for kind, draw in NULL.items()}
    print(f"\nn = {n}: " + ", ".join(f"{kind} {100 * share:.1f} %" for kind, share in found.items()))
    assert max(found.values()) <= 0.06
    assert found["normal"] >= 0.03  # it is not sure of itself by being wide


def test_an_effect_as_large_as_the_spread_is_found() -> None:
    stream = np.random.default_rng(3)
    found = [interval(stream.normal(1.0, 1.0, 20)).side for _ in range(200)]
    assert np.mean([side == 1 for side in found]) > 0.95 and -1 not in found


@pytest.mark.parametrize(
    ("level", "freedom", "value"),
    [
        (0.95, 7, 2.36462),
        (0.95, 9, 2.26216),
        (0.99, 7, 3.49948),
        (0.95, 1, 12.7062),
        (0.95, 499, 1.96473),
        (0.99, 499, 2.58572),
        (0.9, 29, 1.69913),
    ],
)
def test_student_s_distribution_is_that_of_the_tables(level: float, freedom: int, value: float) -> None:
    assert student(level, freedom) == pytest.approx(value, rel=2e-6)


def test_it_is_student_s_for_values_without_skewness_and_longer_where_they_are_skewed() -> None:
    even = np.array([-3.0, -2, -1, -1, 1, 1, 2, 3]) + 5
    half = 2.364624 * even.std(ddof=1) / math.sqrt(8)
    found = interval(even)
    assert (found.low, found.high) == pytest.approx((5 - half, 5 + half), rel=1e-6)
    values = np.random.default_rng(2).exponential(1.0, 50)
    found, turned = interval(values), interval(-values)
    assert found.high - found.mean > 1.1 * (found.mean - found.low)
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))


def test_hall_s_ends_are_where_his_transformation_says() -> None:
    values = np.random.default_rng(4).exponential(1.0, 30)
    found, n = interval(values), len(values)
    z = (values - values.mean()) / values.std()
    skewness = (z**3).mean() * math.sqrt(n * (n - 1)) / (n - 2)
    w = (values.mean() - found.high) / values.std(ddof=1)  # the long side is Hall's
    g = w + skewness / 3 * w**2 + skewness**2 / 27 * w**3 + skewness / (6 * n)
    assert g * math.sqrt(n) == pytest.approx(-student(0.95, n - 1))


def test_it_moves_and_stretches_with_the_values() -> None:
    values = np.random.default_rng(3).normal(size=30)
    one, other = interval(values), interval(7 + 3 * values)
    assert (other.low, other.high) == pytest.approx((7 + 3 * one.low, 7 + 3 * one.high))
    wider = interval(values, level=0.99)
    assert wider.low < one.low and wider.high > one.high and wider.level == 0.99


@pytest.mark.parametrize("n", range(FEWEST))
def test_too_few_values_decide_nothing_and_it_says_why(n: int) -> None:
    found = interval(np.arange(n) + 100.0)
    assert math.isnan(found.low) and found.side == 0 and judged(found) == judged(found, 1) == "undecided"
    assert found.how == f"no interval: n = {n}, and at least 8 are needed"


def test_what_is_no_number_is_left_out() -> None:
    values = np.array([2.0, np.inf, *range(9), np.nan])
    assert interval(values) == interval(values[np.isfinite(values)])
    assert interval(values).n == 10 and interval(values).how == f"95 % interval, n = 10, {METHOD}"
    assert math.isnan(interval(np.array([np.nan])).mean)


def test_the_verdict_is_the_side_of_the_whole_interval() -> None:
    same = interval(np.full(16, 2.5))
    assert same == Interval(2.5, 2.5, 2.5, 16) and same.side == 1 and not same.known
    assert same.how == "no interval: all n = 16 are the same"
    few = interval(2.5 + 1e-15 * np.arange(15))  # as seeds that all do the same come out
    assert few.mean == 2.5 and few.side == 0 and not few.known
    assert few.how == "no interval: all n = 15 are the same, and at least 16 are needed then"
    below = interval(-np.arange(1.0, 10))
    assert below.side == -1 and judged(below) == "agrees" and judged(below, 1) == "disagrees"
    assert judged(interval(np.zeros(9))) == "undecided"
