"""An axis of weights: even, or even about 0 and logarithmic beyond, so that small ones can be told too. No Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from dropout_viz.draw.ranges import Range
from dropout_viz.draw.spans import weight_ticks

_APART = 40.0  # pixels between two ticks of an axis that is not even, at least


class AxisScale(Protocol):
    """Where values lie between the ends of an axis, 0 at the left one to 1."""

    def share(self, t: Any) -> Any: ...

    def weight(self, share: float) -> float: ...


@dataclass(frozen=True)
class EvenScale:
    """An even axis between these ends."""

    ends: Range

    def share(self, t: Any) -> Any:
        """Return where weights lie."""
        return (t - self.ends[0]) / (self.ends[1] - self.ends[0])

    def weight(self, share: float) -> float:
        """Return the weight at a place."""
        return self.ends[0] + share * (self.ends[1] - self.ends[0])


@dataclass(frozen=True)
class WeightScale:
    """Where weights lie between the ends of an axis.

    Attributes:
        half: it runs from -half to half.
        even: the weight up to which it is about even; beyond, it is about logarithmic.
    """

    half: float
    even: float = math.inf

    def share(self, t: Any) -> Any:
        """Return where weights lie."""
        if math.isinf(self.even):
            return (t + self.half) / (2 * self.half)
        return (np.arcsinh(np.asarray(t, float) / self.even) / math.asinh(self.half / self.even) + 1) / 2

    def weight(self, share: float) -> float:
        """Return the weight at a place."""
        if math.isinf(self.even):
            return (2 * share - 1) * self.half
        return self.even * math.sinh((2 * share - 1) * math.asinh(self.half / self.even))

    def ticks(self, width: float) -> list[float]:
        """Return round weights to be written on an axis so wide, in pixels, from the left."""
        if math.isinf(self.even):
            return weight_ticks(self.half, int(width / 60))
        found, last = list[float](), math.inf
        powers = range(math.floor(math.log10(self.half)), math.floor(math.log10(self.even)) - 2, -1)
        for value in (m * 10.0**k for k in powers for m in (5, 2, 1)):
            away = (float(self.share(value)) - 0.5) * width
            if value <= self.half and min(away, last - away) >= _APART:
                found.append(value)
                last = away
        return [*(-value for value in found), 0.0, *found[::-1]]
