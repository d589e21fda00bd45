"""Plots in which everybody must play their part: the chance that at least one works, exactly and by simulation.

Plots of one size, none sharing a player. Players fail independently, each with chance 1-q, where q is the reliability,
and a plot works if none of its players fails (after Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov,
Dropout, JMLR 15 (2014), section 2, which sets ten plots of five against one of fifty).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Plots:
    """``count`` plots of ``size`` players each."""

    count: int
    size: int

    @property
    def players(self) -> int:
        """How many players there are in all."""
        return self.count * self.size


def chance(plots: Plots, reliability: ArrayLike) -> Array:
    """Return the exact chance that at least one plot works, 1 - (1 - q^size)^count, shaped like ``reliability``.

    Written so that no digit is lost where it is close to 0 or to 1.
    """
    q = np.asarray(reliability, float)
    with np.errstate(divide="ignore"):  # a plot of the wholly reliable never fails: log 0
        return np.asarray(-np.expm1(plots.count * np.log1p(-(q**plots.size))))


def reliability_needed(plots: Plots, wanted: float) -> float:
    """Return the reliability at which at least one plot works with this chance, the inverse of ``chance``."""
    return float((-np.expm1(np.log1p(-wanted) / plots.count)) ** (1 / plots.size))


def company(plots: Plots, reliability: float = 0.5) -> float:
    """Return the mean number of players whose doing together decides, per unit of variance of "one works".

    The mean dimension (Owen, The dimension distribution and quadrature test functions, 2003): the sum of the players'
    total Sobol indices. 1 where everyone counts alone. Closed form: a player matters when all partners do their part
    and no other plot works.

    Raises:
        ValueError: a reliability of 0 or 1, at which nothing varies.
    """
    if not 0 < reliability < 1:
        raise ValueError(f"reliability {reliability}: must be greater than 0 and less than 1")
    q, works = reliability, float(chance(plots, reliability))
    matters = q ** (plots.size - 1) * (1 - q**plots.size) ** (plots.count - 1)
    return plots.players * q * (1 - q) * matters / (works * (1 - works))


def lasting(evenings: int, players: int, seed: int) -> Array:
    """Return how reliable each player must be not to fail on each evening, uniform on [0, 1), (evenings, players).

    A player of reliability q does not fail where the number is below q: one draw tells of every reliability at once.
    """
    return np.random.default_rng(seed).random((evenings, players))


def needed(plots: Plots, draws: Array) -> Array:
    """Return how reliable players must be for at least one plot to work, for each evening of ``lasting``: (evenings,).

    A plot works while the weakest of its players does; the plots that there are take the players in their order.
    """
    return np.asarray(draws[:, : plots.players].reshape(-1, plots.count, plots.size).max(axis=2).min(axis=1))


def simulated(weakest: Array, reliability: ArrayLike) -> Array:
    """Return the share of evenings on which a plot works, from ``needed``, shaped like ``reliability``."""
    return np.asarray(np.searchsorted(np.sort(weakest), np.asarray(reliability, float), side="left") / len(weakest))


def distance(plots: Plots, weakest: Array) -> float:
    """Return the largest gap between simulated and exact chance over every reliability there is (Kolmogorov's)."""
    exact, n = chance(plots, np.sort(weakest)), len(weakest)
    steps = np.arange(n + 1) / n
    return float(max(np.abs(steps[:-1] - exact).max(), np.abs(steps[1:] - exact).max()))


def allowed(evenings: int, doubt: float) -> float:
    """Return the half-width of a band that holds the whole exact curve but with chance ``doubt``.

    Dvoretzky, Kiefer and Wolfowitz's inequality with Massart's constant (Annals of Probability, 1990).
    """
    return math.sqrt(math.log(2 / doubt) / (2 * evenings))
