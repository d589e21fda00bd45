"""One series of a run as a line of a plot: every step is there, and no more points than pixels."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis.known_series import KnownSeries
from dropout_viz.analysis.step_window import StepWindow
from dropout_viz.draw.curve import PlotCurve
from dropout_viz.engine.history import Series
from dropout_viz.views.loss.kinds import Kind
from dropout_viz.views.loss.mean import ahead, around, reach, told

Floats = NDArray[np.float64]

_DOT_ROOM = 6  # pixels that a step must have for a dot of its own
_MEANS = 120  # points of a mean, at most


class LossLine(KnownSeries):
    """A series, the curve that draws it, and what of it is in sight.

    Attributes:
        mean: the curve of its mean, of a noisy one: where several steps share a pixel it is a band, from the least to
            the greatest of each pixel, with that line. over: what the mean is over, ``""`` where there is no band.
        since: the step that it begins at, if not with the run: what an arm shares with the first one is drawn once.
        extent: the least and the greatest value in sight, nan where there is none.
    """

    def __init__(self, arm: int, kind: Kind, series: Series, curve: PlotCurve, mean: PlotCurve | None = None) -> None:
        super().__init__(series)
        self.arm, self.kind, self.curve, self.mean = arm, kind, curve, mean
        self.over, self.extent, self.since = "", (math.nan, math.nan), 0
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

    def look(self, window: StepWindow) -> None:
        """Find the points in sight and their extent; the least above 0 on a logarithmic axis."""
        first, stop = self.stretch(window)
        beyond = 0
        if self.mean is not None:
            beyond = min(len(self.steps) - stop, ahead(window.low, window.high, window.log_x))
        key = (self.pyramid, first, stop, beyond, window, self.pyramid.rows.thinnings, self.since)
        if key == self._key:
            return
        self._key, self._drawn, self._pixels = key, None, window.pixels
        self._dot_room = _DOT_ROOM * (window.across(window.high) - window.across(window.low)) / window.pixels
        places = self.places(first, stop, window)
        x, y = self.steps[places].astype(np.float64), self.values[places]
        shared = max(0, int(np.searchsorted(x, self.since, "right")) - 1)  # the last of these joins it to the first arm
        x, y = x[shared:], y[shared:]
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
        over = reach(window.low, window.high, window.log_x)
        across = np.linspace(window.across(window.low), window.across(window.high), min(_MEANS, int(window.pixels)))
        y = self.means(*around(10.0**across if window.log_x else across, over))
        if window.log_y:
            with np.errstate(divide="ignore", invalid="ignore"):
                y = np.log10(y)
        known = np.isfinite(y) & (across >= window.across(max(self.since, window.low)))
        mean.show(across[known], y[known])
        if known.any():
            self.over = told(over)

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
