"""Rows of a curve made fewer: of every so many steps the lowest and the highest value, each at its own step."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Steps = NDArray[np.int64]
Values = NDArray[np.float64]


def thinned(steps: Steps, values: Values, most: int) -> tuple[Steps, Values, int]:
    """Return at most about ``most`` rows that show the same curve, and of how many steps each pair of them is.

    The run is cut into stretches of K steps, K the least power of two that does. Of each stretch two rows stay for
    every world: its lowest and its highest value, in the order of their steps. The very first row stays too. What is
    not a finite number counts as both, so that a gap stays a gap. Thinned again, extremes remain extremes.

    Args:
        steps: ascending, (n, 1), or (n, worlds) where rows were thinned before. values: (n, worlds).
    """
    every = 2
    while 2 * len(_starts(steps[1:, 0], every)) > most:
        every *= 2
    starts = 1 + _starts(steps[1:, 0], every)
    worlds = values.shape[1]
    kept = [_kept(values[:, world], starts) for world in range(worlds)]
    if worlds == 1:
        return steps[kept[0]], values[kept[0]], every
    places = np.stack(kept, axis=1)
    return (
        np.take_along_axis(np.broadcast_to(steps, values.shape), places, axis=0),
        np.take_along_axis(values, places, axis=0),
        every,
    )


def _starts(steps: Steps, every: int) -> NDArray[np.intp]:
    """Return the places at which a new stretch of ``every`` steps begins."""
    stretch = steps // every
    return np.flatnonzero(np.concatenate([[True], stretch[1:] != stretch[:-1]]))


def _kept(values: Values, starts: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the places of the first row and of two rows of each stretch, or of its only one."""
    ends = np.append(starts[1:], len(values))
    finite = np.isfinite(values)
    low = _first(np.where(finite, values, -np.inf), np.minimum, starts, ends)
    high = _first(np.where(finite, values, np.inf), np.maximum, starts, ends)
    # A stretch all of one value keeps its ends.
    other = np.where(low == ends - 1, starts, ends - 1)
    high = np.where(high == low, other, high)
    pairs = np.stack([np.minimum(low, high), np.maximum(low, high)], axis=1)
    alone = ends - starts == 1
    twice = np.ones(pairs.shape, bool)
    twice[alone, 1] = False
    return np.concatenate([[0], pairs[twice]])


def _first(values: Values, least: Any, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the first place of each stretch at which its extreme is taken."""
    found = np.repeat(least.reduceat(values[: ends[-1]], starts), ends - starts)
    places = starts[0] + np.flatnonzero(values[starts[0] :] == found)
    stretch = np.searchsorted(starts, places, side="right")
    return places[np.concatenate([[True], stretch[1:] != stretch[:-1]])]
