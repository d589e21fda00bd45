"""Over how many steps the line in a noisy band is a mean. NumPy only."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from dropout_viz.draw.ranges import nice

Floats = NDArray[np.float64]

_WINDOWS = 40.0  # in sight, about
_NEAR = 0.1  # of a step, where steps are logarithmic: how far the mean reaches on either side


def reach(low: float, high: float, log: bool) -> int | None:
    """Return over how many steps a mean is taken where these are in sight, a round number; None where steps are
    logarithmic: over those within a share of each."""
    return None if log else max(2, round(nice((high - low) / _WINDOWS, (1, 2, 5))))


def around(steps: Floats, over: int | None) -> tuple[Floats, Floats]:
    """Return from which to which step the mean at each step is taken: ``over`` of them, to the step."""
    if over is None:
        return np.ceil(steps * (1 - _NEAR)), np.floor(steps * (1 + _NEAR))
    low = np.rint(steps) - (over - 1) // 2
    return low, low + over - 1


def ahead(low: float, high: float, log: bool) -> int:
    """Return how many steps beyond those in sight the means there build on."""
    over = reach(low, high, log)
    return math.ceil(high * _NEAR) if over is None else over


def told(over: int | None) -> str:
    """Return what a mean is over, in words."""
    return f"mean of the steps within {100 * _NEAR:g} %" if over is None else f"mean of {over:,} steps"
