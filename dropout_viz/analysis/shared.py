"""The one potential in which all hidden units of a network with one hidden layer and one output move.

Write a hidden unit's incoming weights (and its bias, as the weight of an input that is always 1) as a point w, its
outgoing weight, its vote, as a. With delta = dLoss/dz at the output, an example at a time,

    V(w) = mean over the examples of delta(x) phi(w . x)

and gradient descent moves unit k by -rate a_k grad V(w_k), its vote by -rate V(w_k): every unit is a ball on the same
landscape, those that vote no (a < 0) on its mirror image. V changes as the units move, since delta does (Mei, Montanari
& Nguyen 2018, eq. 5 to 7: there the potential is Psi(theta; rho), split into V and U).

**Under dropout** delta depends on the masks. What moves a ball is delta in those networks that have it; so with q the
chance of being on and s the factor on a kept unit in training,

    V_k(w) = q s E[ mean over the examples of delta phi(w . x) | unit k is on ]

and the mean over masks of unit k's step is exactly -rate a_k grad V_k(w_k). The landscape that is drawn for all is the
same without the condition: what a unit with no vote yet would feel. Where inputs can be off, x is the thinned input.

**The published rule** takes the derivative of the activation after mask and scale, a = s h, so that a kept unit is
moved by a (1 - a) where the gradient has s h (1 - h). Its mean step is given as it is (``pushes``): no slope of V.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis.masks import MOST, Masks, droppable, masks, of_layers
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.losses import LOSSES

Array = NDArray[Any]
Kind = Literal["mean", "all"]

DRAWS = 512  # masks, where there are too many to take all


@dataclass(frozen=True, eq=False)
class SharedNetwork:
    """One hidden layer and one output, with its data.

    Attributes:
        points: incoming weights of the units, with the bias last where there is one, (units, coordinates).
        votes: outgoing weights, (units,). offset: the output's bias.
        activation, output, loss: names in ``nn``.
        x: inputs, with a column of ones last where there is a bias, (examples, coordinates). y: targets, (examples,).
        inputs: how many of the coordinates belong to inputs.
        published: whether steps are taken by the published rule.
        drop, train, test: drop probability, factor on a kept unit in training, and factor with every unit on, each for
            inputs and hidden units.
    """

    points: Array
    votes: Array
    offset: float
    activation: str
    output: str
    loss: str
    x: Array
    y: Array
    inputs: int
    drop: tuple[float, float] = (0.0, 0.0)
    train: tuple[float, float] = (1.0, 1.0)
    test: tuple[float, float] = (1.0, 1.0)
    published: bool = False

    @property
    def droppable(self) -> int:
        """How many inputs and units can be off."""
        return droppable(of_layers((self.inputs, len(self.votes)), self.drop))

    def delta(self, z: Array) -> Array:
        """Return dLoss/dz of one example at output pre-activations ``z`` (..., examples)."""
        function = ACTIVATIONS[self.output]
        value = function.value(z)
        error = value - self.y
        return np.asarray(error * function.slope(value) if LOSSES[self.loss].uses_slope else error)


@dataclass(frozen=True, eq=False)
class Potential:
    """V and its gradient, anywhere.

    Attributes:
        x: rows that the mean is taken over, (rows, coordinates): examples, or each of them under every input mask.
        signal: what each row adds: its share of the mean times delta, (rows,).
        own: the same under the condition that a unit is on, (units, rows).
        empty: the same before any unit votes (all a = 0), (rows,).
        samples: the signal under each drawn mask, (draws, rows); None where the mean over masks is exact.
        kept: factor on a kept unit, of which the published rule takes the derivative; None under the exact rule.
    """

    activation: str
    x: Array
    signal: Array
    own: Array
    empty: Array
    samples: Array | None
    kept: float | None = None

    def values(self, points: Array) -> Array:
        """Return V at points (n, coordinates): (n,)."""
        return np.asarray(self._phi(points) @ self.signal)

    def both(self, points: Array) -> tuple[Array, Array, Array | None]:
        """Return ``values``, V before any unit votes, and ``errors`` at points (n, coordinates), (n,) each."""
        phi = self._phi(points)
        return phi @ self.signal, phi @ self.empty, self._errors(phi)

    def errors(self, points: Array) -> Array | None:
        """Return the standard error of ``values``, (n,), or None where the mean over masks is exact."""
        return self._errors(self._phi(points))

    def _errors(self, phi: Array) -> Array | None:
        if self.samples is None:
            return None
        return np.asarray((phi @ self.samples.T).std(axis=1, ddof=1) / np.sqrt(len(self.samples)))

    def gradient(self, points: Array) -> Array:
        """Return grad V at points (n, coordinates), the same shape."""
        return np.asarray((self._slope(points) * self.signal) @ self.x)

    def pushes(self, points: Array) -> Array:
        """Return what moves each unit at its point for each bit of vote: ``points`` (units, coordinates), the same
        shape. It is the unit's own grad V_k, or what the published rule takes for it.
        """
        slope = self._slope(points) if self.kept is None else self._published_slope(points, self.kept)
        return np.asarray((slope * self.own) @ self.x)

    def _phi(self, points: Array) -> Array:
        return ACTIVATIONS[self.activation].value(points @ self.x.T)

    def _published_slope(self, points: Array, kept: float) -> Array:
        """Return a (1 - a) / s of a = s h: ``own`` has the s already."""
        h = self._phi(points)
        return np.asarray(h * (1 - kept * h))

    def _slope(self, points: Array) -> Array:
        function = ACTIVATIONS[self.activation]
        z = points @ self.x.T
        return function.slope(z if function.early else function.value(z))


def potential(net: SharedNetwork, kind: Kind = "mean", *, draws: int = DRAWS, seed: int = 0) -> Potential:
    """Return the potential of a network as it is.

    Args:
        kind: ``"mean"``: the mean over the masks of training, exact where at most ``masks.MOST`` inputs and units can
            be off or where delta is linear in the votes; ``"all"``: every unit on, as when the network is tested.
        draws: masks of the hidden layer that are drawn where there are too many to take all; seed: of the draws.
    """
    share = 1 / len(net.x)
    if kind == "all" or net.droppable == 0:
        x = _thinned(net, np.ones(net.inputs), net.test[0])
        gain = net.test[1]
        z = gain * net.votes @ ACTIVATIONS[net.activation].value(net.points @ x.T) + net.offset
        signal = gain * share * net.delta(z)
        empty = gain * share * net.delta(np.full(len(x), net.offset))
        return Potential(net.activation, x, signal, np.tile(signal, (len(net.votes), 1)), empty, None)
    into = masks(np.full(net.inputs, net.drop[0]), draws=0, exact=True)
    linear = net.output == "linear" and net.loss == "squared_error"  # E[delta] is then delta of E[z]
    hidden = None
    if not linear:
        hidden = masks(np.full(len(net.votes), net.drop[1]), draws=draws, exact=net.droppable <= MOST, seed=seed)
    parts = [_under(net, hidden, on, chance) for on, chance in zip(into.on, into.chance, strict=True)]
    x, signal, own, empty, samples = (np.concatenate(part, axis=-1) for part in zip(*parts, strict=True))
    drawn = hidden is not None and not hidden.exact
    kept = net.train[1] if net.published else None
    return Potential(net.activation, np.ascontiguousarray(x.T), signal, own, empty, samples if drawn else None, kept)


def _thinned(net: SharedNetwork, on: Array, factor: float) -> Array:
    """Return the inputs under one mask, (examples, coordinates). The column of ones is never off."""
    return np.concatenate([net.x[:, : net.inputs] * (on * factor), net.x[:, net.inputs :]], axis=1)


def _under(
    net: SharedNetwork, hidden: Masks | None, on: Array, chance: float
) -> tuple[Array, Array, Array, Array, Array]:
    """Return x transposed, signal, own, empty and samples under one input mask, which has a chance: rows come last."""
    x = _thinned(net, on, net.train[0])
    q, s = 1 - net.drop[1], net.train[1]
    share = q * s * chance / len(net.x)
    terms = s * net.votes[:, None] * ACTIVATIONS[net.activation].value(net.points @ x.T)  # (units, examples)
    if hidden is None:
        mean = q * terms.sum(axis=0) + net.offset
        delta, own, samples = net.delta(mean), net.delta(mean + (1 - q) * terms), mean[None]
    else:
        samples = net.delta(hidden.on.astype(terms.dtype) @ terms + net.offset)
        delta = hidden.chance @ samples
        given = hidden.chance * hidden.on.T  # (units, masks)
        own = (given / np.maximum(given.sum(axis=1, keepdims=True), 1e-300)) @ samples
    empty = net.delta(np.full(len(x), net.offset))
    return x.T, share * delta, share * own, share * empty, share * samples
