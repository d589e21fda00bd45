"""The mean of a noisy series over a window of steps, at a few places, whatever its length. NumPy only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis.decimate import Pyramid

Floats = NDArray[np.float64]


class RunningMean:
    """The mean of the steps around any step: sums are kept, so that a window costs the same whatever its width."""

    def __init__(self) -> None:
        self._sums = np.zeros(1)  # of the values before each, and room beyond
        self._length = 0
        self._of: object = None  # the series' arrays as they were numbered

    def update(self, pyramid: Pyramid) -> None:
        """Take in what a pyramid has seen."""
        of = (pyramid, pyramid.rows.thinnings)
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
