"""Which plane of parameter space to look at: two weights, the path's own directions, random ones, start to end.

Every plane goes through the present parameters, so that the network as it is lies on the surface.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.nn.plan import Plan

Array = NDArray[np.float64]

_NOTHING = 1e-9  # of the parameters' own norm: what is shorter is rounding and no direction


@dataclass(frozen=True, eq=False)
class Axes:
    """A plane with coordinates (u, v): the parameters origin + u * directions[0] + v * directions[1].

    Attributes:
        origin: shape (parameters,). directions: (2, parameters), linearly independent.
        explained: share of the path's variance along each axis, where the path chose the axes; else None.
        random: which of the two directions were drawn at random because the path gave none yet.
    """

    origin: Array
    directions: Array
    explained: tuple[float, float] | None = None
    random: tuple[bool, bool] = (False, False)

    def coordinates(self, vectors: NDArray[Any]) -> Array:
        """Return the nearest point of the plane for each of some parameter vectors (n, parameters), shape (n, 2)."""
        d = self.directions
        return np.asarray(np.linalg.solve(d @ d.T, d @ (np.asarray(vectors, float) - self.origin).T).T, float)

    def distances(self, vectors: NDArray[Any]) -> Array:
        """Return how far each of some parameter vectors (n, parameters) lies off the plane, shape (n,)."""
        rest = np.asarray(vectors, float) - self.origin - self.coordinates(vectors) @ self.directions
        return np.asarray(np.sqrt(np.square(rest).sum(axis=1)))


def two_weights(present: Array, first: int, second: int) -> Axes:
    """Return the plane of two weights, given by their index among the parameters; coordinates are their values.

    Raises:
        ValueError: twice the same weight.
    """
    if first == second:
        raise ValueError(f"weight {first} twice: a plane needs two different weights")
    origin, directions = present.copy(), np.zeros((2, len(present)))
    origin[[first, second]] = 0
    directions[0, first] = directions[1, second] = 1
    return Axes(origin, directions)


def random_directions(plan: Plan, present: Array, seed: int) -> Axes:
    """Return two filter-normalised random directions (Li et al., Visualizing the Loss Landscape of Neural Nets, 2018,
    section 4): Gaussian, each unit's incoming weights scaled to the norm that they have in the network.

    One unit along an axis thus changes the incoming weights of each unit by as much as they are. Biases are left alone,
    as in the paper. A network of nothing but zeros has no such direction: plain Gaussian ones take their place.
    """
    rng = np.random.default_rng([seed, 2018])
    directions = rng.normal(size=(2, len(present)))
    for direction in directions:
        plain = direction.copy()
        for drawn, own in zip(plan.views(direction)[0], plan.views(present)[0], strict=True):
            drawn *= np.linalg.norm(own, axis=0) / np.linalg.norm(drawn, axis=0)
        for bias in plan.views(direction)[1]:
            bias[...] = 0
        if not direction.any():
            direction[...] = plain
    return Axes(present.copy(), directions)


def principal(present: Array, path: NDArray[Any]) -> Axes:
    """Return the two directions in which a path, shape (n, parameters), varies most: its principal components.

    They have length 1, so that distances in the plane are distances between parameters.
    """
    path = np.asarray(path, float)
    found = _components(path - path.mean(axis=0))[:2]
    return _completed(present, path, found)


def start_to_end(present: Array, path: NDArray[Any]) -> Axes:
    """Return the line from the path's start to the present, and the direction across it in which the path varies most.

    Args:
        path: shape (n, parameters), the start first. It may go on with the path of another run.
    """
    path = np.asarray(path, float)
    line = present - path[0]
    size = float(np.abs(line).max(initial=0.0))
    if not 0 < size < math.inf:
        return _completed(present, path, np.empty((0, len(present))))
    line = _smaller(line, size)
    length = float(np.linalg.norm(line))
    if length <= _NOTHING * float(np.linalg.norm(_smaller(np.append(present, 1.0), size))):
        return _completed(present, path, np.empty((0, len(present))))
    line /= length
    rest = path - path.mean(axis=0)
    rest -= np.outer(rest @ line, line)
    across = _components(rest)[:1]
    return _completed(present, path, np.concatenate([line[None], across]))


def _components(rows: Array) -> Array:
    """Return the right singular vectors of centred rows (n, parameters) that are not rounding, greatest first.

    Rows that are infinite, or not numbers, have none.
    """
    size = float(np.abs(rows).max(initial=0.0))
    if not 0 < size < math.inf:
        return np.empty((0, rows.shape[1]))
    rows = _smaller(rows, size)
    wide = len(rows) <= rows.shape[1]
    values, vectors = np.linalg.eigh(rows @ rows.T if wide else rows.T @ rows)  # squares of the singular values
    values, vectors = values[::-1], vectors[:, ::-1]
    kept = values > max(1e-12 * values[0], np.finfo(float).tiny) if len(values) else np.zeros(0, bool)
    found = vectors[:, kept].T
    if wide:
        found = found @ rows / np.sqrt(values[kept])[:, None]
    return np.asarray(found)


def _smaller(values: Array, size: float) -> Array:
    """Return values, the largest of which is ``size``, divided by a power of two so that their squares are finite."""
    return np.asarray(np.ldexp(values, -math.frexp(size)[1]), float)


def _completed(present: Array, path: Array, found: Array) -> Axes:
    """Return axes of two directions of length 1: those found, pointing along the path, and random ones for the rest."""
    rng = np.random.default_rng(2018)
    directions = list(found)
    while len(directions) < 2:
        drawn = rng.normal(size=len(present))
        for other in directions:
            drawn -= (drawn @ other) * other
        directions.append(drawn / np.linalg.norm(drawn))
    for direction in directions:  # a sign that does not turn over from one step to the next
        along = (path - path[0]) @ direction
        far = along[np.abs(along).argmax()]
        direction *= -1 if far < 0 else 1
    made = np.array(directions)
    centred = path - path.mean(axis=0)
    total = float(np.square(centred).sum())
    shares = np.square(centred @ made.T).sum(axis=0) / total if total > 0 else np.zeros(2)
    return Axes(present.copy(), made, (float(shares[0]), float(shares[1])), (len(found) < 1, len(found) < 2))
