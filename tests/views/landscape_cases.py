"""Frames put together without a trainer, and the loss written out once more, for the tests of the Landscape view."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.nn.parts import Weight

P = 0.4


class NoHistory:
    """The view reads no history."""


def frame_of(
    sizes: tuple[int, ...] = (3, 4, 1),
    *,
    step: int = 7,
    run: int = 1,
    seed: int = 0,
    examples: int = 4,
    batch: int | None = None,
    image: tuple[int, int] | None = None,
    bias: bool = True,
    dtype: Any = np.float64,
    data: DataSet | None = None,
) -> Frame:
    """Return a frame of random weights and masks; several outputs are classes under a softmax."""
    random = np.random.default_rng(seed)
    many = sizes[-1] > 1
    config = RunConfig.model_validate(
        {
            "data": "xor",
            "hidden": sizes[1:-1],
            "p_hidden": (P,),
            "activation": "tanh",
            "bias": bias,
            "output": "softmax" if many else "sigmoid",
            "loss": "softmax_cross_entropy" if many else "squared_error",
        }
    )
    if data is None:
        x = random.normal(size=(examples, sizes[0]))
        labels = random.integers(0, max(2, sizes[-1]), examples)
        y = np.eye(sizes[-1])[labels] if many else labels[:, None].astype(float)
        data = DataSet(x, y, features=tuple("abcdefgh"[: sizes[0]]) if sizes[0] <= 8 else (), image=image)
    rows = random.permutation(len(data.x))[: batch or len(data.x)]
    off = config.drop_probabilities if step else (0.0,) * (len(sizes) - 1)
    masks = tuple(random.random((len(rows), n)) >= p for n, p in zip(sizes[:-1], off, strict=True))
    snapshot = Snapshot(
        run=run,
        step=step,
        epoch=float(step),
        config=config,
        used=config,
        weights=tuple(random.normal(0, 1.5, s).astype(dtype) for s in itertools.pairwise(sizes)),
        biases=tuple(random.normal(0, 1, n if bias else 0).astype(dtype) for n in sizes[1:]),
        masks=masks,
        activations=tuple(np.zeros((len(rows), n)) for n in sizes),
        examples=rows,
        loss_under_mask=0.1,
    )
    return Frame((Arm("run", snapshot, NoHistory()),), data)  # type: ignore[arg-type]


def changed(frame: Frame, **fields: Any) -> Frame:
    """Return the frame with another snapshot: ``weights``, ``step``, ``run``..."""
    return Frame((replace(frame.arms[0], snapshot=replace(frame.snapshot, **fields)),), frame.data)


def moved(frame: Frame, step: int, seed: int = 1) -> Frame:
    """Return a later frame of the same run: every weight a little elsewhere."""
    random = np.random.default_rng([seed, step])
    weights = tuple(w + random.normal(0, 0.05, w.shape) for w in frame.snapshot.weights)
    return changed(frame, weights=weights, step=step)


def loss(frame: Frame, place: Weight | None = None, value: float = 0.0, *, masked: bool = False) -> float:
    """Return the loss with one weight set to a value, by running the network: tanh, then sigmoid or softmax."""
    s = frame.snapshot
    weights = [w.astype(float) for w in s.weights]
    if place is not None:
        weights[place.layer][place.source, place.target] = value
    rows = s.examples if masked else slice(None)
    h, y = frame.data.x[rows], frame.data.y[rows]
    for layer, (w, b) in enumerate(zip(weights, s.biases, strict=True)):
        if masked and layer:
            h = h * s.masks[layer] / (1 - P)
        z = h @ w + (b if len(b) else 0)
        h = np.tanh(z)
    if y.shape[1] == 1:
        return float(np.mean(0.5 * (1 / (1 + np.exp(-z)) - y) ** 2))
    return float(np.mean(np.log(np.exp(z).sum(axis=1)) - (y * z).sum(axis=1)))
