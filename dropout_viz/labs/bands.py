"""A line and a band that sum up many: the median of seeds and where most of them lie, or a mean and its percentiles."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.words import many

Array = NDArray[Any]
_OUTSIDE = 0.1
"""Share of the seeds, about, that lie below a band, and as many above it."""


PERCENTILES = "from the 10th to the 90th percentile"
"""What the band of ``percentiles`` is: of few values it does not hold four fifths of them."""


def percentiles(values: Array, axis: int) -> tuple[Array, Array]:
    """Return the 10th and the 90th percentile along an axis."""
    low, high = np.quantile(values, (_OUTSIDE, 1 - _OUTSIDE), axis=axis)
    return low, high


def band(values: Array) -> tuple[Array, Array, Array]:
    """Return the median and both ends of the band of values (n, seeds), (n,) each. What is not finite counts as worse
    than everything else; a median or an end that is not finite is NaN."""
    ordered = np.sort(np.where(np.isfinite(values), values, np.inf), axis=1)
    outside = _outside(ordered.shape[1])
    parts = np.median(ordered, axis=1), ordered[:, outside], ordered[:, -1 - outside]
    middle, low, high = (np.where(np.isfinite(part), part, np.nan) for part in parts)
    return middle, low, high


def told(seeds: int) -> str:
    """Return what a band of so many seeds is: "; band: ..."; of a single one, which has none, ``""``."""
    if seeds < 2:
        return ""
    inside = seeds - 2 * _outside(seeds)
    return f"; band: the middle {inside:,} of them" if inside < seeds else "; band: from the lowest to the highest"


def columns(seeds: int) -> dict[str, Any]:
    """Return what the numbers of a median with its band are, as a figure takes it: see ``Figure.statistic``."""
    inside = seeds - 2 * _outside(seeds)
    ends = f"of the middle {inside:,} of {seeds:,} seeds" if inside < seeds else f"of {many(seeds, 'seed')}"
    return {"statistic": f"median of {many(seeds, 'seed')}", "ends": ends}


def _outside(seeds: int) -> int:
    """Return how many seeds lie below the band."""
    return round(_OUTSIDE * (seeds - 1))
