"""Losses: the value per example, and whether the output's slope takes part in the gradient.

In every pair that is allowed (squared error with any output, binary cross-entropy with sigmoid, softmax cross-entropy
with softmax) the gradient of one example's loss by the output's pre-activation starts from ``a - y``; squared error
multiplies it by the output's slope, the cross-entropies cancel that slope.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Loss:
    """One loss.

    Attributes:
        name: its key in ``LOSSES``.
        formula: as shown to people, for one example.
        per_unit: terms of outputs a and targets y, same shape; one example's loss is their sum over the output units.
        uses_slope: whether the gradient keeps the output's slope.
    """

    name: str
    formula: str
    per_unit: Callable[[Array, Array], Array]
    uses_slope: bool


def _squared(a: Array, y: Array) -> Array:
    e = a - y
    return np.asarray(0.5 * e * e)


def _tiny(a: Array) -> float:
    return float(np.finfo(a.dtype).tiny)  # log(0) would draw a hole into the curve; log(tiny) draws a very high point


def _binary(a: Array, y: Array) -> Array:
    tiny = _tiny(a)
    return np.asarray(-(y * np.log(np.maximum(a, tiny)) + (1 - y) * np.log(np.maximum(1 - a, tiny))))


def _softmax(a: Array, y: Array) -> Array:
    return np.asarray(-y * np.log(np.maximum(a, _tiny(a))))


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss("squared_error", "½ Σ (a - y)²", _squared, uses_slope=True),
        Loss("binary_cross_entropy", "-Σ y log a + (1 - y) log(1 - a)", _binary, uses_slope=False),
        Loss("softmax_cross_entropy", "-Σ y log a", _softmax, uses_slope=False),
    )
}


def correct(a: Array, y: Array) -> Array:
    """Return which examples are classed right, shape of ``a`` without its unit axis (axis 1).

    One output: above one half means class 1. Several: the largest output.
    """
    if a.shape[1] == 1:
        return np.asarray((a[:, 0] > 0.5) == (y[:, 0] > 0.5))
    return np.asarray(a.argmax(axis=1) == y.argmax(axis=1))
