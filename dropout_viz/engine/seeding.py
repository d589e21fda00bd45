"""What a compiled run starts from: initial parameters and random streams, from its worlds' seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.twins import twins_of
from dropout_viz.nn import initial, streams
from dropout_viz.nn.noise.bernoulli import PublishedMasks
from dropout_viz.nn.noise.kind import Stream
from dropout_viz.nn.plan import Plan

Array = NDArray[Any]


def seeded(
    plan: Plan, config: RunConfig, tail: tuple[int, ...], seeds: Sequence[int], examples: int, batch: int
) -> tuple[Array, list[streams.Order], dict[int, Stream]]:
    """Return the initial parameters (parameters, *tail) that a config asks for, and the streams of the worlds.

    ``examples``: of the training set; ``batch``: of a step. The streams: data orders by world, noise by layer.
    """
    start = plan.empty(*tail)
    init, order, masks = [], [], []
    for seed in seeds:
        one = streams.seeds(seed, len(plan.sizes) - 1)
        init.append(one[0])
        order.append(one[1])
        masks.append(one[2])
    orders = [streams.Order(o, examples, batch) for o in order]
    drawn: dict[int, Stream] = {}
    if plan.published:
        legacy = np.random.RandomState(seeds[0])
        weights = [initial.published(legacy, plan.sizes)]
        drawn[1] = PublishedMasks(legacy)
    else:
        weights = [initial.drawn(s, plan.shapes, config.init, plan.reach) for s in init]
        for layer, units in enumerate(plan.inputs):
            drawn[layer] = plan.noise_kind.stream([m[layer] for m in masks], batch, units)
    if config.twin and (twins := twins_of(config)):
        at = len(plan.maps) + twins.layer
        for own in weights:
            initial.make_twin(own[at - 1], own[at], twins.first, twins.second)
    into, biases = plan.views(start)
    for layer, w in enumerate(into):
        w[...] = np.stack([one[layer] for one in weights], axis=-1).reshape(w.shape)
        biases[layer][...] = initial.bias(config.init)
    return start, orders, drawn
