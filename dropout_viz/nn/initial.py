"""Initial weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
WIDTH = 0.1
"""Standard deviation of ``truncated`` weights, and their biases."""

SPREAD, SMALL = 6.0, 0.1
"""Of ``spread``: where the weights from the inputs end, and where those above end."""


def published(generator: np.random.RandomState, sizes: tuple[int, ...]) -> list[Array]:
    """Return the post's start: 2 u - 1 from the legacy generator, layer by layer; per layer (fan_in, fan_out)."""
    return [2 * generator.random_sample((i, j)) - 1 for i, j in zip(sizes, sizes[1:], strict=False)]


def drawn(
    sequence: np.random.SeedSequence, shapes: Sequence[tuple[int, int]], kind: str, reach: Sequence[int] = ()
) -> list[Array]:
    """Return initial weights in float64, per layer of its shape (fan_in, fan_out).

    ``uniform``: [-1, 1), as the post. ``glorot``: uniform with variance 2 / (fan_in + fan_out) (Glorot & Bengio 2010,
    eq. 16). ``he``: normal with variance 2 / fan_in (He et al. 2015, eq. 10). ``zeros``: nothing ever tells the units
    of a layer apart but their masks. ``copies``: as glorot, then every hidden unit is made a copy of its layer's first.
    ``truncated``: normal with standard deviation .1, drawn again where it is further out than two of them (with biases
    of .1: TensorFlow's "deep MNIST" tutorial). ``spread``: uniform in [0, 6) for the weights from the inputs and in
    [0, 0.1) above them: units far apart, all with a small vote for yes. Each layer has a stream of its own.

    ``reach``: fan_out for glorot, where it is not the shape's: an input of a convolution reaches its maps at 25 places.
    """
    if kind == "zeros":
        return [np.zeros(shape) for shape in shapes]
    weights: list[Array] = []
    fans_out = reach or [j for _, j in shapes]
    for stream, (i, j), fan_out in zip(sequence.spawn(len(shapes)), shapes, fans_out, strict=True):
        generator = np.random.Generator(np.random.PCG64(stream))
        if kind == "truncated":
            weights.append(_truncated(generator, (i, j)))
        elif kind == "spread":
            weights.append(generator.uniform(0.0, SPREAD if not weights else SMALL, (i, j)))
        elif kind == "he":
            weights.append(generator.normal(0.0, np.sqrt(2 / i), (i, j)))
        else:
            bound = 1.0 if kind == "uniform" else np.sqrt(6 / (i + fan_out))
            weights.append(generator.uniform(-bound, bound, (i, j)))
    if kind == "copies":
        for into, out_of in zip(weights, weights[1:], strict=False):
            into[:] = into[:, :1]
            by_unit = out_of.reshape(-1, into.shape[1], out_of.shape[1])  # each place of a map has all maps' weights
            by_unit[:] = by_unit[:, :1]
    return weights


def make_twin(into: Array, out_of: Array, unit: int, other: int) -> None:
    """Make one unit the twin of another, in place: the same incoming weights, and half of its vote for each of the two.

    Together they do what the unit did alone. What the other did is lost.

    Args:
        into, out_of: the weights below and above their layer, (fan_in, units, ...) and (units, fan_out, ...).
        unit, other: index of the unit and of the one that becomes its twin.
    """
    into[:, other] = into[:, unit]
    out_of[unit] *= 0.5  # a power of two: not a bit is lost
    out_of[other] = out_of[unit]


def bias(kind: str) -> float:
    """Return what every bias starts from."""
    return WIDTH if kind == "truncated" else 0.0


def _truncated(generator: np.random.Generator, shape: tuple[int, int]) -> Array:
    found = generator.normal(0.0, WIDTH, shape)
    while (far := np.abs(found) > 2 * WIDTH).any():
        found[far] = generator.normal(0.0, WIDTH, int(far.sum()))
    return found
