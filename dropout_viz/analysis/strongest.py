"""Which weights of a layer are the strongest: of a large one, those whose edges are drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dropout_viz.engine.snapshot import Bools, Floats

ALL_EDGES = 160
"""A weight layer with at most this many edges is drawn whole."""
_SAMPLE = 20_000  # weights that tell about where the strongest ones begin


@dataclass(frozen=True, eq=False)
class Ends:
    """Which edges of one weight layer are drawn: all, in the order of the weights, or the strongest, weakest first.

    Attributes:
        layer: the weight layer; it joins unit layers ``layer`` and ``layer + 1``.
        source, target: units, shape (edges,).
    """

    layer: int
    source: NDArray[np.intp]
    target: NDArray[np.intp]

    def holds(self, source: int, target: int) -> bool:
        """Return whether the edge between two units is one of them."""
        return bool(((self.source == source) & (self.target == target)).any())


@dataclass(frozen=True, eq=False)
class Edges:
    """The edges of one weight layer that are drawn.

    Attributes:
        ends: which they are.
        weight: shape (edges,).
        on: whether source and target were both on, shape (edges,).
        total: edges of the layer, drawn or not.
        total_on: of these, how many were on.
    """

    ends: Ends
    weight: Floats
    on: Bools
    total: int
    total_on: int

    @property
    def complete(self) -> bool:
        return len(self.weight) == self.total


def most_edges(weight_layers: int) -> int:
    """Return how many edges of a wide weight layer are drawn, so that a frame's cost does not grow with depth."""
    return 80 if weight_layers <= 3 else max(40, 240 // weight_layers)


class Strongest:
    """Finds the edges of greatest magnitude in one weight layer, cheaply when asked again a few steps later.

    It remembers about where the last cut lay, guesses it the first time, and sorts only what is above it; the answer is
    exact all the same.
    """

    def __init__(self) -> None:
        self._floor = math.inf
        self._magnitude: Floats | None = None
        self._below: Bools | None = None

    def pick(self, weights: Floats, count: int) -> NDArray[np.intp]:
        """Return the flat indices of the ``count`` strongest weights, weakest first. What is not a number counts as
        strongest, so that it is seen."""
        total = weights.size
        if count >= total:
            count = total
        if self._magnitude is None or self._magnitude.shape != weights.shape or self._magnitude.dtype != weights.dtype:
            self._magnitude, self._below = np.empty_like(weights), np.empty(weights.shape, bool)
            self._floor = math.inf
        assert self._below is not None
        magnitude = np.abs(weights, out=self._magnitude)
        if math.isinf(self._floor):
            self._floor = _guess(magnitude.ravel(), count)
        with np.errstate(invalid="ignore"):
            np.less(magnitude, self._floor, out=self._below)  # not-a-number is never below
        above = np.flatnonzero(np.logical_not(self._below, out=self._below))
        if len(above) < count:
            above = np.arange(total)
        strength = magnitude.ravel()[above]
        strength[np.isnan(strength)] = np.inf
        if count < len(above):
            best = np.argpartition(strength, len(above) - count)[len(above) - count :]
            above, strength = above[best], strength[best]
        lowest = float(strength.min()) if count else math.inf
        self._floor = 0.9 * lowest if math.isfinite(lowest) else math.inf
        return above[np.argsort(strength, kind="stable")]


def _guess(magnitude: Floats, count: int) -> float:
    """Return about where the cut lies, above which there are a few times ``count``, from a sample; infinity where all
    must be looked at."""
    sample = magnitude[:: max(1, len(magnitude) // _SAMPLE)]
    wanted = 8 + math.ceil(4 * count * len(sample) / max(1, len(magnitude)))
    if wanted >= len(sample):
        return math.inf
    floor = float(np.partition(sample, len(sample) - wanted)[len(sample) - wanted])
    return floor if math.isfinite(floor) else math.inf
