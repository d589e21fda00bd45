"""What the Landscape view shows of a snapshot, as numbers: curves, their zones and the ball. NumPy only, no Qt.

A ``Request`` holds all that is needed, so that it can be answered on any thread; a ``Scene`` is the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis.curves import Curve, curves_of
from dropout_viz.analysis.mean_surface import MeanSurface, SurfaceNetwork
from dropout_viz.analysis.slices import Surface
from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.nn.parts import Weight

Array = NDArray[Any]
Kind = Literal["all", "masks", "mean"]

POINTS, FEW_POINTS = 289, 49  # samples of the large curve and of a small one
EXAMPLES = 256  # at most
BUDGET, LARGEST_BUDGET = 30e6, 70e6  # nanoseconds that one answer may take; the second where the first buys too little
ENOUGH = 64  # examples
MASKED = 1 << 15  # examples, each under every mask, that a mean over masks is taken over, about; 8 examples at least


@dataclass(frozen=True, eq=False)
class Request:
    """What to compute.

    Attributes:
        snapshot, data: of the run.
        kind: which surface; examples: over how many examples at most.
        chosen: the weight that is shown large; places: those that are shown small.
        ranges: half-width of each weight's range, the chosen one first.
    """

    snapshot: Snapshot
    data: DataSet
    kind: Kind
    examples: int
    chosen: Weight
    places: tuple[Weight, ...]
    ranges: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Scene:
    """The answer: the loss of the network as it is, the chosen weight's curve and the small ones."""

    request: Request
    loss: float
    chosen: Curve
    multiples: tuple[Curve, ...]


def examples_of(snapshot: Snapshot, data: DataSet, kind: Kind, most: int) -> tuple[Array, int]:
    """Return the rows of the training set that the loss is taken over, and of how many they are an even choice.

    Under this step's masks these are the examples that the step saw: only they have masks.
    """
    rows = snapshot.examples if kind == "masks" else np.arange(len(data.x))
    if len(rows) <= most:
        return rows, len(rows)
    return rows[np.linspace(0, len(rows) - 1, most).astype(np.intp)], len(rows)


def surface_of(snapshot: Snapshot, data: DataSet, kind: Kind, most: int = EXAMPLES) -> Surface:
    """Return the loss surface of a snapshot: every unit on, or the thinned networks of its step."""
    config = snapshot.config
    rows, of = examples_of(snapshot, data, kind, most)
    masks: list[Array] | None = None
    scales = config.test_scales
    if kind == "masks" and snapshot.step > 0:
        pick = np.linspace(0, of - 1, len(rows)).astype(np.intp) if len(rows) < of else slice(None)
        masks = [m[pick] for m in snapshot.factors or snapshot.masks]
        scales = snapshot.used.train_scales
    whole = len(rows) == len(data.x) and kind == "all"
    x, y = (data.x, data.y) if whole else (data.x[rows], data.y[rows])
    return Surface(
        snapshot.weights, snapshot.biases, config.activation, config.output, config.loss, x, y, masks, scales
    )


def masked(snapshot: Snapshot, data: DataSet, most: int = EXAMPLES) -> SurfaceNetwork:
    """Return what a mean over masks is taken of: the snapshot's network with at most so many examples."""
    config = snapshot.config
    rows, _ = examples_of(snapshot, data, "mean", most)
    return SurfaceNetwork(
        snapshot.weights,
        snapshot.biases,
        config.activation,
        config.output,
        config.loss,
        data.x[rows],
        data.y[rows],
        config.chances_off,
        config.train_scales,
    )


def cost(snapshot: Snapshot, layer: int) -> float:
    """Return about how many nanoseconds one point of a slice of that weight layer takes for one example."""
    sizes, last = snapshot.sizes, len(snapshot.weights) - 1
    reached = [sizes[-1]] if layer >= last - 1 else list(sizes[layer + 2 :])
    products = sum(a * b for a, b in zip(reached, reached[1:], strict=False))
    width = snapshot.weights[0].itemsize / 8
    return width * (4.0 * (1 + sum(reached)) + 0.1 * products)  # measured: 4 a unit, mostly its exponential


def examples_within(snapshot: Snapshot, layer: int) -> int:
    """Return how many examples the budget allows for the large curve of a weight layer."""
    return int(max(8, min(EXAMPLES, 0.3 * _budget(snapshot, layer) / (POINTS * cost(snapshot, layer)))))


def examples_for(snapshot: Snapshot, data: DataSet, kind: Kind, layer: int) -> int:
    """Return over how many examples the loss of a surface is taken, at most, along a weight of that layer."""
    examples = examples_within(snapshot, layer)
    return examples if kind != "mean" else min(examples, max(8, MASKED // masked(snapshot, data, 1).rows))


def multiples_within(snapshot: Snapshot, layer: int, examples: int) -> int:
    """Return how many small curves the budget allows."""
    return int(0.7 * _budget(snapshot, layer) / (FEW_POINTS * examples * cost(snapshot, layer)))


def _budget(snapshot: Snapshot, layer: int) -> float:
    return min(max(BUDGET, ENOUGH * POINTS * cost(snapshot, layer) / 0.3), LARGEST_BUDGET)


def answer(request: Request) -> Scene:
    """Compute all curves of a request."""
    surface: Surface | MeanSurface
    if request.kind == "mean":
        surface = MeanSurface(masked(request.snapshot, request.data, request.examples))
    else:
        surface = surface_of(request.snapshot, request.data, request.kind, request.examples)
    chosen = curves_of(surface, [request.chosen], request.ranges[:1], POINTS)
    multiples = curves_of(surface, request.places, request.ranges[1:], FEW_POINTS)
    if request.chosen in request.places:  # the same zones, found on more points, in both pictures of one curve
        k = request.places.index(request.chosen)
        multiples[k] = replace(multiples[k], zones=chosen[0].zones, zone=chosen[0].zone)
    return Scene(request, surface.loss, chosen[0], tuple(multiples))
