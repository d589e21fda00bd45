"""Plots against a count of every way in which players can fail, and against exact fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from dropout_viz.labs.conspiracies import plots as plots_of
from dropout_viz.labs.conspiracies.plots import Plots, chance, company, distance, needed, reliability_needed, simulated

SMALL = [Plots(1, 6), Plots(2, 3), Plots(3, 2), Plots(6, 1), Plots(1, 1)]


def works(plots: Plots, playing: tuple[int, ...]) -> bool:
    return any(all(playing[k * plots.size : (k + 1) * plots.size]) for k in range(plots.count))


@pytest.mark.parametrize("plots", SMALL)
@pytest.mark.parametrize("q", [0.0, 0.3, 0.9, 1.0])
def test_the_chance_is_what_all_ways_to_fail_give(plots: Plots, q: float) -> None:
    total = 0.0
    for playing in product((0, 1), repeat=plots.players):
        on = sum(playing)
        total += works(plots, playing) * q**on * (1 - q) ** (plots.players - on)
    assert float(chance(plots, q)) == pytest.approx(total, abs=1e-13)


@pytest.mark.parametrize("plots", [Plots(1, 50), Plots(10, 5)])
@pytest.mark.parametrize("q", [Fraction(1, 100), Fraction(1, 2), Fraction(9, 10), Fraction(999, 1000)])
def test_fifty_players_to_the_last_digit(plots: Plots, q: Fraction) -> None:
    exact = 1 - (1 - q**plots.size) ** plots.count
    assert float(chance(plots, float(q))) == pytest.approx(float(exact), rel=1e-12)


@pytest.mark.parametrize("plots", [Plots(1, 50), Plots(10, 5), Plots(3, 2)])
def test_the_reliability_needed_is_the_inverse(plots: Plots) -> None:
    for wanted in (0.01, 0.5, 0.99):
        assert float(chance(plots, reliability_needed(plots, wanted))) == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("plots", SMALL)
@pytest.mark.parametrize("q", [0.5, 0.8])
def test_company_is_the_sum_of_total_sobol_indices(plots: Plots, q: float) -> None:
    """By their definition: the variance that is left when all but one player are known, over the whole variance."""
    n, indices = plots.players, 0.0
    mean = float(chance(plots, q))
    for player in range(n):
        for others in product((0, 1), repeat=n - 1):
            weight = q ** sum(others) * (1 - q) ** (n - 1 - sum(others))
            on, off = (works(plots, (*others[:player], k, *others[player:])) for k in (1, 0))
            indices += weight * q * (1 - q) * (on - off) ** 2
    assert company(plots, q) == pytest.approx(indices / (mean * (1 - mean)), rel=1e-12)


def test_company_of_the_two_conspiracies() -> None:
    """All fifty or nobody: at fair coins the mean size of what acts together is 25; everyone for himself: 1."""
    assert company(Plots(1, 50)) == pytest.approx(25, rel=1e-9)
    assert company(Plots(1, 1)) == pytest.approx(1)
    with pytest.raises(ValueError, match="greater than 0"):
        company(Plots(1, 50), 1.0)


@pytest.mark.parametrize("plots", SMALL)
def test_an_evening_works_where_every_player_of_one_plot_lasts(plots: Plots) -> None:
    draws = plots_of.lasting(60, 6, 1)
    weakest = needed(plots, draws)
    for q in (0.2, 0.6, 0.95):
        by_hand = [works(plots, tuple(int(u < q) for u in evening)) for evening in draws]
        assert np.array_equal(weakest < q, by_hand)
        assert float(simulated(weakest, q)) == np.mean(by_hand)


def test_the_distance_is_the_largest_of_a_fine_grid() -> None:
    plots = Plots(2, 3)
    weakest = needed(plots, plots_of.lasting(40, 6, 2))
    grid = np.linspace(0, 1, 20001)
    gap = np.abs(simulated(weakest, grid) - chance(plots, grid)).max()
    assert gap <= distance(plots, weakest) == pytest.approx(gap, abs=2e-3)


def test_the_band_holds_the_curve_as_often_as_it_says() -> None:
    """At 20 % doubt and 400 tries of 50 evenings: at least 80 % minus four standard errors, and not always."""
    plots, limit = Plots(2, 3), plots_of.allowed(50, 0.2)
    inside = [distance(plots, needed(plots, plots_of.lasting(50, 6, seed))) <= limit for seed in range(400)]
    assert 0.8 - 4 * (0.8 * 0.2 / 400) ** 0.5 < np.mean(inside) < 1
