"""Snapshots of random numbers, put together without a trainer, for the tests of the Network view."""

from __future__ import annotations

import itertools

import numpy as np

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.snapshot import Snapshot

CORNERS = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], float)


def case(
    sizes: tuple[int, ...] = (3, 4, 1),
    *,
    examples: int = 4,
    batch: int = 4,
    p_input: float = 0.2,
    p: float = 0.5,
    step: int = 7,
    seed: int = 0,
    image: tuple[int, int] | None = None,
    activation: str = "sigmoid",
) -> tuple[Snapshot, DataSet]:
    """Return a snapshot of random numbers and its data, put together without a trainer."""
    random = np.random.default_rng(seed)
    config = RunConfig.model_validate(
        {
            "data": "xor",
            "hidden": sizes[1:-1],
            "p_input": p_input,
            "p_hidden": (p,),
            "activation": activation,
            "batch_size": batch,
        }
    )
    x = CORNERS if (examples, sizes[0]) == (4, 3) else random.random((examples, sizes[0]))
    y = (
        np.eye(sizes[-1])[random.integers(0, sizes[-1], examples)]
        if sizes[-1] > 1
        else random.integers(0, 2, (examples, 1)).astype(float)
    )
    rows = random.permutation(examples)[:batch]
    off = config.drop_probabilities if step else (0.0,) * len(sizes)
    masks = tuple(random.random((batch, n)) >= q for n, q in zip(sizes[:-1], off, strict=False))
    values = [x[rows], *(random.random((batch, n)) for n in sizes[1:])]
    activations = tuple(v * masks[k] / (1 - off[k]) if k < len(masks) else v for k, v in enumerate(values))
    return Snapshot(
        run=1,
        step=step,
        epoch=float(step),
        config=config,
        used=config,
        weights=tuple(random.standard_normal(s) for s in itertools.pairwise(sizes)),
        biases=tuple(random.standard_normal(n) for n in sizes[1:]),
        masks=masks,
        activations=activations,
        examples=rows,
        loss_under_mask=0.5,
    ), DataSet(x=x, y=y, image=image)
