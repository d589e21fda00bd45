"""Zones of a curve: which points roll down to the same minimum.

A watershed in one dimension. Zones meet at the local maxima; each zone holds one minimum. A barrier lower than a share
of the curve's height is a ripple and not a border: the two sides are one zone, whose minimum is the lower one.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]

RIPPLE = 1e-3  # of the curve's height: a third of a pixel in a picture 300 pixels high
FLAT = 1e-12  # of the largest absolute value: below it a height is rounding, and the curve is flat


class Basin(NamedTuple):
    """One zone.

    Attributes:
        left, right: where it begins and ends.
        bottom, value: where its lowest point is, and how high the curve is there; nan where the curve is not finite.
        open: its lowest point is at the end of the curve, so the true minimum lies beyond it or there is none.
    """

    left: float
    right: float
    bottom: float
    value: float
    open: bool


@dataclass(frozen=True)
class Zones:
    """The zones of one curve, left to right. They cover it without gap or overlap."""

    basins: tuple[Basin, ...]
    borders: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.basins)

    def zone_of(self, t: float) -> int:
        """Return the index of the zone that holds ``t``. A border belongs to the zone on its right."""
        return bisect_right(self.borders, t)


def find(t: ArrayLike, values: ArrayLike, ripple: float = RIPPLE) -> Zones:
    """Return the zones of the curve through the points (t, values), both (n,), with ``t`` ascending and n > 0.

    A sample that is not finite is an infinitely high wall. A flat curve, and one with no finite sample, is one zone.
    """
    return find_all(np.asarray(t)[None], np.asarray(values)[None], ripple)[0]


def find_all(t: Array, values: Array, ripple: float = RIPPLE) -> list[Zones]:
    """Return the zones of n curves at once: ``t`` (n, n_t) or (n_t,), ``values`` (n, n_t)."""
    finite = np.isfinite(values)
    if finite.all():
        heights, tops = values, values.max(axis=1)
    else:
        heights = np.where(finite, values, np.inf)
        tops = np.where(finite, values, -np.inf).max(axis=1)  # of what is finite; -inf where nothing is
    spans = zip(heights.min(axis=1).tolist(), tops.tolist(), strict=True)
    samples = _turns(heights)
    rows, columns = [k for k, own in enumerate(samples) for _ in own], [m for own in samples for m in own]
    levels, places = heights[rows, columns].tolist(), np.broadcast_to(t, heights.shape)[rows, columns].tolist()
    found, at = [], 0
    for span, own in zip(spans, samples, strict=True):
        part = slice(at, at + len(own))
        found.append(_zones(places[part], levels[part], span, ripple))
        at += len(own)
    return found


def _turns(heights: Array) -> list[list[int]]:
    """Return, for each curve, the samples at which it turns up or down, and its two ends.

    Where it turns on a level stretch, the middle sample stands for it; of two the right one, from which one falls to
    the right.
    """
    up, down = heights[:, 1:] > heights[:, :-1], heights[:, 1:] < heights[:, :-1]  # neither where it is level
    row, at = np.nonzero(up | down)
    rises = up[row, at]
    turn = np.flatnonzero((rises[1:] != rises[:-1]) & (row[1:] == row[:-1]))
    middles = (at[turn] + 2 + at[turn + 1]) // 2
    samples: list[list[int]] = [[0] for _ in heights]
    for k, middle in zip(row[turn].tolist(), middles.tolist(), strict=True):
        samples[k].append(middle)
    for own in samples:
        own.append(heights.shape[1] - 1)
    return samples


def _zones(t: Sequence[float], levels: Sequence[float], span: tuple[float, float], ripple: float) -> Zones:
    """Build the zones of one curve from its turns and ends: where they are and how high, and the curve's extremes."""
    lowest, highest = span
    if lowest > highest:
        return Zones((Basin(t[0], t[-1], math.nan, math.nan, False),), ())
    height = highest - lowest
    flat = height <= FLAT * max(abs(lowest), abs(highest))
    bottoms, tops = _significant(levels, math.inf if flat else ripple * height)
    borders = [t[k] for k in tops]
    edges = [t[0], *borders, t[-1]]
    ends = () if flat or t[0] == t[-1] else (t[0], t[-1])
    basins = [
        Basin(edges[n], edges[n + 1], t[k], levels[k], t[k] in ends and levels[k] < math.inf)
        for n, k in enumerate(bottoms)
    ]
    return Zones(tuple(basins), tuple(borders))


def _significant(levels: Sequence[float], barrier: float) -> tuple[list[int], list[int]]:
    """Return the indices of the minima, and of the maxima between them, whose barriers on both sides reach ``barrier``.

    One pass: remember the lowest point since the last border; once the curve has climbed ``barrier`` above it, look for
    the highest point; once it has fallen ``barrier`` below that, the highest point is a border.
    """
    bottoms, tops = [0], []
    low = high = 0
    climbing = False
    for k, level in enumerate(levels):
        if climbing:
            if level > levels[high]:
                high = k
            elif levels[high] - level >= barrier and level < levels[high]:
                tops.append(high)
                bottoms.append(k)
                low, climbing = k, False
        elif level < levels[low]:
            low = k
            bottoms[-1] = k
        elif level - levels[low] >= barrier and level > levels[low]:
            high, climbing = k, True
    return bottoms, tops
