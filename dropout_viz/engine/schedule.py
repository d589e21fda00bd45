"""When a run is measured with every unit on. A function of the step alone, so that pausing changes nothing."""

from __future__ import annotations

_SHARE = 0.06  # of the training time, spent on measuring
_LEAST = 50  # steps between two measurements: for tiny nets a measurement costs calls, not arithmetic
_CLOSE = 0.05  # early on, the next measurement is at most this share of the steps so far away


def spacing(examples: int, batch: int) -> int:
    """Return the steps between two measurements over ``examples`` that cost about ``_SHARE`` of the training.

    A training step costs about three forward passes over its batch, a measurement one over all examples.
    """
    return max(_LEAST, round(examples / (3 * batch * _SHARE)))


def next_measurement(step: int, every: int) -> int:
    """Return the first step after ``step`` that is measured: densely at first, then at multiples of ``every``."""
    near = step + max(1, int(step * _CLOSE))
    regular = (step // every + 1) * every
    return min(near, regular)
