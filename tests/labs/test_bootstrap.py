"""The bootstrap interval against what it promises: how often it holds the true mean, and what shifts and scales do."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dropout_viz.labs.bootstrap import Interval, interval


def test_it_holds_the_true_mean_as_often_as_it_says() -> None:
    """Exponential samples, mean 1: skewed, so that a plain percentile interval would be off centre."""
    stream = np.random.default_rng(5)
    found = [interval(stream.exponential(1.0, 40), resamples=800) for _ in range(300)]
    held = np.mean([each.low <= 1.0 <= each.high for each in found])
    assert 0.90 <= held <= 0.98  # 95 % promised; 300 trials have a standard error of 1.3 points
    above = np.mean([each.low > 1.0 for each in found])
    below = np.mean([each.high < 1.0 for each in found])
    assert max(above, below) < 0.065


def test_it_is_the_students_interval_for_many_normal_values() -> None:
    values = np.random.default_rng(1).normal(3.0, 2.0, 400)
    found = interval(values)
    half = 1.966 * values.std(ddof=1) / math.sqrt(400)
    assert found.mean == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - half, abs=0.02)
    assert found.high == pytest.approx(values.mean() + half, abs=0.02)


def test_skewness_moves_it_to_the_long_side() -> None:
    values = np.random.default_rng(2).exponential(1.0, 50)
    found, turned = interval(values), interval(-values)
    assert found.high - found.mean > 1.1 * (found.mean - found.low)
    assert turned.low == pytest.approx(-found.high, rel=0.03)


def test_it_moves_and_stretches_with_the_values_and_repeats_itself() -> None:
    values = np.random.default_rng(3).normal(size=30)
    one, other = interval(values), interval(7 + 3 * values)
    assert interval(values) == one
    assert (other.low, other.high) == pytest.approx((7 + 3 * one.low, 7 + 3 * one.high))


def test_what_tells_nothing() -> None:
    none, single = interval(np.array([np.nan])), interval(np.array([2.0, np.inf]))
    assert none.n == 0 and math.isnan(none.mean) and none.side == 0
    assert single.mean == 2.0 and math.isnan(single.low) and single.side == 0
    assert interval(np.full(5, 2.5)) == Interval(2.5, 2.5, 2.5, 5)
    assert interval(np.zeros(9)).side == 0
    assert interval(np.array([-1.0, -2.0, -3.0])).side == -1
    assert interval(np.array([1.0, 2.0, 3.0])).side == 1
