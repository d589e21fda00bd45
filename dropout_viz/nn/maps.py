"""The pairs of convolution and pooling before the dense layers, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.nn.convolution import ConvolutionPair
from dropout_viz.nn.memory import OWN, Memory
from dropout_viz.nn.ops import Op, tag
from dropout_viz.nn.plan import Plan

Array = NDArray[Any]


class Maps:
    """Buffers and calls from the pixels to the first dense layer's input, and back.

    The examples may be cut into parts, whose calls share nothing and so may run side by side.

    Attributes:
        h: per pair, its maps after pooling, bias and activation, (examples, height, width, maps).
        features: the last pair's maps as the dense layers' input, (examples, height · width · maps), by row, column,
            map. delta: in training, the same for the loss' derivative by them: to be filled in before going back.
    """

    def __init__(
        self,
        plan: Plan,
        examples: int,
        *,
        training: bool,
        parts: Sequence[slice] = (slice(None),),
        memory: Memory = OWN,
    ) -> None:
        self._plan = plan
        shapes = [(examples, *shape) for shape in plan.pictures[1:]]
        self.h = [memory.empty(shape, plan.dtype) for shape in shapes]
        self.features = self.h[-1].reshape(examples, -1)
        self._parts = [
            [
                ConvolutionPair(number, shape, h[part], plan.activation, training=training)
                for number, (shape, h) in enumerate(zip(plan.pictures, self.h, strict=False), 1)
            ]
            for part in parts
        ]
        if training:
            # the derivative by what each pair gives; the last one's is that of the dense layers' input
            deltas = [np.empty(shape, plan.dtype) for shape in shapes]
            self.delta = deltas[-1].reshape(examples, -1)
            self._deltas = [[delta[part] for delta in deltas] for part in parts]
            self._own = sum(fan_in * maps + (maps if plan.bias else 0) for fan_in, maps in plan.shapes[: len(self.h)])
            self._gradients = [plan.empty() for _ in parts[1:]]

    def forward_ops(self, parameters: Array, pixels: Array, part: int = 0) -> list[Op]:
        """Return the calls from a part's ``pixels`` (examples, pixels) to its ``features``, with a parameter vector."""
        kernels, biases = self._plan.views(parameters)
        ops, below = list[Op](), pixels
        for pair, kernel, bias in zip(self._parts[part], kernels, biases, strict=False):
            ops += tag("forward", "a border of zeros", [(np.copyto, (pair.into, below.reshape(pair.into.shape)))])
            ops += pair.forward_ops(kernel, bias)
            below = pair.h
        return ops

    def backward_ops(self, parameters: Array, gradient: Array, part: int = 0) -> list[Op]:
        """Return the calls from a part's ``delta`` (which they overwrite) to the kernels' and biases' gradient.

        That of the first part goes into ``gradient``, that of the others to where ``sum_ops`` finds it.
        """
        kernels, _ = self._plan.views(parameters)
        by_kernels, by_biases = self._plan.views([gradient, *self._gradients][part])
        ops, pairs, deltas = list[Op](), self._parts[part], self._deltas[part]
        for k in range(len(pairs) - 1, -1, -1):
            below = deltas[k - 1] if k else None
            ops += pairs[k].backward_ops(deltas[k], kernels[k], by_kernels[k], by_biases[k], below)
        return ops

    def sum_ops(self, gradient: Array) -> list[Op]:
        """Return the calls that add the other parts' gradients to the first's."""
        own = gradient[: self._own]
        return tag(
            "backward", "∂K = sum over the parts", [(np.add, (own, g[: self._own], own)) for g in self._gradients]
        )
