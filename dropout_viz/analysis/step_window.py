"""The stretch of a run that a plot shows, on an axis of steps that may be logarithmic. No Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass

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
