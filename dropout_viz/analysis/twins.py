"""Two units that start alike: what each is told to change, how far they have parted, and one without the other.

The 2015 post's third part, never published: two identical units cast half a vote each; one is turned off, and the other
turns up its volume until it casts the whole vote. The post adds that the silent unit still learns. It does not: its
activation is 0, and so are its gradients for that example, under both rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.losses import LOSSES
from dropout_viz.nn.plan import Plan

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Passes:
    """One forward and one backward pass.

    Attributes:
        values: per unit layer below the output, after mask and scale, and of the output, (examples, units).
        deltas: per layer above the input, the loss's derivative by its pre-activation, (examples, units). Under the
            published rule what it takes for that: the slope of the masked and scaled value.
    """

    values: tuple[Array, ...]
    deltas: tuple[Array, ...]

    def incoming(self, layer: int, unit: int, example: int) -> Array:
        """Return the gradient of an example's loss by a unit's incoming weights and bias, (units below + 1,)."""
        return np.append(self.values[layer - 1][example], 1.0) * self.deltas[layer - 1][example, unit]

    def outgoing(self, layer: int, unit: int, example: int) -> Array:
        """Return the same by its outgoing weights, (units above,)."""
        return np.asarray(self.values[layer][example, unit] * self.deltas[layer][example])


def passes(
    plan: Plan, weights: Sequence[Array], biases: Sequence[Array], x: Array, y: Array, gains: Sequence[Array]
) -> Passes:
    """Run a network forward and back.

    Args:
        weights, biases: of the dense layers, as snapshots have them. x, y: (examples, ...).
        gains: per unit layer below the output what multiplies its values: mask times scale, (examples, units) or less.
    """
    values: list[Array] = [x * gains[0]]
    slopes: list[Array] = []
    for layer, w in enumerate(weights):
        z = values[-1] @ w + (biases[layer] if len(biases[layer]) else 0.0)
        last = layer == len(weights) - 1
        act = ACTIVATIONS[plan.output if last else plan.activation]
        h = act.value(z)
        if last:
            values.append(h)
            delta = h - y
            if LOSSES[plan.loss].uses_slope:
                delta = delta * act.slope(h)
        else:
            gain = gains[layer + 1]
            values.append(h * gain)
            slopes.append(act.slope(values[-1]) if plan.published else act.slope(z if act.early else h) * gain)
    deltas = [delta]
    for w, slope in zip(weights[:0:-1], slopes[::-1], strict=True):
        deltas.append((deltas[-1] @ w.T) * slope)
    return Passes(tuple(values), tuple(deltas[::-1]))


class Silence(NamedTuple):
    """Training goes on with one unit off.

    Attributes:
        votes: how loud the other unit votes at first and after every step, (steps + 1,): the mean over the examples of
            the length of activation times outgoing weights. both: how loud the two voted together before.
    """

    votes: Array
    both: float


def silence(
    plan: Plan,
    weights: Sequence[Array],
    biases: Sequence[Array],
    x: Array,
    y: Array,
    layer: int,
    unit: int,
    other: int,
    steps: int,
) -> Silence:
    """Train a copy of a network with one unit off for every example, and listen to the other.

    Plain gradient descent at the run's learning rate on all these examples, every other unit on: no masks, no momentum.

    Args:
        layer: of both units, 1 for the first hidden one. unit: the one that is turned off. other: the one left.
    """
    weights, biases = [np.array(w, float) for w in weights], [np.array(b, float) for b in biases]
    gains: list[Array] = [np.full(n, s) for n, s in zip(plan.sizes, plan.test_scales, strict=False)]
    x, y = np.asarray(x, float), np.asarray(y, float)
    share = float(np.max(plan.rate)) / (len(x) if plan.mean else 1)
    votes = np.empty(steps + 1)
    with np.errstate(all="ignore"):
        found = passes(plan, weights, biases, x, y, gains)
        h, w = found.values[layer], weights[layer]
        both = _loudness(h[:, [unit, other]] @ w[[unit, other]])
        gains[layer][unit] = 0.0
        for step in range(steps + 1):
            found = passes(plan, weights, biases, x, y, gains)
            votes[step] = _loudness(found.values[layer][:, [other]] @ weights[layer][[other]])
            if step < steps:
                for at, delta in enumerate(found.deltas):
                    weights[at] -= share * (found.values[at].T @ delta)
                    if len(biases[at]):
                        biases[at] -= share * delta.sum(axis=0)
    return Silence(votes, both)


def _loudness(votes: Array) -> float:
    return float(np.linalg.norm(votes, axis=1).mean())


def distance(incoming: Array) -> Array:
    """Return how far two units' incoming weights (2, inputs, ...) are apart, as a share of their mean length."""
    lengths = np.linalg.norm(incoming, axis=1).mean(axis=0)
    with np.errstate(all="ignore"):
        return np.asarray(np.linalg.norm(incoming[0] - incoming[1], axis=0) / np.where(lengths > 0, lengths, np.nan))
