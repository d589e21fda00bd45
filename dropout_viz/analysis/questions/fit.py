"""What networks of one input say along it: the whole one, thinned ones, and how far all of these spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis import ensemble, subsets
from dropout_viz.analysis.thinned import Network
from dropout_viz.data.dataset import DataSet

Array = NDArray[Any]

POINTS = 321
"""Places along the input."""
MEMBERS = 24
"""Thinned networks that are drawn as lines."""
COUNTED = 12
"""Most units that may be off where all 2^n networks are run."""
DRAWN = 400
"""Networks that mean and spread are taken of where not all are counted."""
_BEYOND = 0.04  # of the examples' span, on either side


@dataclass(frozen=True)
class InputLine:
    """The one input that varies; any other is the same in all examples, and held there.

    Attributes:
        column: which. held: an example, (features,). low, high: the ends that are shown.
    """

    column: int
    held: tuple[float, ...]
    low: float
    high: float

    def points(self, n: int) -> Array:
        """Return inputs at n even places, (n, features)."""
        x = np.tile(np.array(self.held), (n, 1))
        x[:, self.column] = np.linspace(self.low, self.high, n)
        return x


def line_of(data: DataSet) -> InputLine | None:
    """Return the line of a data set of which exactly one input varies, or None."""
    x = data.x if data.x_test is None else np.concatenate([data.x, data.x_test])
    low, high = x.min(axis=0), x.max(axis=0)
    varying = np.flatnonzero(high > low)
    if len(varying) != 1:
        return None
    (column,) = varying.tolist()
    beyond = _BEYOND * float(high[column] - low[column])
    return InputLine(column, tuple(x[0].tolist()), float(low[column]) - beyond, float(high[column]) + beyond)


@dataclass(frozen=True, eq=False)
class Request:
    """What to compute. ``arms``: name and network of each. ``output``: which output. ``draw``: of the networks."""

    arms: tuple[tuple[str, Network], ...]
    data: DataSet
    line: InputLine
    output: int
    draw: int


class Deviation(NamedTuple):
    """How thinned networks spread about their mean, at each place.

    Attributes:
        mean, deviation: of one output, (points,).
        networks: how many were drawn for these two, 0 where they are of all.
        doubt: standard error of the deviation as a share of it, (points,); 0 where all networks count.
    """

    mean: Array
    deviation: Array
    networks: int
    doubt: Array


@dataclass(frozen=True, eq=False)
class ArmFit:
    """What one arm's networks say, at ``POINTS`` places.

    Attributes:
        name: of the arm. whole: of the network with every unit on, (points,).
        members: of some thinned networks, drawn as training draws them, (networks, points); none where no unit is off.
        mean, deviation: over the thinned networks, weighted by their chances, (points,).
        networks: how many were drawn for these two, 0 where they are of all. n: how many units may be off.
        doubt: standard error of the deviation as a share of it, (points,).
    """

    name: str
    whole: Array
    members: Array
    mean: Array
    deviation: Array
    networks: int
    n: int
    doubt: Array

    @property
    def error(self) -> Array:
        """Standard error of the mean, (points,): 0 where all networks count."""
        return self.deviation / np.sqrt(self.networks) if self.networks else np.zeros_like(self.deviation)


@dataclass(frozen=True, eq=False)
class Scene:
    """The answer. ``x``: the places, (points,)."""

    request: Request
    x: Array
    fits: tuple[ArmFit, ...]


def answer(request: Request) -> Scene:
    """Compute every arm."""
    x = request.line.points(POINTS)
    fits = tuple(_fit(name, network, x, request) for name, network in request.arms)
    return Scene(request, x[:, request.line.column], fits)


def _fit(name: str, network: Network, x: Array, request: Request) -> ArmFit:
    k = request.output
    whole = network.outputs(x)[:, k]
    if network.n == 0:
        return ArmFit(name, whole, np.empty((0, len(x))), whole, np.zeros_like(whole), 0, 0, np.zeros_like(whole))
    members = ensemble.monte_carlo(network, x, MEMBERS, request.draw)[:, :, k]
    found = spread(network, x, k, request.draw)
    return ArmFit(name, whole, members, found.mean, found.deviation, found.networks, network.n, found.doubt)


def spread(network: Network, x: Array, output: int, draw: int) -> Deviation:
    """Return mean and standard deviation of one output over the thinned networks, and how many were drawn for them.

    None were drawn (0) where both are of all 2^n: below a linear output by the sum of the units' own variances, where
    only the last hidden layer drops units, however many; else by running all of them, of up to ``COUNTED`` units.
    """
    with np.errstate(all="ignore"):  # a network that has diverged spreads too: by inf and nan
        if network.output == "linear" and not any(map(len, network.can_drop[:-1])):
            return Deviation(*_of_sum(network, x, output), 0, np.zeros(len(x)))
        if network.n <= COUNTED:
            return Deviation(*_of_all(network, x, output), 0, np.zeros(len(x)))
        drawn = ensemble.monte_carlo(network, x, DRAWN, draw + 1)[:, :, output]
        return Deviation(drawn.mean(axis=0), drawn.std(axis=0, ddof=1), DRAWN, doubt_of(drawn))


def doubt_of(drawn: Array) -> Array:
    """Return the standard error of the standard deviation of values (n, points), as a share of it, (points,); 0 where
    all are the same. By their fourth moment, for answers of thinned networks are not normal: where hardly any unit is
    on a few of them lie far off, and decide."""
    n = len(drawn)
    away = drawn - drawn.mean(axis=0)
    variance = (away**2).sum(axis=0) / (n - 1)
    fourth = (away**4).mean(axis=0) / np.where(variance > 0, variance, 1.0) ** 2
    return np.where(variance > 0, np.sqrt(np.maximum(0.0, fourth - (n - 3) / (n - 1)) / (4 * n)), 0.0)


def _of_sum(network: Network, x: Array, output: int) -> tuple[Array, Array]:
    """An output that is a sum of units, each on by itself with a chance of its own: means and variances add up."""
    terms = _last_hidden(network, x) * network.on[-1] * network.weights[-1][:, output]  # (points, units)
    p = network.drop[-1]
    bias = network.biases[-1][output]
    return terms @ (1 - p) + bias, np.sqrt(terms**2 @ (p * (1 - p)))


def _last_hidden(network: Network, x: Array) -> Array:
    """Return the last hidden layer's values where no unit below it is ever off, (points, units)."""
    h = np.asarray(x, float)
    for layer in range(len(network.weights) - 1):
        h = network.activate((h * network.on[layer]) @ network.weights[layer] + network.biases[layer], layer + 1)
    return h


def _of_all(network: Network, x: Array, output: int) -> tuple[Array, Array]:
    """Every thinned network is run, and counts by its chance."""
    units = [(layer, unit) for layer, found in enumerate(network.can_drop) for unit in found.tolist()]
    on = subsets.bits(np.arange(1 << len(units)), len(units))
    masks = [np.ones((len(on), len(p)), bool) for p in network.drop]
    for t, (layer, unit) in enumerate(units):
        masks[layer][:, unit] = on[:, t]
    chances = subsets.chances(np.array([network.drop[layer][unit] for layer, unit in units]))
    says = network.under(x, masks)[1][:, :, output]
    mean = chances @ says
    return mean, np.sqrt(chances @ (says - mean) ** 2)
