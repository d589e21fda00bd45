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


def apply(act: Activation, z: Array) -> Array:
    """Return h(z), computed in z's own memory. Units are on axis 1."""
    if act.negated:
        np.negative(z, z)
    for call, args in act.calls(z):
        call(*args)
    return z


class OutputLoss:
    """Output function and loss against fixed targets ``y``, shape (examples, outputs)."""

    def __init__(self, output: str, loss: str, y: Array) -> None:
        self._output, self._loss = ACTIVATIONS[output], LOSSES[loss]
        self.coupled = output == "softmax"  # every output depends on every pre-activation
        self._y = np.ascontiguousarray(y.T)[:, :, None]  # (outputs, examples, 1)
        self._tiny = np.finfo(y.dtype).tiny  # nn.losses takes the logarithm of nothing smaller
        self._kind = loss
        hard = bool(((y == 0) | (y == 1)).all())
        if loss == "softmax_cross_entropy":
            hard = hard and bool((y.sum(axis=1) == 1).all())
            self._labels, self._rows = y.argmax(axis=1), np.arange(len(y))
        self._hard = hard

    def sums(self, z: Array, outputs: Array | None = None) -> Array:
        """Return losses summed over outputs and examples; overwrites ``z``.

        Args:
            z: pre-activations, shape (n, outputs, examples, n_t).
            outputs: which output each of the n holds, where ``z`` holds only one (n, 1, examples, n_t); else all.

        Returns:
            Shape (n, n_t).
        """
        if self._kind == "softmax_cross_entropy" and self._hard:
            return self._picked(z)
        y = self._y if outputs is None else self._y[outputs][:, None]
        terms = self._terms(apply(self._output, z), y)
        n, width, examples, n_t = terms.shape
        return np.asarray(terms.reshape(n, width * examples, n_t).sum(axis=1))

    def _terms(self, a: Array, y: Array) -> Array:
        """The loss of every output, in the memory of ``a`` where the loss has a short form."""
        if self._kind == "squared_error":
            np.subtract(a, y, a)
            np.multiply(a, a, a)
            a *= 0.5
            return a
        if self._kind == "binary_cross_entropy" and self._hard:
            a *= 2 * y - 1  # a where the target is 1, 1 - a where it is 0
            a += 1 - y
            np.maximum(a, self._tiny, out=a)
            np.log(a, a)
            return np.negative(a, a)
        return self._loss.per_unit(a, y)

    def _picked(self, z: Array) -> Array:
        """Softmax cross-entropy of one class an example: log sum exp z - z[class]."""
        z -= z.max(axis=1, keepdims=True)
        own = z[:, self._labels, self._rows]
        np.exp(z, z)
        losses = z.sum(axis=1)
        np.log(losses, losses)
        losses -= own
        np.minimum(losses, -np.log(self._tiny), out=losses)
        return np.asarray(losses.sum(axis=1))
