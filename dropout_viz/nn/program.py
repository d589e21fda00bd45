"""The step as a program: a network compiled once into flat lists of NumPy calls on buffers made beforehand.

A program holds ``rows`` consecutive steps. Each step has its own row of masks, of chosen examples, of output errors and
of parameters (step k reads parameter row k and writes row k + 1), so that recording every step costs nothing while
stepping and a step is nothing but its calls. ``step(k)`` is the readable list, ``run`` carries out the same. A row's
calls are made when it is first run: who changes a setting after a few steps has not waited for the calls of all rows.
"""

from __future__ import annotations

from itertools import islice
from typing import Any
from weakref import proxy

import numpy as np
from numpy.typing import NDArray

from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.forward import forward_ops
from dropout_viz.nn.layouts import Layout
from dropout_viz.nn.losses import LOSSES
from dropout_viz.nn.maps import Maps
from dropout_viz.nn.memory import OWN, Memory
from dropout_viz.nn.ops import Op, subscript, tag
from dropout_viz.nn.optimisers import make_optimiser
from dropout_viz.nn.plan import Plan
from dropout_viz.nn.rows import each_row
from dropout_viz.nn.thread_pair import BoundCall, ThreadPair, both, run

Array = NDArray[Any]
# Multiplications of one forward pass from which a step is cut into halves for two threads (a step of about 1 ms),
_SPLIT_FROM = 4_000_000
# and numbers of a weight matrix whose gradient is taken and used up at a time, while it is in the cache.
GRAIN = 98_304


def is_large(plan: Plan, batch: int) -> bool:
    """Return whether a step is worth two threads."""
    return batch > 1 and batch * plan.multiplications >= _SPLIT_FROM


