"""What a network says everywhere in the plane of its two inputs: outputs, hidden units, thinned networks, spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis import ensemble
from dropout_viz.analysis.contours import contours
from dropout_viz.analysis.thinned import Network
from dropout_viz.data.dataset import DataSet

Array = NDArray[Any]

PASSES = 100  # thinned networks drawn for mean and spread where not all are counted
COUNTED = 1e8  # most networks times points that are counted


@dataclass(frozen=True)
class InputPlane:
    """The plane of the two inputs that vary; any other input is the same in all examples, and held there.

    Attributes:
        columns: which two. held: an example, (features,), for the others. low, high: corners of the square shown, each
            (horizontal, vertical).
    """

    columns: tuple[int, int]
    held: tuple[float, ...]
    low: tuple[float, float]
    high: tuple[float, float]

    def points(self, n: int) -> Array:
        """Return the inputs at n x n points of the square, (n * n, features): rows from below, left to right."""
        across, up = (np.linspace(self.low[k], self.high[k], n) for k in (0, 1))
        x = np.tile(np.array(self.held), (n * n, 1))
        x[:, self.columns[0]] = np.tile(across, n)
        x[:, self.columns[1]] = np.repeat(up, n)
        return x


def plane_of(data: DataSet) -> InputPlane | None:
    """Return the plane of a data set of which exactly two inputs vary, with a margin around the examples, or None.

    What is drawn by hand is shown in a square that stays the same wherever the next point goes: ``facts["edge"]``.
    """
    if edge := data.facts.get("edge"):
        return InputPlane((0, 1), tuple(data.x[0].tolist()), (-edge, -edge), (edge, edge))
    x = data.x if data.x_test is None else np.concatenate([data.x, data.x_test])
    low, high = x.min(axis=0), x.max(axis=0)
    varying = np.flatnonzero(high > low)
    if len(varying) != 2:
        return None
    a, b = varying.tolist()
    half = 0.57 * float(max(high[a] - low[a], high[b] - low[b]))
    middle = [(low[k] + high[k]) / 2 for k in (a, b)]
    return InputPlane(
        (a, b),
        tuple(x[0].tolist()),
        (float(middle[0]) - half, float(middle[1]) - half),
        (float(middle[0]) + half, float(middle[1]) + half),
    )


def layers(network: Network, plane: InputPlane, n: int) -> list[Array]:
    """Return the activations of every unit layer above the input with all units on: (units, n, n) each."""
    return [v.T.reshape(-1, n, n) for v in network.values(plane.points(n))[1:]]


def members(network: Network, plane: InputPlane, n: int, most: int, seed: int) -> tuple[Array, list[Array]]:
    """Return what single thinned networks say.

    All of them where these are no more than ``most``, the most probable first; else ``most`` drawn as training does.

    Returns:
        Outputs (networks, outputs, n, n), and their masks, per unit layer below the output (networks, units).
    """
    if network.n < 16 and 2**network.n <= most:
        found = ensemble.members(network, plane.points(1)[0], 0)
        order = np.argsort(-found.probabilities, kind="stable")
        masks = [np.ones((len(order), size), bool) for size in network.sizes[:-1]]
        for t, (layer, unit) in enumerate(found.units):
            masks[layer][:, unit] = order >> t & 1
    else:
        masks = network.draw(most, np.random.default_rng(seed))
    outputs = network.under(plane.points(n), masks)[1]
    return np.moveaxis(outputs, 2, 1).reshape(len(masks[0]), -1, n, n), masks


@dataclass(frozen=True, eq=False)
class OutputSpread:
    """Mean and standard deviation of the thinned networks' outputs, (outputs, n, n) each.

    ``networks`` is how many they are of, 0 where the mean is over all of them; the deviation is that of ``PASSES``
    drawn ones: MC-dropout (Gal & Ghahramani 2016).
    """

    mean: Array
    deviation: Array
    networks: int


def spread(network: Network, plane: InputPlane, n: int, seed: int) -> OutputSpread:
    """Return the mean over the thinned networks, counted where that is quick, and their spread."""
    x = plane.points(n)
    if network.n == 0:
        outputs = network.outputs(x).T.reshape(-1, n, n)
        return OutputSpread(outputs, np.zeros_like(outputs), 0)
    drawn = ensemble.monte_carlo(network, x, PASSES, seed)
    counted = network.n <= ensemble.EXACT and 2.0**network.n * len(x) <= COUNTED and ensemble.is_exact(network)
    mean = ensemble.means(network, x).arithmetic if counted else drawn.mean(axis=0)
    deviation = drawn.std(axis=0, ddof=1)
    return OutputSpread(mean.T.reshape(-1, n, n), deviation.T.reshape(-1, n, n), 0 if counted else PASSES)


def boundary(outputs: Array, threshold: float = 0.5) -> Array:
    """Return the lines on which the decision changes, for outputs (outputs, n, n).

    Returns:
        Straight pieces, (pieces, 2, 2): two ends, each (column, row) as fractions of the grid's spacing.
    """
    if len(outputs) == 1:
        return contours(outputs[0], [threshold])[0]
    found = []
    for k in range(len(outputs)):  # where class k stops being the first
        others = np.delete(outputs, k, axis=0).max(axis=0)
        found.append(contours(outputs[k] - others, [0.0])[0])
    return np.concatenate(found)
