"""The loss of many variants of a network at once, from their output pre-activations, in place.

The same numbers as ``nn.losses`` of ``nn.activations``, but without their temporary arrays: on arrays of this size most
of the time would go into asking the system for memory (measured: 0.29 ms against 0.03 for one squared error).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.nn.activations import ACTIVATIONS, Activation
from dropout_viz.nn.losses import LOSSES

Array = NDArray[Any]


def apply(act: Activation, z: Array, negated: bool = False) -> Array:
    """Return h(z), computed in z's own memory. Units are on axis 1. ``negated``: z is -z already."""
    if act.negated and not negated:
        np.negative(z, z)
    for call, args in act.calls(z):
        call(*args)
    return z


class OutputLoss:
    """Output function and loss against fixed targets ``y``, shape (examples, outputs)."""

    def __init__(self, output: str, loss: str, y: Array) -> None:
        self._output, self._loss = ACTIVATIONS[output], LOSSES[loss]
        self.coupled = output == "softmax"  # every output depends on every pre-activation
        self.negated = self._output.negated  # a caller may spare the output function a pass and hand it -z
        self._y = np.ascontiguousarray(y.T)[:, :, None]  # (outputs, examples, 1)
        self._ones = np.ones(len(y), y.dtype)
        self._tiny = np.finfo(y.dtype).tiny  # nn.losses takes the logarithm of nothing smaller
        self._kind = loss
        hard = bool(((y == 0) | (y == 1)).all())
        if loss == "softmax_cross_entropy":
            hard = hard and bool((y.sum(axis=1) == 1).all())
            self._labels, self._rows = y.argmax(axis=1), np.arange(len(y))
        self._hard = hard

    def sums(self, z: Array, outputs: Array | None = None, shares: Array | None = None, negated: bool = False) -> Array:
        """Return losses summed over outputs and examples; overwrites ``z``.

        Args:
            z: pre-activations, shape (n, outputs, examples, n_t).
            outputs: which output each of the n holds, where ``z`` holds only one (n, 1, examples, n_t); else all.
            shares: what each example counts for, (examples,); else 1.
            negated: ``z`` is -z, where ``self.negated``.

        Returns:
            Shape (n, n_t).
        """
        if self._kind == "softmax_cross_entropy" and self._hard:
            return self._picked(z, shares)
        y = self._y if outputs is None else self._y[outputs][:, None]
        terms = self._terms(apply(self._output, z, negated), y)
        sums = (self._ones if shares is None else shares) @ terms  # half as long as terms.sum
        sums = sums[:, 0] if sums.shape[1] == 1 else sums.sum(axis=1)
        return np.multiply(sums, 0.5, sums) if self._kind == "squared_error" else np.asarray(sums)

    def _terms(self, a: Array, y: Array) -> Array:
        """The loss of every output (twice the squared error), in the memory of ``a`` where there is a short form."""
        if self._kind == "squared_error":
            np.subtract(a, y, a)
            return np.multiply(a, a, a)
        if self._kind == "binary_cross_entropy" and self._hard:
            a *= 2 * y - 1  # a where the target is 1, 1 - a where it is 0
            a += 1 - y
            np.maximum(a, self._tiny, out=a)
            np.log(a, a)
            return np.negative(a, a)
        return self._loss.per_unit(a, y)

    def _picked(self, z: Array, shares: Array | None) -> Array:
        """Softmax cross-entropy of one class an example: log sum exp z - z[class]."""
        z -= z.max(axis=1, keepdims=True)
        own = z[:, self._labels, self._rows]
        np.exp(z, z)
        losses = z.sum(axis=1)
        np.log(losses, losses)
        losses -= own
        np.minimum(losses, -np.log(self._tiny), out=losses)
        return np.asarray(losses.sum(axis=1) if shares is None else shares @ losses)
