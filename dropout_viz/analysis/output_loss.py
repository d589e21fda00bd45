"""The loss of many variants of a network at once, from their output pre-activations, in place.

The same numbers as ``nn.losses`` of ``nn.activations``; the squared error without its temporary arrays: on arrays of
this size most of the time would go into asking the system for memory (measured: 0.29 ms against 0.03).
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
    for call, args in act.calls(z, z):
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
        y = self._y if outputs is None else self._y[outputs][:, None]
        terms = self._terms(z, y, negated)
        sums = (self._ones if shares is None else shares) @ terms  # half as long as terms.sum
        sums = sums[:, 0] if sums.shape[1] == 1 else sums.sum(axis=1)
        return np.asarray(sums) if self._loss.of_logits else np.multiply(sums, 0.5, sums)

    def _terms(self, z: Array, y: Array, negated: bool) -> Array:
        """The loss of every output, of a squared error twice that; overwrites ``z``."""
        if self._loss.of_logits:
            return self._loss.per_unit(np.negative(z, z) if negated else z, y)
        a = apply(self._output, z, negated)
        np.subtract(a, y, a)
        return np.multiply(a, a, a)
