"""A series of a run as far as it is to be seen: what was recorded at a step, what of a stretch is drawn. NumPy only."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis.decimate import Places, Pyramid
from dropout_viz.analysis.running_mean import RunningMean
from dropout_viz.analysis.step_window import StepWindow
from dropout_viz.engine.history import Series

Floats = NDArray[np.float64]
Recorded = tuple[int, float]
"""A step and the value that was recorded at it."""
_BLOCKS = 2  # to a pixel: of blocks as wide as a pixel, one may lie in no pixel wholly, which then shows a gap


class KnownSeries:
    """A series, and the part of it that there is to see.

    Attributes:
        steps, values: that part, (n,) each. pyramid: its extremes at every scale.
    """

    def __init__(self, series: Series) -> None:
        self.pyramid, self._sums = Pyramid(series), RunningMean()
        self.steps, self.values = self.pyramid.steps, self.pyramid.values

    def take(self, series: Series, end: int | None) -> None:
        """Take in what the series has come to; ``end``: the last step that there is to see, None: all that it has."""
        if series is not self.pyramid.series or len(series) < self.pyramid.length:
            self.pyramid = Pyramid(series)
        self.pyramid.update()
        steps = self.pyramid.steps
        stop = None if end is None else int(np.searchsorted(steps, end, side="right"))
        self.steps, self.values = steps[:stop], self.pyramid.values[:stop]

    def stretch(self, window: StepWindow) -> tuple[int, int]:
        """Return which values to draw where these steps are in sight, from one to before another: one more on either
        side, so that a line runs out of the plot; on a logarithmic axis none before step 1."""
        # (Whole numbers only: to find a float among integers NumPy would first turn them all into floats.)
        first = max(0, int(np.searchsorted(self.steps, math.ceil(window.low))) - 1)
        if window.log_x:
            first = max(first, int(np.searchsorted(self.steps, 1)))
        stop = int(np.searchsorted(self.steps, math.floor(window.high), side="right")) + 1
        return first, min(len(self.steps), stop)

    def places(self, first: int, stop: int, window: StepWindow) -> Places:
        """Return the places to draw of a stretch: all, or the least and the greatest value of each pixel."""
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

    def means(self, low: Floats, high: Floats) -> Floats:
        """Return the mean of what was recorded from steps ``low`` to ``high``, whole numbers, (n,) each; nan where it
        is not known."""
        self._sums.update(self.pyramid)
        return self._sums.at(self.pyramid, len(self.steps), low, high)

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
