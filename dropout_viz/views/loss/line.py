"""One series of a run as a line of a plot: every step is there, and no more points than pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis.decimate import Pyramid
from dropout_viz.analysis.running_mean import RunningMean
from dropout_viz.draw.curve import PlotCurve
from dropout_viz.engine.history import Series
from dropout_viz.views.loss.kinds import Kind
from dropout_viz.views.loss.mean import ahead, around, reach, told

Floats = NDArray[np.float64]
Recorded = tuple[int, float]
"""A step and the value that was recorded at it."""

_BLOCKS = 2  # to a pixel: of blocks as wide as a pixel, one may lie in no pixel wholly, which then shows a gap
_DOT_ROOM = 6  # pixels that a step must have for a dot of its own
_MEANS = 120  # points of a mean, at most
_LATEST = 18.0  # power of ten of a step that no run comes to


@dataclass(frozen=True)
class StepWindow:
    """The stretch of the run in sight.

    Attributes:
        low, high: first and last step.
        pixels: the plot's width.
        log_x, log_y: which axes are logarithmic.
        close_up: whether it is only a part of the run.
        grain: hairlines side by side in a pixel: more than one on a screen with finer pixels than its window counts.
    """

    low: float
    high: float
    pixels: float
    log_x: bool = False
    log_y: bool = False
    close_up: bool = False
    grain: float = 1.0

    def across(self, step: float) -> float:
        """Return where a step lies on the axis."""
        return math.log10(max(step, 1.0)) if self.log_x else step

    def step(self, across: float) -> float:
        """Return the step at a place of the axis; a very late one of one from before the axis was logarithmic."""
        return 10.0 ** min(across, _LATEST) if self.log_x else across


class LossLine:
    """A series, the curve that draws it, and the part of it that is in sight.

    Attributes:
        steps, values: all of it that there is to see, (n,) each.
        mean: the curve of its mean, of a noisy one: where several steps share a pixel it is a band, from the least to
            the greatest of each pixel, with that line. over: what the mean is over, ``""`` where there is no band.
        extent: the least and the greatest value in sight, nan where there is none.
    """

    def __init__(self, arm: int, kind: Kind, series: Series, curve: PlotCurve, mean: PlotCurve | None = None) -> None:
        self.arm, self.kind, self.curve, self.mean = arm, kind, curve, mean
        self.over, self.extent = "", (math.nan, math.nan)
        self.pyramid, self._sums = Pyramid(series), RunningMean()
        self.steps, self.values = self.pyramid.steps, self.pyramid.values
        self._key: object = None
        self._drawn: object = None
        self._x: Floats = np.empty(0)
        self._y: Floats = np.empty(0)
        self._pixels, self._dot_room, self._banded = 0.0, 0.0, False

    @property
    def curves(self) -> list[PlotCurve]:
        """All that draws it."""
        return [self.curve] if self.mean is None else [self.curve, self.mean]

    def show(self, on: bool) -> None:
        """Show it, or hide it."""
        for curve in self.curves:
            curve.show_or_hide(on)

    def take(self, series: Series, end: int | None) -> None:
        """Take in what the series has come to; ``end``: the last step that there is to see, None: all that it has."""
        if series is not self.pyramid.series or len(series) < self.pyramid.length:
            self.pyramid, self._key = Pyramid(series), None
        self.pyramid.update()
        steps = self.pyramid.steps
        stop = None if end is None else int(np.searchsorted(steps, end, side="right"))
        self.steps, self.values = steps[:stop], self.pyramid.values[:stop]

    def look(self, window: StepWindow) -> None:
        """Find the points in sight and their extent; the least above 0 on a logarithmic axis."""
        steps, values, length = self.steps, self.values, len(self.steps)
        # A point more on either side, so that the line runs out of the plot.
        # (Whole numbers only: to find a float among integers NumPy would first turn them all into floats.)
        first = max(0, int(np.searchsorted(steps, math.ceil(window.low))) - 1)
        stop = min(length, int(np.searchsorted(steps, math.floor(window.high), side="right")) + 1)
        if window.log_x:
            first = max(first, int(np.searchsorted(steps, 1)))
        beyond = 0 if self.mean is None else min(length - stop, ahead(window.low, window.high, window.log_x))
        key = (first, stop, beyond, window, self.pyramid.rows.thinnings)
        if key == self._key:
            return
        self._key, self._drawn, self._pixels = key, None, window.pixels
        self._dot_room = _DOT_ROOM * (window.across(window.high) - window.across(window.low)) / window.pixels
        places = self._places(first, stop, window)
        x, y = steps[places].astype(np.float64), values[places]
        seen = y[(x >= window.low) & (x <= window.high) & np.isfinite(y)]
        if window.log_y:
            seen = seen[seen > 0]
        self.extent = (float(seen.min()), float(seen.max())) if seen.size else (math.nan, math.nan)
        if window.log_x:
            x = np.log10(x)
        if window.log_y:
            with np.errstate(divide="ignore", invalid="ignore"):
                y = np.where(y > 0, np.log10(y), np.where(np.isnan(y), np.nan, -1e3))  # zero lies below any axis
        self._x, self._y = x, y
        if self.mean is not None:
            self._banded = stop - first > window.pixels
            self._look_at_mean(self.mean, window)

    def _look_at_mean(self, mean: PlotCurve, window: StepWindow) -> None:
        """Find the line of the mean, where more than one step lies on a pixel; else each step is seen itself. It builds
        on all that is known, in sight or not, and stands at places of the axis that stay as it grows."""
        self.over = ""
        if not self._banded:
            mean.show(np.empty(0), np.empty(0))
            return
        self._sums.update(self.pyramid)
        over = reach(window.low, window.high, window.log_x)
        across = np.linspace(window.across(window.low), window.across(window.high), min(_MEANS, int(window.pixels)))
        at = 10.0**across if window.log_x else across
        y = self._sums.at(self.pyramid, len(self.steps), *around(at, over))
        if window.log_y:
            with np.errstate(divide="ignore", invalid="ignore"):
                y = np.log10(y)
        known = np.isfinite(y)
        mean.show(across[known], y[known])
        if known.any():
            self.over = told(over)

    def _places(self, first: int, stop: int, window: StepWindow) -> NDArray[np.int64]:
        """Return which values to draw of a stretch: all, or the extremes of each pixel."""
        steps = self.steps
        if stop - first < 3:
            return np.arange(first, stop)
        density = (stop - first - 1) / float(steps[stop - 1] - steps[first])
        blocks = window.pixels * window.grain * _BLOCKS
        if not window.log_x:
            return self.pyramid.window(first, stop, int(density * (window.high - window.low) / blocks))
        # A pixel holds ever more steps: cut the run where their number has grown by half.
        parts, start = [], first
        per_block = math.log(window.high / window.low) / blocks
        while start < stop:
            end = min(stop, max(start + 64, int(np.searchsorted(steps, int(1.5 * steps[start])))))
            parts.append(self.pyramid.window(start, end, int(density * float(steps[start]) * per_block)))
            start = end
        return np.concatenate(parts)

    def draw(self, low: float, high: float) -> None:
        """Give the points to the curve, with dots where they are few; ``low`` to ``high``: the plot's upright axis."""
        if self._drawn == (low, high):
            return
        self._drawn = (low, high)
        good, joined = np.isfinite(self._y), None
        there = slice(0)
        if good.any():
            there = slice(int(good.argmax()), len(good) - int(good[::-1].argmax()))
        x, y, good = self._x[there], self._y[there], good[there]
        if not good.all():
            joined, y = np.append(good[:-1] & good[1:], False), np.nan_to_num(y, nan=low)
        dotted = 1 < len(x) <= self._pixels / _DOT_ROOM and bool(np.diff(x).min() >= self._dot_room)
        room = 4 * (high - low)  # far outside the plot a point may lie anywhere, and Qt does not like large numbers
        self.curve.show(x, np.clip(y, low - room, high + room), joined, banded=self._banded, dotted=dotted)

    @property
    def points(self) -> int:
        """How many points are drawn."""
        return len(self._x)

    def at(self, step: int) -> Recorded | None:
        """Return the recorded (step, value) nearest to a step, the earlier of two; None where nothing is recorded."""
        if not len(self.steps):
            return None
        after = min(int(np.searchsorted(self.steps, step)), len(self.steps) - 1)
        earlier = after and step - self.steps[after - 1] <= self.steps[after] - step
        return self._recorded(after - 1 if earlier else after)

    def last(self, until: int) -> Recorded | None:
        """Return the newest (step, value) up to a step."""
        place = int(np.searchsorted(self.steps, until, side="right")) - 1
        return self._recorded(place) if place >= 0 else None

    @property
    def latest(self) -> Recorded | None:
        """The newest (step, value) that there is to see."""
        return self._recorded(-1) if len(self.steps) else None

    def _recorded(self, place: int) -> Recorded:
        return int(self.steps[place]), float(self.values[place])

    @property
    def lost_at(self) -> int | None:
        """The first step whose value is not a finite number."""
        step = self.pyramid.first_bad
        return None if step is None or not len(self.steps) or step > self.steps[-1] else step
