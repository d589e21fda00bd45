"""Initial weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def published(generator: np.random.RandomState, sizes: tuple[int, ...]) -> list[Array]:
    """Return the post's start: 2 u - 1 from the legacy generator, layer by layer; per layer (fan_in, fan_out)."""
    return [2 * generator.random_sample((i, j)) - 1 for i, j in zip(sizes, sizes[1:], strict=False)]


def drawn(sequence: np.random.SeedSequence, sizes: tuple[int, ...], kind: str) -> list[Array]:
    """Return initial weights in float64, per layer (fan_in, fan_out).

    ``uniform``: [-1, 1), as the post. ``glorot``: uniform with variance 2 / (fan_in + fan_out) (Glorot & Bengio 2010,
    eq. 16). ``he``: normal with variance 2 / fan_in (He et al. 2015, eq. 10). ``zeros``: nothing ever tells the units
    of a layer apart but their masks. ``copies``: as glorot, then every hidden unit is made a copy of its layer's first.
    Each layer has a stream of its own.
    """
    if kind == "zeros":
        return [np.zeros((i, j)) for i, j in zip(sizes, sizes[1:], strict=False)]
    weights = []
    for stream, i, j in zip(sequence.spawn(len(sizes) - 1), sizes, sizes[1:], strict=False):
        generator = np.random.Generator(np.random.PCG64(stream))
        if kind == "he":
            weights.append(generator.normal(0.0, np.sqrt(2 / i), (i, j)))
        else:
            bound = 1.0 if kind == "uniform" else np.sqrt(6 / (i + j))
            weights.append(generator.uniform(-bound, bound, (i, j)))
    if kind == "copies":
        for into, out_of in zip(weights, weights[1:], strict=False):
            into[:] = into[:, :1]
            out_of[:] = out_of[:1]
    return weights
