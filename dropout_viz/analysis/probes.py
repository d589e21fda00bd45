"""Weightless balls that roll down a frozen curve: which valley catches each, and where it is on the way."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dropout_viz.analysis.basins import Zones

Array = NDArray[Any]

CREEP = 0.03  # of the steepest slope: nothing rolls slower, so that all arrive


class Rolling:
    """Probes on their way down. Each rolls to the lowest point of its zone, as fast as the curve is steep.

    A ripple that parts no zones is rolled over.

    Attributes:
        starts: where they begin, (n,). zone: the zone that catches each, (n,).
        counts: how many each zone catches, (zones,).
        duration: the time at which the last arrives: 1 for one that is as steep as it gets all across the curve.
    """

    def __init__(self, t: ArrayLike, values: ArrayLike, zones: Zones, starts: ArrayLike) -> None:
        """Take the curve (t, values), (m,) each, with ``t`` ascending, its zones, and the probes' starts (n,)."""
        t, values = np.asarray(t, float), np.asarray(values, float)
        self.starts = np.asarray(starts, float)
        self.zone = np.array([zones.zone_of(s) for s in self.starts.tolist()], np.intp)
        self.counts = np.bincount(self.zone, minlength=len(zones))
        with np.errstate(all="ignore"):  # what is not finite is a wall, as steep as anything
            slope = np.abs(np.diff(values)) / np.maximum(np.diff(t), 1e-300)
        steepest = float(slope[np.isfinite(slope)].max(initial=0.0))
        speed = np.maximum(np.where(np.isfinite(slope), slope, steepest), CREEP * steepest) if steepest > 0 else None
        # the time that a probe takes from the left end of the curve to each sample, if it went one way
        spent = np.diff(t) * steepest / speed / (t[-1] - t[0]) if speed is not None else np.zeros(len(t) - 1)
        self._t, self._clock = t, np.concatenate([[0.0], np.cumsum(spent)])
        self._flat = speed is None
        bottoms = np.array([b.bottom for b in zones.basins])
        self._goal = bottoms[self.zone]
        self._begin, self._end = (np.interp(at, t, self._clock) for at in (self.starts, self._goal))
        self.duration = 0.0 if self._flat else float(np.abs(self._end - self._begin).max(initial=0.0))

    def at(self, time: float) -> Array:
        """Return where the probes are at a time, (n,)."""
        if self._flat:
            return self.starts
        way = self._end - self._begin
        clock = self._begin + np.sign(way) * np.minimum(np.abs(way), time)
        return np.where(np.abs(way) <= time, self._goal, np.interp(clock, self._clock, self._t))
