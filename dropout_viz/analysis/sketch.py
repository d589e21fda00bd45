"""The post's drawing as a toy: independent balls that roll down a fixed curve, shaken by noise that dies away.

It is right for balls on a curve that stands still. In a network the curve is a slice through a surface that moves with
every other weight; the other landscape views show that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dropout_viz.analysis import basins
from dropout_viz.analysis.basins import Zones

Array = NDArray[np.float64]

# The drawing's curve, (x, height): valleys and summits where its zones meet, in shares of its width. The last valley is
# the narrowest and the deepest.
DRAWING = (
    (0.0, 0.80),
    (0.033, 0.40),
    (0.263, 0.83),
    (0.378, 0.27),
    (0.497, 0.72),
    (0.563, 0.38),
    (0.665, 0.78),
    (0.786, 0.20),
    (0.890, 0.93),
    (0.944, 0.05),
    (1.0, 0.90),
)
GAP = 0.012
"""The least distance of two neighbouring points of a curve."""

_SAMPLES = 1601
_RATE = 8e-4  # learning rate of one frame: from anywhere a ball is at rest after some seconds at 60 frames a second
_MOST = 40  # steps in a frame
_SHAKE, _FADE = 0.03, 240  # at full noise: spread of a ball's kick in a frame, at first; frames in which it dies away
_REST = 2e-5  # a ball that moves less in a frame is at rest
_APART = 0.004  # of the curve's width: at rest two balls of one place are less than half as far apart
_LONGEST = 20_000  # frames


class SketchCurve:
    """A smooth curve over 0..1 through control points; between two of them it only rises or only falls.

    A piecewise cubic (Fritsch & Carlson, Monotone Piecewise Cubic Interpolation, 1980, with the weighted harmonic mean
    of Fritsch & Butland, 1984), so that its valleys and summits are control points.

    Args:
        points: (x, height) of each, x ascending by at least ``GAP`` from 0 to 1, heights 0 to 1.
    """

    def __init__(self, points: Sequence[tuple[float, float]] = DRAWING) -> None:
        self.points = tuple((float(x), float(y)) for x, y in points)
        self._x, self._y = np.array(self.points).T
        self._h = np.diff(self._x)
        self._rise = np.diff(self._y) / self._h
        self._d = self._slopes()

    def _slopes(self) -> Array:
        rise, h = self._rise, self._h
        left, right = rise[:-1], rise[1:]
        first, second = 2 * h[1:] + h[:-1], h[1:] + 2 * h[:-1]
        inner = np.zeros(len(left))
        same = left * right > 0
        with np.errstate(over="ignore"):  # next to a level stretch: one over infinity is the right 0
            inner[same] = (first + second)[same] / (first[same] / left[same] + second[same] / right[same])
        ends = [1.5 * rise[k] - 0.5 * inner[k] for k in (0, -1)]
        ends = [0.0 if end * rise[k] < 0 else end for k, end in zip((0, -1), ends, strict=True)]
        return np.concatenate([ends[:1], inner, ends[1:]])

    @staticmethod
    def through(points: Sequence[Sequence[float]]) -> SketchCurve | None:
        """Return the curve through control points, or None where they are not as ``SketchCurve`` wants them."""
        good = 3 <= len(points) <= 100 and all(len(p) == 2 and 0 <= p[1] <= 1 for p in points)
        x = [p[0] for p in points] if good else []
        if not good or (x[0], x[-1]) != (0, 1) or min(np.diff(x)) < 0.99 * GAP:
            return None
        return SketchCurve([(p[0], p[1]) for p in points])

    def moved(self, index: int, x: float, height: float) -> SketchCurve:
        """Return the curve with one point elsewhere: between its neighbours, the two ends only up and down."""
        points = list(self.points)
        if 0 < index < len(points) - 1:
            x = min(max(x, points[index - 1][0] + GAP), points[index + 1][0] - GAP)
        else:
            x = points[index][0]
        points[index] = (x, min(max(height, 0.0), 1.0))
        return SketchCurve(points)

    def height(self, x: ArrayLike) -> Array:
        """Return heights at x, any shape."""
        k, t, h = self._piece(x)
        a, b = self._y[k], self._d[k] * h
        c = 3 * self._rise[k] * h - 2 * b - self._d[k + 1] * h
        d = b + self._d[k + 1] * h - 2 * self._rise[k] * h
        return np.asarray(a + t * (b + t * (c + t * d)))

    def slope(self, x: ArrayLike) -> Array:
        """Return slopes at x, any shape."""
        k, t, _ = self._piece(x)
        b, e, r = self._d[k], self._d[k + 1], self._rise[k]
        return np.asarray(b + t * (2 * (3 * r - 2 * b - e) + 3 * t * (b + e - 2 * r)))

    def _piece(self, x: ArrayLike) -> tuple[NDArray[np.intp], Array, Array]:
        x = np.asarray(x, float)
        k = np.clip(np.searchsorted(self._x, x, side="right") - 1, 0, len(self._h) - 1)
        return k, (x - self._x[k]) / self._h[k], self._h[k]

    @cached_property
    def samples(self) -> Array:
        """Where the curve is drawn and its zones are found, (n,): evenly spaced, and every control point."""
        return np.union1d(np.linspace(0, 1, _SAMPLES), self._x)

    @cached_property
    def zones(self) -> Zones:
        """The zones: from anywhere in one a ball rolls to the same lowest point."""
        return basins.find(self.samples, self.height(self.samples))

    @cached_property
    def rate(self) -> float:
        """The largest learning rate at which no ball jumps over a valley: half of one over the greatest curvature."""
        rise, left, right = 6 * self._rise, self._d[:-1], self._d[1:]
        curvature = np.maximum(np.abs(rise - 4 * left - 2 * right), np.abs(2 * left + 4 * right - rise)) / self._h
        return float(0.5 / max(1.0, curvature.max()))


class SketchBalls:
    """Balls dropped at random that take steps of gradient descent with noise.

    Attributes:
        starts, x: where they were dropped and where they are, (balls,). frame: frames so far.
        moving: how far the ball that moved most went in the last frame.
    """

    def __init__(self, balls: int, seed: int) -> None:
        self._random = np.random.default_rng([seed, balls])
        self.starts = self._random.random(balls)
        self.x = self.starts.copy()
        self.frame = 0
        self.moving = math.inf

    def at_rest(self, noise: float) -> bool:
        """Whether nothing moves any more."""
        return self.moving < _REST and (noise == 0 or self.frame >= _FADE)

    def put(self, starts: Sequence[float], x: Sequence[float], frame: int, moving: float) -> None:
        """Put them where others were after so many frames. Places that are not as many change nothing."""
        if len(starts) == len(x) == len(self.x):
            self.starts, self.x = (np.clip(np.array(places, float), 0, 1) for places in (starts, x))
            self.frame, self.moving = frame, moving

    def stir(self) -> None:
        """Let them roll again, from where they are: the curve has changed."""
        self.moving = math.inf

    def advance(self, curve: SketchCurve, noise: float) -> None:
        """Go on by one frame: steps of x <- x - rate * slope + kick, in 0..1. ``noise``, 0 to 1, scales the kick."""
        steps = min(_MOST, math.ceil(_RATE / curve.rate))
        rate = min(_RATE / steps, curve.rate)  # slower rather than unstable
        spread = noise * _SHAKE * max(0.0, 1 - self.frame / _FADE) / math.sqrt(steps)
        before = self.x
        for _ in range(steps):
            x = self.x - rate * curve.slope(self.x)
            if spread:
                x += self._random.normal(0, spread, len(x))
            self.x = np.clip(x, 0, 1)
        self.frame += 1
        self.moving = float(np.abs(self.x - before).max(initial=0.0))

    def settle(self, curve: SketchCurve, noise: float) -> None:
        """Go on until they are at rest."""
        while not self.at_rest(noise) and self.frame < _LONGEST:
            self.advance(curve, noise)

    @property
    def places(self) -> int:
        """How many places they lie at; balls that are hardly apart are at one. On level ground each has its own."""
        return 1 + int((np.diff(np.sort(self.x)) > _APART).sum()) if len(self.x) else 0

    def counts(self, zones: Zones) -> list[int]:
        """Return how many balls are in each zone, left to right."""
        return np.bincount(self.zone_of(zones, self.x), minlength=len(zones)).tolist()

    @staticmethod
    def zone_of(zones: Zones, x: Array) -> NDArray[np.intp]:
        """Return which zone each place is in."""
        return np.asarray(np.searchsorted(np.array(zones.borders), x, side="right"))
