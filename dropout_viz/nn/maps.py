"""The pairs of convolution and pooling before the dense layers, one after the other."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.nn.convolution import Pair
from dropout_viz.nn.ops import Op, tag
from dropout_viz.nn.plan import Plan

Array = NDArray[Any]


class Maps:
    """Buffers and calls from the pixels to the first dense layer's input, and back.

    Attributes:
        pairs: the pairs; ``pairs[k].h`` are the maps of pair k, (examples, height, width, maps).
        features: the last pair's maps as the dense layers' input, (examples, height · width · maps), by row, column,
            map. delta: in training, the same for the loss' derivative by them: to be filled in before going back.
    """

    def __init__(self, plan: Plan, examples: int, *, training: bool) -> None:
        self._plan = plan
        self.pairs = [
            Pair(number, examples, shape, maps, plan.activation, plan.dtype, training=training)
            for number, (shape, maps) in enumerate(zip(plan.pictures, plan.maps, strict=False), 1)
        ]
        self.features = self.pairs[-1].h.reshape(examples, -1)
        if training:
            # the derivative by what each pair gives; the last one's is that of the dense layers' input
            self._deltas = [np.empty_like(pair.h) for pair in self.pairs]
            self.delta = self._deltas[-1].reshape(examples, -1)

    def forward_ops(self, parameters: Array, pixels: Array) -> list[Op]:
        """Return the calls from ``pixels`` (examples, pixels) to ``features``, with a flat parameter vector."""
        kernels, biases = self._plan.views(parameters)
        ops, below = list[Op](), pixels
        for pair, kernel, bias in zip(self.pairs, kernels, biases, strict=False):
            ops += tag("forward", "a border of zeros", [(np.copyto, (pair.into, below.reshape(pair.into.shape)))])
            ops += pair.forward_ops(kernel, bias)
            below = pair.h
        return ops

    def backward_ops(self, parameters: Array, gradient: Array) -> list[Op]:
        """Return the calls from ``delta`` (which they overwrite) to the kernels' and biases' part of the gradient."""
        kernels, _ = self._plan.views(parameters)
        by_kernels, by_biases = self._plan.views(gradient)
        ops: list[Op] = []
        for k in range(len(self.pairs) - 1, -1, -1):
            below = self._deltas[k - 1] if k else None
            ops += self.pairs[k].backward_ops(self._deltas[k], kernels[k], by_kernels[k], by_biases[k], below)
        return ops
