"""When a run is measured with every unit on. A function of the step alone, so that pausing changes nothing."""

from __future__ import annotations

_SHARE = 0.06  # of the training time, spent on measuring
_LEAST = 50  # steps between two measurements: for tiny nets a measurement costs calls, not arithmetic
_CLOSE = 0.05  # early on, the next measurement is at most this share of the steps so far away
_DEAR = 8_000  # examples from which on a measurement costs too much for that, and early ones double their distance
_FIRST = 10  # steps to the first of those
SCORED = 5_000
"""Training examples that the curves are measured on at most, the first ones; the test set is taken whole."""
SCORED_MAPS = 1_000
"""The same of a network with convolutions, where an example costs ten times as much; and test examples, evenly spread:
those of MNIST are the harder the later they come."""


def scored(examples: int, maps: bool) -> int:
    """Return how many of the training examples the curves are measured on; ``maps``: a network with convolutions."""
    return min(SCORED_MAPS if maps else SCORED, examples)


def test_spacing(tests: int, maps: bool) -> int:
    """Return k where the curves are measured on every k-th test example."""
    return -(-tests // SCORED_MAPS) if maps and tests else 1


def counted(examples: int, maps: bool, tests: bool) -> int:
    """Return on how many of so many examples the curves are measured; ``tests``: of the test set."""
    return -(-examples // test_spacing(examples, maps)) if tests else scored(examples, maps)


def spacing(examples: int, batch: int) -> int:
    """Return the steps between two measurements over ``examples`` that cost about ``_SHARE`` of the training.

    A training step costs about three forward passes over its batch, a measurement one over all examples.
    """
    return max(_LEAST, round(examples / (3 * batch * _SHARE)))


def next_measurement(step: int, every: int, examples: int, maps: bool = False) -> int:
    """Return the first step after ``step`` that is measured: densely at first, then at multiples of ``every``."""
    near = step + (max(_FIRST, step) if maps or examples > _DEAR else max(1, int(step * _CLOSE)))
    regular = (step // every + 1) * every
    return min(near, regular)
