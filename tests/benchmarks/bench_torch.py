"""A large net against PyTorch, eager, both with two threads: steps a second over steps a second, history on."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.benchmarks.large_net import BATCH, CONFIG, SIZES, STEPS, Batches, Ours, blas_threads, large_data
from tests.benchmarks.ratios import rates, report

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    torch = pytest.importorskip("torch")


def theirs(data: Any, make: Callable[[Any], Any]) -> Callable[[], int]:
    """PyTorch's own layers, trained in the way that its tutorials show; the loss of every step is kept."""
    nn = torch.nn
    drop, width = (nn.Dropout(0.2), nn.Dropout(0.5), nn.Dropout(0.5)), SIZES
    net = nn.Sequential(
        drop[0],
        nn.Linear(width[0], width[1]),
        nn.ReLU(),
        drop[1],
        nn.Linear(width[1], width[2]),
        nn.ReLU(),
        drop[2],
        nn.Linear(width[2], width[3]),
    )
    optimiser, measure, batches = make(net.parameters()), nn.CrossEntropyLoss(), Batches()
    x, y = torch.tensor(data.x, dtype=torch.float32), torch.tensor(data.y.argmax(1))
    history: list[float] = []

    def turn() -> int:
        for _ in range(STEPS):
            rows = torch.from_numpy(batches.next())
            optimiser.zero_grad()
            loss = measure(net(x[rows]), y[rows])
            loss.backward()
            optimiser.step()
            history.append(loss.item())
        return STEPS

    return turn


def products(ours: Ours) -> dict[str, float | str]:
    """The share of matrix multiplication in a step's calls, and its speed over that of a large square product."""
    program = ours.trainer._compiled_runs[0].program
    dots = other = 0.0
    with np.errstate(all="ignore"):
        for _ in range(30):
            for op in program.step(0):
                begun = time.perf_counter()
                op.call(*op.args)
                took = time.perf_counter() - begun
                if getattr(op.call, "__name__", "") == "dot":
                    dots += took / 30
                else:
                    other += took / 30
    n = 2_000
    a, b, c = (np.ones((n, n), np.float32) for _ in range(3))
    begun = time.perf_counter()
    for _ in range(3):
        a.dot(b, c)
    peak = 3 * 2 * n**3 / (time.perf_counter() - begun)
    first, *rest = (i * j for i, j in zip(SIZES, SIZES[1:], strict=False))
    work = 2 * BATCH * (2 * first + 3 * sum(rest))  # nobody asks for the first layer's delta
    return {
        "share of matrix multiplication in a step's calls": dots / (dots + other),
        "its speed over that of a large square product, one thread": work / dots / peak,
    }


def test_a_large_net_over_pytorch() -> None:
    data, optim = large_data(), torch.optim
    adam = CONFIG.changed(optimiser="adam", learning_rate=1e-4)
    momentum, ours = Ours(CONFIG, data), {}
    ours = {"momentum": momentum.turn, "adam": Ours(adam, data).turn}
    others = {
        "momentum": theirs(data, lambda p: optim.SGD(p, 0.01, momentum=0.9)),
        "adam": theirs(data, lambda p: optim.Adam(p, 1e-4)),
        "fused adam": theirs(data, lambda p: optim.Adam(p, 1e-4, fused=True)),
    }
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with blas_threads(1):  # our second thread is the program's own
            found = rates({**{f"our {k}": t for k, t in ours.items()}, **others}, rest=0.2)
            shares = products(momentum)
    finally:
        torch.set_num_threads(before)
    report(
        "784-800-800-10, dropout, two threads, over PyTorch",
        {
            "SGD with momentum": found["our momentum"] / found["momentum"],
            "Adam over the default": found["our adam"] / found["adam"],
            "Adam over the fused one": found["our adam"] / found["fused adam"],
            **shares,
        },
    )
