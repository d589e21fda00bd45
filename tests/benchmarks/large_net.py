"""The large net that PyTorch and scikit-learn are measured against: 784-800-800-10, batch 100, float32, history on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.trainer import Trainer

STEPS, BATCH, EXAMPLES = 10, 100, 6_000
SIZES = (784, 800, 800, 10)
CONFIG = RunConfig(
    hidden=SIZES[1:-1],
    activation="relu",
    output="softmax",
    loss="softmax_cross_entropy",
    init="he",
    p_input=0.2,
    p_hidden=0.5,
    batch_size=BATCH,
    learning_rate=0.01,
    optimiser="momentum",
    momentum=0.9,
    dtype="float32",
)


def large_data() -> DataSet:
    """Return examples with the shape and the share of zeros of MNIST's pictures, and as many to test with."""
    draw = np.random.default_rng(0)
    x = draw.random((2, EXAMPLES, SIZES[0])) * (draw.random((2, EXAMPLES, SIZES[0])) < 0.2)
    y = np.eye(SIZES[-1])[draw.integers(0, SIZES[-1], (2, EXAMPLES))]
    return DataSet(x[0], y[0], x[1], y[1], classes=tuple("0123456789"))


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()  # a search of several milliseconds


@contextmanager
def blas_threads(number: int) -> Iterator[None]:
    """Give the matrix libraries so many threads of their own, and then back what they had."""
    with _libraries().limit(limits=number, user_api="blas"):
        yield


class Ours:
    """A trainer in its steady state: well past the first steps, when the curves are measured often."""

    def __init__(self, config: RunConfig, data: DataSet) -> None:
        self.trainer = Trainer(config, data)
        self.trainer.advance(700)

    def turn(self) -> int:
        self.trainer.advance(STEPS)
        return STEPS


class Batches:
    """Shuffled mini-batches without end, as lists of rows."""

    def __init__(self) -> None:
        self._draw, self._rows = np.random.default_rng(0), np.empty((0, BATCH), np.intp)

    def next(self) -> np.ndarray:
        if not len(self._rows):
            self._rows = self._draw.permutation(EXAMPLES).reshape(-1, BATCH)
        rows, self._rows = self._rows[0], self._rows[1:]
        return rows
