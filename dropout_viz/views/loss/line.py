"""One series of a run as a line of a plot: every step is there, and no more points than pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dropout_viz.draw.curve import PlotCurve
from dropout_viz.engine.history import Series
from dropout_viz.views.loss.decimate import Pyramid
from dropout_viz.views.loss.kinds import Kind
from dropout_viz.views.loss.mean import RunningMean, ahead, around, reach, told

Floats = NDArray[np.float64]
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
        end: the last step of the series that there is to see, None: all of it, however far it grows.
        mean: the curve of its mean, of a noisy one: where several steps share a pixel it is a band, from the least to
            the greatest of each pixel, with that line. over: what the mean is over, ``""`` where there is no band.
    """

    def __init__(self, arm: int, kind: Kind, series: Series, curve: PlotCurve, mean: PlotCurve | None = None) -> None:
        self.arm, self.kind, self.curve, self.mean = arm, kind, curve, mean
        self.over = ""
        self._sums = RunningMean()
        self.pyramid = Pyramid(series)
        self.end: int | None = None
        self._key: object = None
        self._drawn: object = None
        self._x: Floats = np.empty(0)
        self._y: Floats = np.empty(0)
        self._pixels, self._dot_room = 0.0, 0.0
        self.extent = (math.nan, math.nan)

    @property
    def curves(self) -> list[PlotCurve]:
        """All that draws it."""
        return [self.curve] if self.mean is None else [self.curve, self.mean]

    @property
    def series(self) -> Series:
        return self.pyramid.series

    def follow(self, series: Series) -> None:
        """Draw this series from now on."""
        if series is not self.series or len(series) < self.pyramid.length:
            self.pyramid = Pyramid(series)
            self._key = self._drawn = None

    def take(self) -> None:
        """Take in what the series has gained: a line that is hidden is not looked at, but its newest value is told."""
        self.pyramid.update()

    def look(self, window: StepWindow) -> None:
        """Find the points in sight and their extent (least, greatest); the least above 0 on a logarithmic axis."""
        length = self.pyramid.update()
        if self.end is not None:
            length = min(length, int(np.searchsorted(self.pyramid.steps, self.end, side="right")))
        steps, values = self.pyramid.steps[:length], self.pyramid.values[:length]
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
        places = self._places(steps, first, stop, window)
        x, y = steps[places].astype(np.float64), values[places]
        seen = y[(x >= window.low) & (x <= window.high) & np.isfinite(y)]
        if window.log_y:
            seen = seen[seen > 0]
        self.extent = (float(seen.min()), float(seen.max())) if seen.size else (math.nan, math.nan)
        self._dot_room = _DOT_ROOM * (window.across(window.high) - window.across(window.low)) / window.pixels
        if window.log_x:
            x = np.log10(x)
        if window.log_y:
            with np.errstate(divide="ignore", invalid="ignore"):
                y = np.where(y > 0, np.log10(y), np.where(np.isnan(y), np.nan, -1e3))  # zero lies below any axis
        self._x, self._y = x, y
        if self.mean is not None:
            self._look_at_mean(self.mean, window, first, stop, length)

    def _look_at_mean(self, mean: PlotCurve, window: StepWindow, first: int, stop: int, known_to: int) -> None:
        """Find the line of the mean, where more than one step lies on a pixel; else each step is seen itself. It builds
        on all that is known, in sight or not."""
        self.curve.banded = stop - first > window.pixels
        self.over = ""
        if not self.curve.banded:
            mean.setData(np.empty(0), np.empty(0))
            return
        self._sums.update(self.pyramid)
        over = reach(window.low, window.high, window.log_x)
        steps = self.pyramid.steps
        low, high = max(window.low, float(steps[first])), min(window.high, float(steps[stop - 1]))
        across = np.linspace(window.across(low), window.across(high), min(_MEANS, int(window.pixels)))
        at = 10.0**across if window.log_x else across
        y = self._sums.at(self.pyramid, known_to, *around(at, over))
        if window.log_y:
            with np.errstate(divide="ignore", invalid="ignore"):
                y = np.log10(y)
        known = np.isfinite(y)
        mean.setData(across[known], y[known])
        if known.any():
            self.over = told(over)

    def show(self, on: bool) -> None:
        """Show it, or hide it."""
        for curve in self.curves:
            curve.setVisible(on)

    def _places(self, steps: NDArray[np.int64], first: int, stop: int, window: StepWindow) -> NDArray[np.int64]:
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
        x, y = self._x, self._y
        good = np.isfinite(y)
        connect: str | NDArray[np.int32] = "all"
        if not good.all():
            kept = np.flatnonzero(good)
            if not kept.size:
                x, y = x[:0], y[:0]
            else:
                inside = slice(kept[0], kept[-1] + 1)
                x, y, good = x[inside], y[inside], good[inside]
                connect = np.append(good[:-1] & good[1:], False).astype(np.int32)
        if not isinstance(connect, str):
            y = np.nan_to_num(y, nan=low)
        self.curve.dotted = 1 < len(x) <= self._pixels / _DOT_ROOM and np.diff(x).min() >= self._dot_room
        room = 4 * (high - low)  # far outside the plot a point may lie anywhere, and Qt does not like large numbers
        self.curve.setData(x, np.clip(y, low - room, high + room), connect=connect)

    @property
    def points(self) -> int:
        """How many points are drawn."""
        return len(self._x)

    def at(self, step: int) -> tuple[int, float] | None:
        """Return the recorded (step, value) nearest to a step, the earlier of two; None where nothing is recorded."""
        steps, values = self._seen()
        if not len(steps):
            return None
        after = min(int(np.searchsorted(steps, step)), len(steps) - 1)
        place = after - 1 if after and step - steps[after - 1] <= steps[after] - step else after
        return int(steps[place]), float(values[place])

    @property
    def latest(self) -> tuple[int, float] | None:
        """The newest (step, value) that there is to see."""
        steps, values = self._seen()
        return (int(steps[-1]), float(values[-1])) if len(steps) else None

    def last(self, until: int) -> tuple[int, float] | None:
        """The newest (step, value) up to a step."""
        steps, values = self.pyramid.steps, self.pyramid.values
        place = int(np.searchsorted(steps, until, side="right")) - 1
        return (int(steps[place]), float(values[place])) if place >= 0 else None

    @property
    def lost_at(self) -> int | None:
        """The first step whose value is not a finite number."""
        step = self.pyramid.first_bad
        return None if step is None or (self.end is not None and step > self.end) else step

    def _seen(self) -> tuple[NDArray[np.int64], Floats]:
        """Return the steps and values that there are to see: of what was taken, as the line is; the run goes on."""
        steps, values = self.pyramid.steps, self.pyramid.values
        stop = None if self.end is None else int(np.searchsorted(steps, self.end, side="right"))
        return steps[:stop], values[:stop]
