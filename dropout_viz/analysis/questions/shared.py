"""What the Shared landscape view shows of a run, as numbers: V as a curve or a map, and the balls. NumPy only, no Qt.

A ``Request`` holds all that is needed, so that it can be answered on any thread; a ``Scene`` is the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis import basins
from dropout_viz.analysis.basins import Zones
from dropout_viz.analysis.contours import contours
from dropout_viz.analysis.shared import Kind, Potential, SharedNetwork, potential
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw.spans import round_up
from dropout_viz.engine.snapshot import Snapshot

Array = NDArray[Any]

POINTS, SIDE = 301, 49  # samples of a curve, and of a map's side
EXAMPLES = 400  # at most
LEVELS = 13  # contours of a map, one of them at 0
IDLE = 0.1  # of the strongest vote: a unit whose vote is weaker is idle
RIPPLE = 0.08  # of the height: a barrier that is lower parts no valleys

Range = tuple[float, float]


@dataclass(frozen=True, eq=False)
class OneRun:
    """One arm: its name and its state."""

    name: str
    snapshot: Snapshot


@dataclass(frozen=True, eq=False)
class Request:
    """What to compute.

    Attributes:
        runs: the arms. data: their examples. kind: which mean.
        ranges: of each coordinate that is drawn: one for a curve, two for a map.
        held: the unit at whose value the third coordinate is held, where there is one.
    """

    runs: tuple[OneRun, ...]
    data: DataSet
    kind: Kind
    ranges: tuple[Range, ...]
    held: int


@dataclass(frozen=True, eq=False)
class Landscape:
    """V of one arm and the balls on it.

    Attributes:
        points: the units' incoming weights, with the bias last where there is one, (units, coordinates).
        votes: their outgoing weights, (units,).
        heights: V at each unit, (units,).
        speeds: what the next step moves each unit by, on the mean over masks and batches, (units, coordinates), by the
            run's own rule; where momentum or the like would add to it, by plain descent.
        values: V along the curve, (n,), or on the map, (rows, columns), second coordinate down.
        empty: of a curve, the same before any unit votes; of a map, ``values`` again.
        drawn: masks were drawn, not all taken. errors: of a curve, the standard error of ``values`` then; else None.
        zones: of a curve that is not flat, the valleys of ``empty`` and of its mirror image; None for a map.
        examples: how many the mean is over.
        contours: of a map: a height, and the pieces of the line at that height, as ``analysis.contours`` gives them.
    """

    points: Array
    votes: Array
    heights: Array
    speeds: Array
    values: Array
    empty: Array
    drawn: bool
    errors: Array | None
    zones: tuple[Zones, Zones] | None
    examples: int
    contours: tuple[tuple[float, Array], ...] = ()

    @property
    def finite(self) -> NDArray[np.bool_]:
        """Which units have a place and a vote, (units,): not all do in a run that has diverged."""
        return np.asarray(np.isfinite(self.points).all(axis=1) & np.isfinite(self.votes))

    @property
    def strength(self) -> Array:
        """Each vote's size over that of the strongest, (units,)."""
        sizes = np.abs(self.votes)
        return np.asarray(sizes / max(float(sizes[np.isfinite(sizes)].max(initial=0.0)), 1e-300))

    @property
    def idle(self) -> NDArray[np.bool_]:
        """Which units hardly vote, (units,)."""
        return np.asarray(self.strength < IDLE)

    @property
    def against(self) -> NDArray[np.bool_]:
        """Which units vote no and are not idle, (units,): balls on the mirror image."""
        return np.asarray((self.votes < 0) & ~self.idle)


@dataclass(frozen=True, eq=False)
class Scene:
    """The answer: where V was computed, and V of each arm.

    Attributes:
        axes: the values of each coordinate that is drawn, (n,) each.
        limit: a round height that no map exceeds.
    """

    request: Request
    axes: tuple[Array, ...]
    arms: tuple[Landscape, ...]
    limit: float


def network_of(snapshot: Snapshot, data: DataSet, most: int = EXAMPLES) -> SharedNetwork:
    """Return a snapshot's network with its examples, at most so many: an even choice."""
    config = snapshot.config
    x, y = data.x, data.y
    if len(x) > most:
        rows = np.linspace(0, len(x) - 1, most).astype(np.intp)
        x, y = x[rows], y[rows]
    points = coordinates(snapshot)
    if len(snapshot.biases[0]):
        x = np.concatenate([x, np.ones((len(x), 1))], axis=1)
    offset = float(snapshot.biases[1][0]) if len(snapshot.biases[1]) else 0.0
    drop, train, test = config.drop_probabilities, config.train_scales, config.test_scales
    return SharedNetwork(
        points,
        snapshot.weights[1][:, 0].astype(float),
        offset,
        config.activation,
        config.output,
        config.loss,
        x,
        y[:, 0],
        data.x.shape[1],
        (drop[0], drop[1]),
        (train[0], train[1]),
        (test[0], test[1]),
        config.rule == "as-published",
    )


def coordinates(snapshot: Snapshot) -> Array:
    """Return the units' incoming weights, with the bias last where there is one, (units, coordinates)."""
    points = snapshot.weights[0].T.astype(float)
    if not len(snapshot.biases[0]):
        return points
    return np.concatenate([points, snapshot.biases[0][:, None].astype(float)], axis=1)


def answer(request: Request) -> Scene:
    """Compute V of every arm."""
    sides = POINTS if len(request.ranges) == 1 else SIDE
    axes = tuple(np.linspace(low, high, sides) for low, high in request.ranges)
    with np.errstate(all="ignore"):  # a diverged network has a landscape too: of inf and nan
        arms = tuple(_landscape(request, run.snapshot, axes) for run in request.runs)
    every = np.abs(np.concatenate([arm.values.ravel() for arm in arms]))
    largest = float(every[np.isfinite(every)].max(initial=0.0))
    limit = round_up(largest) if 1e-300 < largest < 1e300 else 1.0
    if len(axes) == 2:
        levels = np.linspace(-limit, limit, LEVELS).tolist()
        arms = tuple(
            replace(arm, contours=tuple(zip(levels, contours(arm.values, levels), strict=True))) for arm in arms
        )
    return Scene(request, axes, arms, limit)


def _landscape(request: Request, snapshot: Snapshot, axes: tuple[Array, ...]) -> Landscape:
    net = network_of(snapshot, request.data)
    found = potential(net, request.kind)
    where = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, len(axes))
    if net.points.shape[1] > len(axes):
        held = np.full((len(where), 1), net.points[request.held, -1])
        where = np.concatenate([where, held], axis=1)
    shape = tuple(len(axis) for axis in reversed(axes))
    values, zones, errors = found.values(where), None, None
    empty = values
    if len(axes) == 1:
        _, empty, errors = found.both(where)
        zones = basins.find(axes[0], empty, RIPPLE), basins.find(axes[0], -empty, RIPPLE)
    speeds = _speeds(snapshot, net, found, len(request.data.x))
    return Landscape(
        net.points,
        net.votes,
        found.values(net.points),
        speeds,
        values.reshape(shape),
        empty.reshape(shape),
        found.samples is not None,
        errors,
        zones,
        len(net.x),
    )


def _speeds(snapshot: Snapshot, net: SharedNetwork, found: Potential, examples: int) -> Array:
    config = snapshot.config
    batch = min(examples, config.batch_size or examples)
    rate = config.learning_rate * config.learning_rate_decay ** (snapshot.step // max(1, examples // batch))
    share = batch if config.gradient == "sum" else 1
    return np.asarray(-rate * share * net.votes[:, None] * found.pushes(net.points))
