"""The tutorial's convolution net against PyTorch, eager, both with two threads: steps a second over steps a second."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from tests.benchmarks.large_net import blas_threads
from tests.benchmarks.ratios import rates, report

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    torch = pytest.importorskip("torch")

STEPS, EXAMPLES = 4, 2_000


def pictures() -> DataSet:
    """Numbers in the shape of MNIST: what a step costs hangs on that alone."""
    draw = np.random.default_rng(0)
    x, y = draw.random((EXAMPLES, 784), np.float32), np.eye(10, dtype=np.float32)[draw.integers(0, 10, EXAMPLES)]
    return DataSet(x, y, image=(28, 28), classes=tuple("0123456789"))


def theirs(data: DataSet, batch: int) -> Callable[[], int]:
    """The tutorial's network in PyTorch's own layers; the loss of every step is kept."""
    nn: Any = torch.nn
    net = nn.Sequential(
        nn.Conv2d(1, 32, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(3136, 1024),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(1024, 10),
    )
    optimiser, measure, draw = torch.optim.Adam(net.parameters(), 1e-4), nn.CrossEntropyLoss(), np.random.default_rng(1)
    x, y = torch.tensor(np.array(data.x).reshape(-1, 1, 28, 28)), torch.tensor(data.y.argmax(1))
    history: list[float] = []

    def turn() -> int:
        for _ in range(STEPS):
            rows = torch.from_numpy(draw.choice(EXAMPLES, batch, replace=False))
            optimiser.zero_grad()
            loss = measure(net(x[rows]), y[rows])
            loss.backward()
            optimiser.step()
            history.append(loss.item())
        return STEPS

    return turn


def test_the_tutorial_s_net_over_pytorch() -> None:
    data = pictures()
    trainer = Trainer(load_preset("tutorial"), data)
    assert trainer.config.batch_size == 50

    def ours() -> int:
        trainer.advance(STEPS)
        return STEPS

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with blas_threads(1):  # our second thread is the program's own
            found = rates({"ours": ours, "PyTorch": theirs(data, 50)}, rest=0.2)
    finally:
        torch.set_num_threads(before)
    report("tutorial, two threads, over PyTorch", {"steps a second": found["ours"] / found["PyTorch"]})
