"""Losses: the value per example, and whether the output's slope takes part in the gradient.

In every pair that is allowed (squared error with any output, binary cross-entropy with sigmoid, softmax cross-entropy
with softmax) the gradient of one example's loss by the output's pre-activation starts from ``a - y``; squared error
multiplies it by the output's slope, the cross-entropies cancel that slope.

A cross-entropy is taken from the output's pre-activations z (its logits), never from the output a: a sure output is
rounded to 1, and the logarithm of what is then left of 1 - a is wrong from z = 17 on in float32 and 37 in float64.
Everything that states a loss calls ``per_unit``.
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
        per_unit: terms of outputs, or of their pre-activations where ``of_logits``, and of targets y; arrays are
            (examples, units, ...), those of y may be 1 long where all share it. One example's loss is the sum over the
            units, of which softmax's terms have one. The first argument is overwritten, and may be what is returned.
        of_logits: whether the value is taken from the pre-activations, and the gradient cancels the output's slope.
    """

    name: str
    formula: str
    per_unit: Callable[[Array, Array], Array]
    of_logits: bool

    @property
    def uses_slope(self) -> bool:
        """Whether the gradient keeps the output's slope."""
        return not self.of_logits


def _squared(a: Array, y: Array) -> Array:
    e = a - y
    return np.asarray(0.5 * e * e)


def _binary(z: Array, y: Array) -> Array:
    """max(z, 0) - y z + log(1 + exp(-|z|)), written in s = z or, where the target is 1, -z: then y is 0 or soft."""
    z *= np.where(y > 0.5, z.dtype.type(-1), z.dtype.type(1))
    terms = np.abs(z)
    np.log1p(np.exp(np.negative(terms, terms), terms), terms)
    soft = np.minimum(y, 1 - y)
    if soft.any():
        terms -= soft * z
    terms += np.maximum(z, 0, out=z)
    return terms


def _softmax(z: Array, y: Array) -> Array:
    """log sum exp z - sum y z, for targets that add up to 1; with the largest z made 0 the first is log(1 + others).

    The 1 is left out of the sum, so that what remains of a sure and right answer is not rounded away.
    """
    z -= z.max(axis=1, keepdims=True)
    largest = z == 0
    wanted = y * z
    if np.isnan(wanted).any():
        wanted[np.broadcast_to(y == 0, wanted.shape)] = 0  # an output that is not wanted may be at minus infinity
    np.exp(z, z)
    z -= largest
    total = z.sum(axis=1, keepdims=True)
    if np.count_nonzero(largest) != total.size:  # several are level
        total += largest.sum(axis=1, keepdims=True) - 1
    return np.log1p(total, total) - wanted.sum(axis=1, keepdims=True)


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss("squared_error", "½ Σ (a - y)²", _squared, of_logits=False),
        Loss("binary_cross_entropy", "-Σ y log a + (1 - y) log(1 - a)", _binary, of_logits=True),
        Loss("softmax_cross_entropy", "-Σ y log a", _softmax, of_logits=True),
    )
}


def correct(a: Array, y: Array, of_logits: bool = False) -> Array:
    """Return which examples are classed right, shape of ``a`` without its unit axis (axis 1).

    One output: above one half means class 1, else class 0. Several: the largest output. An example whose outputs are
    not all finite is never right: a network that has diverged knows nothing, and chance is none of its merits.
    Everything that states how many examples are right calls this.

    Args:
        a: outputs, or ``of_logits`` the pre-activations of a sigmoid or a softmax, which may be infinite where the
            output is not. y: targets.
    """
    return _into_known(a, _class(a, 0.0 if of_logits else 0.5) == _class(y, 0.5), of_logits)


def alike(one: Array, other: Array) -> Array:
    """Return which examples two networks put into the same class by their outputs, in the sense of ``correct``: none
    of which the outputs of one of them are not all finite."""
    return _into_known(one, _into_known(other, _class(one, 0.5) == _class(other, 0.5), False), False)


def classes(a: Array) -> Array:
    """Return the class that outputs or targets (examples, outputs) stand for, (examples,), in the sense of ``correct``;
    of outputs that are not all finite it is none."""
    return np.asarray(_class(a, 0.5), np.intp)


def _class(a: Array, half: float) -> Array:
    return a[:, 0] > half if a.shape[1] == 1 else a.argmax(axis=1)


def _into_known(a: Array, yes: Array, of_logits: bool) -> Array:
    """Take what is said of examples back where their outputs are not all finite; looks closer only if some are not."""
    with np.errstate(all="ignore"):
        if np.isfinite(a.sum()):
            return yes
    if not of_logits:
        return np.asarray(yes & np.isfinite(a).all(axis=1))
    largest = a.max(axis=1)
    return np.asarray(yes & (~np.isnan(largest) if a.shape[1] == 1 else np.isfinite(largest)))
