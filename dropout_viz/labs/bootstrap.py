"""How sure a mean over seeds is: the bootstrap interval, bias-corrected and accelerated (BCa).

Source: B. Efron, "Better bootstrap confidence intervals", Journal of the American Statistical Association 82 (1987).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
LEVEL = 0.95
RESAMPLES = 10_000
_SEED = 1987  # the same values give the same interval
_AT_ONCE = 4_000_000  # draws held in memory at a time
_NORMAL = NormalDist()


@dataclass(frozen=True)
class Interval:
    """A mean and the ends of its interval; ``n`` values. The ends are nan where fewer than two values tell nothing."""

    mean: float
    low: float
    high: float
    n: int

    @property
    def side(self) -> int:
        """-1 where all of the interval lies below zero, 1 where all lies above, 0 where it holds zero or is unknown."""
        return -1 if self.high < 0 else 1 if self.low > 0 else 0


def interval(values: Array, *, level: float = LEVEL, resamples: int = RESAMPLES) -> Interval:
    """Return the mean of values (n,) with its BCa interval. Values that are no finite numbers are left out.

    Each of the ``resamples`` draws n values with replacement. The share of resampled means below the mean corrects the
    bias z0; the skewness of the values, which is that of the jackknife, gives the acceleration a.
    """
    values = np.asarray(values, np.float64)
    values = values[np.isfinite(values)]
    n = len(values)
    if n < 2:
        return Interval(float(values[0]) if n else math.nan, math.nan, math.nan, n)
    mean, spread = float(values.mean()), values - values.mean()
    if np.ptp(values) == 0:
        return Interval(mean, mean, mean, n)
    means = np.sort(_means(values, resamples))
    below = (np.searchsorted(means, mean, "left") + np.searchsorted(means, mean, "right")) / 2  # a tie counts half
    z0 = _NORMAL.inv_cdf(min(max(below, 0.5), resamples - 0.5) / resamples)
    a = float((spread**3).sum() / (6 * (spread**2).sum() ** 1.5))
    ends = []
    for share in ((1 - level) / 2, (1 + level) / 2):
        z = z0 + _NORMAL.inv_cdf(share)
        ends.append(_NORMAL.cdf(z0 + z / (1 - a * z)))
    low, high = np.quantile(means, ends)
    return Interval(mean, float(low), float(high), n)


def _means(values: Array, resamples: int) -> Array:
    """Return the means of so many resamples, (resamples,)."""
    stream, n = np.random.default_rng(_SEED), len(values)
    found, rows = [], max(1, _AT_ONCE // n)
    for first in range(0, resamples, rows):
        drawn = stream.integers(0, n, (min(rows, resamples - first), n), dtype=np.int32)
        found.append(values[drawn].mean(axis=1))
    return np.concatenate(found)
