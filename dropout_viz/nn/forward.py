"""The forward half of the program: used by a training step, and alone to measure a network with every unit on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.layouts import Layout, layout_for
from dropout_viz.nn.losses import LOSSES, correct
from dropout_viz.nn.maps import Maps
from dropout_viz.nn.ops import Op, subscript, tag
from dropout_viz.nn.plan import Plan

Array = NDArray[Any]


def forward_ops(
    plan: Plan,
    layout: Layout,
    parameters: Array,
    inputs: Array,
    minus_inputs: Array | None,
    raw: Sequence[Array],
    hidden: Sequence[Array],
    masks: Mapping[int, Array],
    shared: bool,
    slopes: Sequence[Array] = (),
    logits: Array | None = None,
    to_logits: bool = False,
) -> list[Op]:
    """Return the calls from the dense layers' inputs to the output units.

    ``raw[l]`` receives the activations of layer l + 1 and ``hidden[l]`` the same after ``masks[l + 1]`` (the two may be
    one buffer). ``minus_inputs`` is -inputs where the inputs never change, which gives a sigmoid's -z at no cost.
    ``slopes[l]``, in training, receives the slope of a hidden layer whose activation must take it early. ``logits``,
    where it is given, keeps the output's pre-activations, as ``Activation.calls`` take them: of some, -z.
    ``to_logits``: stop there; ``raw[-1]`` receives z.
    """
    ops: list[Op] = []
    a = inputs
    for layer, (w, b) in enumerate(zip(*plan.dense(parameters), strict=True)):
        last = layer == plan.layers - 1
        function = ACTIVATIONS[plan.output if last else plan.activation]
        h, n, before = raw[layer], subscript(layer + 1), plan.source if layer == 0 else f"h{subscript(layer)}"
        z = logits if last and logits is not None else h
        negated = function.negated and not (last and to_logits)
        if negated and layer == 0 and minus_inputs is not None and not plan.bias:
            calls = layout.forward(minus_inputs, w, z, shared)
        else:
            calls = layout.forward(a, w, z, shared)
            if plan.bias:
                calls.append((np.add, (z, b, z)))
            if negated:
                calls.append((np.negative, (z, z)))
        ops += tag("forward", f"z{n} = {before} W{n}" + (f" + b{n}" if plan.bias else ""), calls)
        if last and to_logits:
            break
        if function.early and slopes and not last:
            ops += tag("backward", f"slope = {function.slope_formula}", function.slope_calls(z, slopes[layer]))
        ops += tag("forward", f"{'ŷ' if last else f'h{n}'} = {function.formula}", function.calls(z, h))
        if not last:
            a, shared = hidden[layer], not layout.tail
            if layer + 1 in masks:
                kind = plan.noise_kind
                formula = f"h{n} ← h{n} · {kind.symbol}{n}" + kind.follows(plan.scaling, f"p{n}")
                ops += tag("scale", formula, [(np.multiply, (z, masks[layer + 1], a))])
    return ops


ROOM = 1 << 22
"""Numbers that inputs and activations may take; more examples than fit are measured in pieces."""
PIECE = 1 << 20
"""Numbers that those of one piece take: a wide net's piece costs about as much as a training step."""


class Evaluator:
    """Loss and accuracy with every unit on, for many parameter vectors at once, on one set of examples.

    Under inverted scaling the network with every unit on needs no correction; under classical scaling what each layer
    passes on is multiplied by the chance of being on, which is the same as scaling the weights that leave it.

    Attributes:
        examples: how many it measures. pieces: calls of ``go_on`` that one measurement takes.
    """

    def __init__(self, plan: Plan, x: Array, y: Array, vectors: int) -> None:
        layout = layout_for(plan.sizes, len(x), vectors)
        self._loss = LOSSES[plan.loss]
        scales = plan.test_scales
        shared = not isinstance(scales[0], np.ndarray)  # else what the input is multiplied by differs between worlds
        self._table, self._scale = x if shared else x[:, :, None], scales[0]
        self._y = y.astype(plan.dtype)[:, :, None] if vectors > 1 else y.astype(plan.dtype)
        self._parameters = layout.empty((plan.parameters,), plan.dtype)
        width = plan.map_numbers + plan.sizes[0] + sum(plan.sizes[1:]) * vectors
        whole = len(x) * width <= ROOM
        self._size = len(x) if whole else max(1, min(PIECE, ROOM) // width)
        self.examples, self.pieces = len(x), -(-len(x) // self._size)
        scaled = self._table[: self._size] * self._scale
        self._x = scaled.astype(plan.dtype) if whole else np.empty(scaled.shape, plan.dtype)
        raw = [layout.empty((self._size, n), plan.dtype) for n in plan.sizes[1:]]
        self._output = raw[-1]
        masks = {layer: np.array(s, plan.dtype) for layer, s in enumerate(scales) if layer and np.any(s != 1)}
        maps = Maps(plan, self._size, training=False) if plan.maps else None
        inputs = self._x if maps is None else maps.features
        before = [] if maps is None else maps.forward_ops(self._parameters, self._x)
        minus_x = -self._x if whole and maps is None else None
        ops = before + forward_ops(
            plan, layout, self._parameters, inputs, minus_x, raw, raw, masks, shared, to_logits=self._loss.of_logits
        )
        self._calls = [(op.call, op.args) for op in ops]
        self._done = 0
        self._losses: Any = 0.0
        self._hits: Any = 0.0

    def measure(self, parameters: Array) -> tuple[Array, Array]:
        """Return loss and share of examples classed right.

        ``parameters`` has shape (parameters, vectors), or (parameters,) for one; each result (vectors,) or ().
        """
        self.begin(parameters)
        while (found := self.go_on()) is None:
            pass
        return found

    def begin(self, parameters: Array) -> None:
        """Begin a measurement of these parameters, which are copied."""
        self._parameters[...] = parameters
        self._done, self._losses, self._hits = 0, 0.0, 0.0

    def go_on(self) -> tuple[Array, Array] | None:
        """Measure the next piece; return what ``measure`` does after the last one."""
        if self.pieces == 1:
            return self._run(self._y, np.mean)
        first = self._done * self._size
        rows = self._table[first : first + self._size]
        self._x[: len(rows)] = rows if np.all(self._scale == 1) else rows * self._scale
        losses, hits = self._run(self._y[first : first + self._size], np.sum)
        self._losses, self._hits = self._losses + losses, self._hits + hits
        self._done += 1
        if self._done < self.pieces:
            return None
        return np.asarray(self._losses / self.examples), np.asarray(self._hits / self.examples)

    def _run(self, y: Array, gather: Callable[..., Any]) -> tuple[Array, Array]:
        """Run the network on ``x`` and gather losses and hits of its first rows, those that ``y`` belongs to."""
        for call, args in self._calls:
            call(*args)
        output = self._output[: len(y)]
        right = gather(correct(output, y, self._loss.of_logits), axis=0)
        return gather(self._loss.per_unit(output, y).sum(axis=1, dtype=np.float64), axis=0), right
