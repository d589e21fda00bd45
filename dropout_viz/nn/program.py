"""The step as a program: a network compiled once into flat lists of NumPy calls on buffers made beforehand.

A program holds ``rows`` consecutive steps. Each step has its own row of masks, of chosen examples, of output errors and
of parameters (step k reads parameter row k and writes row k + 1), so that recording every step costs nothing while
stepping and a step is nothing but its calls. ``steps[k]`` is the readable list, ``calls[k]`` the same list to run.
"""

from __future__ import annotations

from collections import deque
from itertools import starmap
from operator import call
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.forward import forward_ops
from dropout_viz.nn.layouts import Layout
from dropout_viz.nn.losses import LOSSES
from dropout_viz.nn.maps import Maps
from dropout_viz.nn.ops import Op, subscript, tag
from dropout_viz.nn.optimisers import make_optimiser
from dropout_viz.nn.plan import Plan

Array = NDArray[Any]


class Program:
    """Buffers and calls of ``rows`` training steps.

    With ``tail = layout.tail`` (empty for one world, (worlds,) for many):

    Attributes:
        parameters: rows + 1 vectors of shape (parameters, *tail); where ``rows`` is 1 both are the same memory.
        record: the same as one array, (rows + 1, parameters, *tail), or (1, ...) where ``rows`` is 1.
        masks: per layer that drops units (0 the input, l hidden layer l): (rows, batch, units, *tail), 0 where off
            and the training scale (see ``nn.scaling``) where on.
        chosen: examples of each step, (rows, batch, *tail), or None where every step sees all of them.
        outputs: what the output units gave, per row, (rows, batch, outputs, *tail); None for squared error, where
        errors: has the same shape and holds a - y.
        inputs: what the input layer passed on, (batch, features, *tail) or without the tail where worlds share it.
        maps: the pairs of convolution and pooling between ``inputs`` and the dense layers, or None.
        hidden: per hidden layer, activations after mask and scale, (batch, units, *tail). Scratch: the last step's.
        steps: per row, its operations, as ``run`` carries them out.
    """

    def __init__(self, plan: Plan, layout: Layout, x: Array, y: Array, batch: int, rows: int) -> None:
        self.plan, self.layout, self.batch, self.rows = plan, layout, batch, rows
        self.x, self.y = x.astype(plan.dtype, copy=False), y.astype(plan.dtype, copy=False)  # never written to
        tail = layout.tail
        self.record = np.empty((1 if rows == 1 else rows + 1, plan.parameters, *tail), plan.dtype)
        self.parameters = [self.record[k % len(self.record)] for k in range(rows + 1)]
        # The post draws its masks whatever p is, so the published rule does at p = 0 too.
        drawn = [layer for layer, p in enumerate(plan.drop) if np.any(p > 0) or (plan.published and layer == 1)]
        self.masks = {layer: self._buffer(rows, batch, plan.inputs[layer]) for layer in drawn}
        self.chosen = None if batch == len(x) else np.zeros((rows, batch, *tail), np.intp)
        self.optimiser = make_optimiser(plan, tail, batch, rows, max(1, len(x) // batch))
        self._loss = LOSSES[plan.loss]
        self.errors = self._buffer(rows, batch, plan.sizes[-1])
        self.outputs = None if self._loss.uses_slope else self._buffer(rows, batch, plan.sizes[-1])
        self._make_scratch()
        self.steps = [self._compile(k) for k in range(rows)]
        self._calls = [(op.call, *op.args) for ops in self.steps for op in ops]
        self._length = len(self.steps[0])

    def _buffer(self, *shape: int) -> Array:
        return np.empty((*shape, *self.layout.tail), self.plan.dtype)

    def _make_scratch(self) -> None:
        """Lay out what every step overwrites.

        The activations whose slope the step needs lie next to one another, so that one call per arithmetic operation
        serves all layers that have the same activation function.
        """
        plan, tail, sizes = self.plan, self.layout.tail, self.plan.sizes
        self._with_output = self._loss.uses_slope and plan.output == plan.activation
        ends = np.cumsum([0, *(self.batch * n for n in sizes[1 : None if self._with_output else -1])])
        self._sloped = self._buffer(int(ends[-1]))
        self._slopes = self._buffer(int(ends[-1]))
        cut = [slice(a, b) for a, b in zip(ends, ends[1:], strict=False)]
        shapes = [(self.batch, n, *tail) for n in sizes[1:]]
        self._raw = [self._sloped[c].reshape(s) for c, s in zip(cut, shapes, strict=False)]
        self._slope = [self._slopes[c].reshape(s) for c, s in zip(cut, shapes, strict=False)]
        if not self._with_output:
            self._raw.append(self._buffer(self.batch, sizes[-1]))
            self._slope.append(self._buffer(self.batch, sizes[-1]))
        # The exact rule needs a hidden activation as it was before its mask; the published rule overwrites it.
        in_place = [self.plan.published or layer + 1 not in self.masks for layer in range(plan.layers - 1)]
        self.hidden = [raw if same else np.empty_like(raw) for raw, same in zip(self._raw[:-1], in_place, strict=True)]
        self._delta = [np.empty_like(raw) for raw in self._raw]
        self.gradient = plan.empty(*tail)
        self.gradients = plan.dense(self.gradient)
        self._make_inputs()

    def _make_inputs(self) -> None:
        layout = self.layout
        constant = self.chosen is None and 0 not in self.masks
        if self.chosen is not None:
            self._x, self._y = layout.batch(self.x, self.batch), layout.batch(self.y, self.batch)
        else:
            self._x, self._y = self.x, self.y
            if layout.tail:
                self._x = self.x if constant else self.x[:, :, None]
                # written out for every world: a broadcast operand would double the cost of each call
                self._y = np.repeat(self.y[:, :, None], layout.tail[0], axis=2)
        self.inputs = self._x if 0 not in self.masks else self._buffer(self.batch, self.plan.inputs[0])
        self._shared = constant or not layout.tail
        # where the input never changes, -x is known beforehand and gives a sigmoid's -z at no cost
        self._minus_x = -self.x if constant and not self.plan.maps else None
        self.maps = Maps(self.plan, self.batch, training=True) if self.plan.maps else None
        self._source = self.inputs if self.maps is None else self.maps.features

    def run(self, first: int, last: int) -> None:
        """Carry out the steps of rows first..last - 1."""
        # A loop without a line of Python in it: with calls of a third of a microsecond each, that saves a sixth.
        deque(starmap(call, self._calls[first * self._length : last * self._length]), maxlen=0)

    def output_of(self, k: int) -> Array:
        """Return the output units' activations of row k's step, (batch, outputs, *tail), valid until the next."""
        return self._raw[-1] if self.outputs is None else self.outputs[k]

    def buffers(self, k: int) -> dict[str, Array]:
        """Return row k's buffers by the names of ``engine.slow_motion``; ``a`` also holds z before the activation, and
        h after it where the mask is applied in place. ``before.W1`` is W1 as the step finds it."""
        plan, found = self.plan, {"x": self._x, "y": self._y, "e": self.errors[k]}
        after, before = plan.dense(self.parameters[k + 1]), plan.dense(self.parameters[k])
        raw = self._raw if self.outputs is None else [*self._raw[:-1], self.outputs[k]]
        hidden = [h if h is not a else h[:0] for h, a in zip(self.hidden, raw, strict=False)]
        kinds: dict[str, list[Array]] = {
            "a": raw, "h": hidden, "slope": self._slope, "delta": self._delta, "g": self.gradients[0],
            "gb": self.gradients[1], "W": after[0], "b": after[1], "before.W": before[0], "before.b": before[1],
        }  # fmt: skip
        for kind, arrays in kinds.items():
            found |= {f"{kind}{n}": a for n, a in enumerate(arrays, start=1) if a.size}
        found |= {f"m{layer}": rows[k] for layer, rows in self.masks.items()}
        return found | ({} if self.inputs is self._x else {"h0": self.inputs})

    def targets(self, first: int, last: int) -> Array:
        """Return the targets of rows first..last - 1, (rows, batch, outputs, *tail), or with 1 for axes all share."""
        if self.chosen is None:
            return np.asarray(self._y[None])
        return np.asarray(np.moveaxis(self.y[self.chosen[first:last]], -1, 2))

    def _compile(self, k: int) -> list[Op]:
        weights, _ = self.plan.dense(self.parameters[k])
        ops: list[Op] = []
        if self.chosen is not None:
            gather, rows = self.layout.gather, self.chosen[k]
            ops += tag("forward", "x, y = mini-batch", gather(self.x, rows, self._x) + gather(self.y, rows, self._y))
        if 0 in self.masks:
            formula = "x ← x · m₀" + (" / (1 - p₀)" if self.plan.scaling == "inverted" else "")
            ops += tag("scale", formula, [(np.multiply, (self._x, self.masks[0][k], self.inputs))])
        raw = self._raw if self.outputs is None else [*self._raw[:-1], self.outputs[k]]
        masks = {layer: rows[k] for layer, rows in self.masks.items()}
        if self.maps is not None:
            ops += self.maps.forward_ops(self.parameters[k], self.inputs)
        ops += forward_ops(self.plan, self.layout, self.parameters[k], self._source, self._minus_x, raw, self.hidden,
                           masks, self._shared, self._slope)  # fmt: skip
        ops += tag("loss", "e = ŷ - y", [(np.subtract, (self.output_of(k), self._y, self.errors[k]))])
        ops += self._backward_ops(k, weights)
        if self.maps is not None:
            ops += tag("backward", "δ = δ₁ W₁ᵀ", self.layout.backward(self._delta[0], weights[0], self.maps.delta))
            ops += self.maps.backward_ops(self.parameters[k], self.gradient)
        return ops + self.optimiser.ops(k, self.gradient, self.parameters[k], self.parameters[k + 1])

    def _backward_ops(self, k: int, weights: list[Array]) -> list[Op]:
        plan, ops, layout = self.plan, [], self.layout
        hidden = ACTIVATIONS[plan.activation]
        if not hidden.early:
            ops += tag("backward", f"slope = {hidden.slope_formula}", hidden.slope_calls(self._sloped, self._slopes))
        delta = self.errors[k]
        if self._loss.uses_slope and plan.output != "linear":
            output = ACTIVATIONS[plan.output]
            if not self._with_output:
                ops += tag("backward", f"slope = {output.slope_formula}",
                           output.slope_calls(self._raw[-1], self._slope[-1]))  # fmt: skip
            delta = self._delta[-1]
            ops += tag("backward", "δ = e · slope", [(np.multiply, (self.errors[k], self._slope[-1], delta))])
        for layer in range(plan.layers - 1, -1, -1):
            n = subscript(layer + 1)
            a = self._source if layer == 0 else self.hidden[layer - 1]
            shared = self._shared if layer == 0 else not layout.tail
            calls = layout.gradient(a, delta, self.gradients[0][layer], shared)
            if plan.bias:
                calls.append((np.add.reduce, (delta, 0, None, self.gradients[1][layer])))
            ops += tag("backward", f"∂W{n} = {plan.source if layer == 0 else f'h{subscript(layer)}'}ᵀ δ{n}", calls)
            if layer == 0:
                break
            out = self._delta[layer - 1]
            ops += tag("backward", f"δ{subscript(layer)} = δ{n} W{n}ᵀ", layout.backward(delta, weights[layer], out))
            if layer in self.masks and not plan.published:
                ops += tag(
                    "backward",
                    "δ ← δ · m" + (" / (1 - p)" if plan.scaling == "inverted" else ""),
                    [(np.multiply, (out, self.masks[layer][k], out))],
                )
            ops += tag("backward", "δ ← δ · slope", [(np.multiply, (out, self._slope[layer - 1], out))])
            delta = out
        return ops