class Program:
    """Buffers and calls of ``rows`` training steps.

    With ``tail = layout.tail`` (empty for one world, (worlds,) for many):

    Attributes:
        parameters: rows + 1 vectors of shape (parameters, *tail); where ``rows`` is 1 both are the same memory.
        record: the same as one array, (rows + 1, parameters, *tail), or (1, ...) where ``rows`` is 1.
        masks: per layer whose drop probability is not 0 (0 the input, l hidden layer l), what its units are multiplied
            by: (rows, batch, units, *tail); of dropout, 0 where off and the training scale where on.
        chosen: examples of each step, (rows, batch, *tail), or None where every step sees all of them.
        logits: the output units' pre-activations, per row, (rows, batch, outputs, *tail), for a loss that is taken from
            them, of an output function that is ``negated`` minus those; else None.
        errors: has the same shape and holds a - y.
        inputs: what the input layer passed on, (batch, features, *tail) or without the tail where worlds share it.
        maps: the pairs of convolution and pooling between ``inputs`` and the dense layers, or None.
        hidden: per hidden layer, activations after mask and scale, (batch, units, *tail). Scratch: the last step's.
        split: whether a step is cut into halves that may run side by side: one half of the examples each as far as the
            errors reach back, then one half of the parameters each. The cut depends on the net's size alone.
    """

    def __init__(
        self, plan: Plan, layout: Layout, x: Array, y: Array, batch: int, rows: int, memory: Memory = OWN
    ) -> None:
        self.plan, self.layout, self.batch, self.rows, self._memory = plan, layout, batch, rows, memory
        self.x, self.y = x.astype(plan.dtype, copy=False), y.astype(plan.dtype, copy=False)  # never written to
        tail = layout.tail
        self.record = layout.empty((plan.parameters,), plan.dtype, 1 if rows == 1 else rows + 1, memory)
        self.parameters = [self.record[k % len(self.record)] for k in range(rows + 1)]
        # The post draws its masks whatever p is, so the published rule does at p = 0 too.
        drawn = [layer for layer, p in enumerate(plan.drop) if np.any(p > 0) or (plan.published and layer == 1)]
        self.masks = {layer: self._buffer(batch, plan.inputs[layer], rows=rows) for layer in drawn}
        self.chosen = None if batch == len(x) else layout.empty((batch,), np.intp, rows, memory)
        self.optimiser = make_optimiser(plan, self.parameters[0], batch, rows, max(1, len(x) // batch))
        self.optimiser.move(memory)
        self._loss, self._noise = LOSSES[plan.loss], plan.noise_kind
        self.errors = self._buffer(batch, plan.sizes[-1], rows=rows)
        self.logits = self._buffer(batch, plan.sizes[-1], rows=rows) if self._loss.of_logits else None
        self.split = rows == 1 and not tail and is_large(plan, batch)
        self._parts = [slice(0, batch // 2), slice(batch // 2, batch)] if self.split else [slice(0, batch)]
        self._make_scratch()
        self._calls: list[BoundCall] = []  # of the first rows, as many as have been run
        self._ends = [0]  # of each such row among them
        own = proxy(self)  # so that a program goes, with its memory, when nobody has it any more
        self._more = each_row(lambda k: bound(own.step(k)), rows)  # the calls of the rows that follow
        self._halves = [[bound(half) for half in stage] for stage in self._compile(0)] if self.split else []

    def _buffer(self, *shape: int, rows: int | None = None) -> Array:
        return self.layout.empty(shape, self.plan.dtype, rows, self._memory)

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
        pairs = zip(self._raw[:-1], in_place, strict=True)
        self.hidden = [raw if same else self._buffer(*raw.shape[:2]) for raw, same in pairs]
        self._delta = [np.empty_like(raw) for raw in self._raw]
        self.gradient = self._buffer(plan.parameters)
        self.gradients = plan.dense(self.gradient)
        self._make_inputs()

    def _make_inputs(self) -> None:
        layout = self.layout
        constant = self.chosen is None and 0 not in self.masks
        if self.chosen is not None:
            self._x, self._y = (layout.batch(table, self.batch, self._memory) for table in (self.x, self.y))
        else:
            self._x, self._y = self.x, self.y
            if layout.tail:
                self._x = self.x if constant else self.x[:, :, None]
                # written out for every world: a broadcast operand would double the cost of each call
                self._y = self._buffer(*self.y.shape)
                self._y[...] = self.y[:, :, None]
        self.inputs = self._x if 0 not in self.masks else self._buffer(self.batch, self.plan.inputs[0])
        self._shared = constant or not layout.tail
        # where the input never changes, -x is known beforehand and gives a sigmoid's -z at no cost
        self._minus_x = -self.x if constant and not self.plan.maps else None
        self.maps = None
        if self.plan.maps:
            self.maps = Maps(self.plan, self.batch, training=True, parts=self._parts, memory=self._memory)
        self._source = self.inputs if self.maps is None else self.maps.features

    def losses(self, first: int, last: int) -> Array:
        """Return the mean losses under the masks of rows first..last - 1, which were run: (rows, worlds)."""
        if self.logits is None:
            terms, share = np.square(self.errors[first:last]), 0.5 / self.batch
        else:
            terms, share = self._terms(self.logits[first:last], self.targets(first, last)), 1 / self.batch
        flat = terms.reshape(last - first, terms.shape[1] * terms.shape[2], -1)
        return np.asarray(flat.sum(axis=1, dtype=np.float64) * share)

    def _terms(self, logits: Array, targets: Array) -> Array:
        """Return the loss's terms of some rows from what they kept, all (rows, batch, outputs, *tail)."""
        z = np.negative(logits) if ACTIVATIONS[self.plan.output].negated else logits.copy(order="K")
        return np.moveaxis(self._loss.per_unit(np.moveaxis(z, 0, -1), np.moveaxis(targets, 0, -1)), -1, 0)

    def run(self, first: int, last: int, thread_pair: ThreadPair | None = None) -> None:
        """Carry out the steps of rows first..last - 1; halves of a split program side by side, given two threads."""
        if self.split:
            for one, other in self._halves:
                both(thread_pair, one, other)
            return
        self.prepare(last)
        run(self._calls[self._ends[first] : self._ends[last]])

    def prepare(self, last: int) -> None:
        """Make the calls of the rows up to ``last`` that have none yet."""
        for calls in islice(self._more, 0 if self.split else max(0, last - len(self._ends) + 1)):
            self._calls += calls
            self._ends.append(len(self._calls))

    @property
    def elsewhere(self) -> bool:
        """Whether another process carries out its steps."""
        return False

    @property
    def output(self) -> Array:
        """The output units' activations in the last step, (batch, outputs, *tail)."""
        return self._raw[-1]

    def buffers(self, k: int) -> dict[str, Array]:
        """Return row k's buffers by the names of ``engine.slow_motion``; ``a`` also holds z before the activation, but
        for an output whose z is kept, and h after it where the mask is applied in place. ``before.W1`` is W1 as the
        step finds it."""
        plan, found = self.plan, {"x": self._x, "y": self._y, "e": self.errors[k]}
        after, before = plan.dense(self.parameters[k + 1]), plan.dense(self.parameters[k])
        hidden = [h if h is not a else h[:0] for h, a in zip(self.hidden, self._raw, strict=False)]
        kinds: dict[str, list[Array]] = {
            "a": self._raw,
            "h": hidden,
            "slope": self._slope,
            "delta": self._delta,
            "g": self.gradients[0],
            "gb": self.gradients[1],
            "W": after[0],
            "b": after[1],
            "before.W": before[0],
            "before.b": before[1],
        }
        for kind, arrays in kinds.items():
            found |= {f"{kind}{n}": a for n, a in enumerate(arrays, start=1) if a.size}
        found |= {f"m{layer}": rows[k] for layer, rows in self.masks.items()}
        found |= {} if self.logits is None else {f"z{plan.layers}": self.logits[k]}
        return found | ({} if self.inputs is self._x else {"h0": self.inputs})

    def targets(self, first: int, last: int) -> Array:
        """Return the targets of rows first..last - 1, (rows, batch, outputs, *tail), or with 1 for axes all share."""
        if self.chosen is None:
            return np.asarray(self._y[None])
        return np.asarray(np.moveaxis(self.y[self.chosen[first:last]], -1, 2))

    def step(self, k: int) -> list[Op]:
        """Return row k's operations, as ``run`` carries them out."""
        return [op for stage in self._compile(k) for half in stage for op in half]

    def _compile(self, k: int) -> list[list[list[Op]]]:
        """Return row k's step in stages; the lists of a stage may run side by side, the stages one after the other."""
        halves, edit = range(len(self._parts)), self.plan.edit
        examples = [edit.step(self._example_ops(k, half)) for half in halves]
        stages = [examples, [self._parameter_ops(k, half) for half in halves]]
        if limits := self.optimiser.limit_ops(self.parameters[k + 1]):
            stages.append([limits, []] if self.split else [limits])
        return stages

    def _example_ops(self, k: int, part: int) -> list[Op]:
        """Return row k's calls from a part of its examples to the errors that reached back to the first layer."""
        ops, at = list[Op](), self._parts[part]
        x, y, inputs, source = self._x[at], self._y[at], self.inputs[at], self._source[at]
        ops += self._gather_ops(k, part)
        if 0 in self.masks:
            formula = f"x ← x · {self._noise.symbol}₀" + self._noise.follows(self.plan.scaling, "p₀")
            ops += tag("scale", formula, [(np.multiply, (x, self.masks[0][k][at], inputs))])
        raw, logits = [r[at] for r in self._raw], None if self.logits is None else self.logits[k][at]
        masks = {layer: rows[k][at] for layer, rows in self.masks.items()}
        minus = None if self._minus_x is None else self._minus_x[at]
        hidden, slopes = [h[at] for h in self.hidden], [s[at] for s in self._slope]
        if self.maps is not None:
            ops += self.maps.forward_ops(self.parameters[k], inputs, part)
        ops += forward_ops(
            self.plan, self.layout, self.parameters[k], source, minus, raw, hidden, masks, self._shared, slopes, logits
        )
        ops += tag("loss", "e = ŷ - y", [(np.subtract, (raw[-1], y, self.errors[k][at]))])
        return ops + self._delta_ops(k, part, masks)

    def _gather_ops(self, k: int, part: int) -> list[Op]:
        """Return row k's calls that fetch a part of its examples, where every step has others."""
        if self.chosen is None:
            return []
        gather, at = self.layout.gather, self._parts[part]
        rows = self.chosen[k][at]
        return tag(
            "forward", "x, y = mini-batch", gather(self.x, rows, self._x[at]) + gather(self.y, rows, self._y[at])
        )

    def _delta_ops(self, k: int, part: int, masks: dict[int, Array]) -> list[Op]:
        """Return the calls that carry a part's errors back to every layer's pre-activations, and through the maps."""
        plan, ops, at = self.plan, list[Op](), self._parts[part]
        hidden, weights = ACTIVATIONS[plan.activation], self.plan.dense(self.parameters[k])[0]
        if not hidden.early:
            pairs = [(self._sloped, self._slopes)]
            if self.split:  # a half's values are not next to one another
                pairs = [(r[at], s[at]) for r, s in zip(self._raw, self._slope, strict=True)]
                pairs = pairs if self._with_output else pairs[:-1]
            calls = [c for h, slope in pairs for c in hidden.slope_calls(h, slope)]
            ops += tag("backward", f"slope = {hidden.slope_formula}", calls)
        delta = self._deltas(k)[-1][at]
        if self._loss.uses_slope and plan.output != "linear":
            output = ACTIVATIONS[plan.output]
            if not self._with_output:
                ops += tag(
                    "backward",
                    f"slope = {output.slope_formula}",
                    output.slope_calls(self._raw[-1][at], self._slope[-1][at]),
                )
            ops += tag("backward", "δ = e · slope", [(np.multiply, (self.errors[k][at], self._slope[-1][at], delta))])
        for layer in range(plan.layers - 1, 0, -1):
            n, out = subscript(layer + 1), self._delta[layer - 1][at]
            calls = self.layout.backward(delta, weights[layer], out)
            ops += tag("backward", f"δ{subscript(layer)} = δ{n} W{n}ᵀ", calls)
            if layer in masks and not plan.published:
                formula = f"δ ← δ · {self._noise.symbol}" + self._noise.follows(plan.scaling, "p")
                ops += tag("backward", formula, [(np.multiply, (out, masks[layer], out))])
            ops += tag("backward", "δ ← δ · slope", [(np.multiply, (out, self._slope[layer - 1][at], out))])
            delta = out
        if self.maps is not None:
            ops += tag("backward", "δ = δ₁ W₁ᵀ", self.layout.backward(delta, weights[0], self.maps.delta[at]))
            ops += self.maps.backward_ops(self.parameters[k], self.gradient, part)
        return ops

    def _deltas(self, k: int) -> list[Array]:
        """Return where row k's step leaves each layer's delta."""
        plain = not self._loss.uses_slope or self.plan.output == "linear"
        return [*self._delta[:-1], self.errors[k] if plain else self._delta[-1]]

    def _parameter_ops(self, k: int, half: int) -> list[Op]:
        """Return row k's calls from the deltas to the new parameters: of all, or of one half of each matrix's rows."""
        ops, before, after = [], self.parameters[k], self.parameters[k + 1]
        if not self.split:
            for layer in range(self.plan.layers - 1, -1, -1):
                ops += self._gradient_ops(k, layer, slice(None))
            return ops + self.optimiser.ops(k, self.gradient, before, after, slice(0, len(before)))
        numbers = np.arange(self.plan.parameters)
        matrices = self.plan.dense(numbers)[0]
        if half == 1 and self.maps is not None:  # the kernels and their biases, whose gradient is there already
            ops += self.maps.sum_ops(self.gradient)
            ops += self.optimiser.ops(k, self.gradient, before, after, slice(0, int(matrices[0][0, 0])))
        for layer, places in reversed(list(enumerate(matrices))):
            fan_in, fan_out = places.shape
            first, last = (0, fan_in // 2) if half == 0 else (fan_in // 2, fan_in)
            grain = max(1, GRAIN // fan_out)
            for at in range(first, last, grain):
                rows = slice(at, min(at + grain, last))
                ops += self._gradient_ops(k, layer, rows)
                end = rows.stop * fan_out + (fan_out if self.plan.bias and rows.stop == fan_in else 0)
                start = int(places[0, 0])
                ops += self.optimiser.ops(k, self.gradient, before, after, slice(start + at * fan_out, start + end))
        return ops

    def _gradient_ops(self, k: int, layer: int, rows: slice) -> list[Op]:
        """Return the gradient of some rows of a layer's weights and, with the last row, that of its biases."""
        a, delta = self._source if layer == 0 else self.hidden[layer - 1], self._deltas(k)[layer]
        shared = self._shared if layer == 0 else not self.layout.tail
        out = self.gradients[0][layer]
        calls = self.layout.gradient(a[:, rows], delta, out[rows], shared)
        if self.plan.bias and rows.stop in (None, len(out)):
            calls += self.layout.total(delta, self.gradients[1][layer])
        n = subscript(layer + 1)
        return tag("backward", f"∂W{n} = {self.plan.source if layer == 0 else f'h{subscript(layer)}'}ᵀ δ{n}", calls)


def bound(ops: list[Op]) -> list[BoundCall]:
    """Return operations as the calls that ``thread_pair.run`` carries out."""
    return [(op.call, *op.args) for op in ops]
