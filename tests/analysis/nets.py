"""Random networks with dropout, for the tests of what is computed over their thinned networks."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from dropout_viz.analysis.thinned import Network

Array = np.ndarray[Any, Any]


def random_network(
    sizes: tuple[int, ...],
    *,
    output: str = "sigmoid",
    activation: str = "tanh",
    drop: tuple[float, ...] | None = None,
    per_unit: bool = False,
    classical: bool = False,
    bias: bool = True,
    size: float = 1.5,
    seed: int = 0,
) -> Network:
    """Return a network of random weights. ``drop``: per layer below the output, .4 in hidden layers unless given;
    ``per_unit``: instead, every unit of a layer that drops has a chance of its own, and some of them none."""
    random = np.random.default_rng(seed)
    layers = sizes[:-1]
    each = drop if drop is not None else (0.0,) + (0.4,) * (len(sizes) - 2)
    p = [np.full(n, value) for n, value in zip(layers, each, strict=True)]
    if per_unit:
        p = [np.where(random.random(len(q)) < 0.2, 0.0, random.uniform(0.05, 0.9, len(q))) * (q > 0) for q in p]
    ones = [np.ones(n) for n in layers]
    return Network(
        weights=tuple(random.normal(0, size, s) for s in itertools.pairwise(sizes)),
        biases=tuple(random.normal(0, 1, n) * bias for n in sizes[1:]),
        activation=activation,
        output=output,
        drop=tuple(p),
        on=tuple(ones if classical else [1 / (1 - q) for q in p]),
        all_on=tuple([1 - q for q in p] if classical else ones),
    )


def every_mask(network: Network) -> tuple[list[list[Array]], Array]:
    """Return all thinned networks, each a mask per layer, and their probabilities. A plain loop."""
    choices = [(0, 1) if p > 0 else (1,) for layer in network.drop for p in layer]
    masks, chances = [], []
    cuts = np.cumsum([len(layer) for layer in network.drop])[:-1]
    flat = np.concatenate(network.drop)
    for bits in itertools.product(*choices):
        on = np.array(bits, float)
        masks.append(np.split(on, cuts))
        chances.append(float(np.prod(np.where(on > 0, 1 - flat, flat))))
    return masks, np.array(chances)
