"""The mean of a noisy series over a window of steps, at a few places of the axis, whatever its length. NumPy only."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from dropout_viz.draw.ranges import nice
from dropout_viz.views.loss.decimate import Pyramid

Floats = NDArray[np.float64]

_WINDOWS = 40.0  # in sight, about
_NEAR = 0.1  # of a step, where steps are logarithmic: how far the mean reaches on either side


class RunningMean:
    """The mean of the steps around any step: sums are kept, so that a window costs the same whatever its width."""

    def __init__(self) -> None:
        self._sums = np.zeros(1)  # of the values before each, and room beyond
        self._length = 0
        self._of: object = None  # the series' arrays as they were numbered

    def update(self, pyramid: Pyramid) -> None:
        """Take in what a pyramid has seen."""
        of = (id(pyramid), pyramid.rows.thinnings)
        if of != self._of:
            self._of, self._length = of, 0
        n, done = pyramid.length, self._length
        if n + 1 > len(self._sums):
            grown = np.zeros(max(n + 1, 2 * len(self._sums)))
            grown[: done + 1] = self._sums[: done + 1]
            self._sums = grown
        new = pyramid.values[done:n]
        np.cumsum(np.where(np.isfinite(new), new, 0.0), out=self._sums[done + 1 : n + 1])
        self._sums[done + 1 : n + 1] += self._sums[done]
        self._length = n

    def at(self, pyramid: Pyramid, stop: int, low: Floats, high: Floats) -> Floats:
        """Return the mean of what was recorded from steps ``low`` to ``high``, whole numbers, (n,) each, of the first
        ``stop`` values; nan where not all of them are there, where something was no finite number, or where only
        extremes are kept."""
        steps = pyramid.steps[:stop]
        first = np.searchsorted(steps, low.astype(np.int64))
        after = np.searchsorted(steps, high.astype(np.int64), side="right")
        count = after - first
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = (self._sums[after] - self._sums[first]) / count
        mean[(count < 1) | (low < steps[0]) | (high > steps[-1])] = np.nan
        if pyramid.first_bad is not None:
            mean[high >= pyramid.first_bad] = np.nan
        mean[low < pyramid.rows.exact_from] = np.nan
        return mean


def reach(low: float, high: float, log: bool) -> int | None:
    """Return over how many steps a mean is taken where these are in sight, a round number; None where steps are
    logarithmic: over those within a share of each."""
    return None if log else max(2, round(nice((high - low) / _WINDOWS, (1, 2, 5))))


def around(steps: Floats, over: int | None) -> tuple[Floats, Floats]:
    """Return from which to which step the mean at each step is taken: ``over`` of them, to the step."""
    if over is None:
        return np.ceil(steps * (1 - _NEAR)), np.floor(steps * (1 + _NEAR))
    low = np.rint(steps) - (over - 1) // 2
    return low, low + over - 1


def ahead(low: float, high: float, log: bool) -> int:
    """Return how many steps beyond those in sight the means there build on."""
    over = reach(low, high, log)
    return math.ceil(high * _NEAR) if over is None else over


def told(over: int | None) -> str:
    """Return what a mean is over, in words."""
    return f"mean of the steps within {100 * _NEAR:g} %" if over is None else f"mean of {over:,} steps"
