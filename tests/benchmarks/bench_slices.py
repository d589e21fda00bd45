"""All slices of a network at once against a loop that sets a weight and runs the network again."""

from __future__ import annotations

import statistics
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis.slices import Surface, every_weight
from dropout_viz.nn.parts import Weight
from tests.benchmarks.ratios import rates, report

Array = NDArray[Any]
POINTS = 201


class Case:
    """A random network with its data, tanh below a sigmoid, and both ways to slice it."""

    def __init__(self, sizes: tuple[int, int, int], examples: int, bias: bool, dtype: Any = np.float64) -> None:
        random = np.random.default_rng(0)
        self.weights = [random.normal(0, 1, s).astype(dtype) for s in zip(sizes, sizes[1:], strict=False)]
        self.biases = [random.normal(0, 1, n if bias else 0).astype(dtype) for n in sizes[1:]]
        self.x = random.normal(size=(examples, sizes[0])).astype(dtype)
        self.y = random.integers(0, 2, (examples, 1)).astype(dtype)
        self.places = every_weight(sizes, bias)
        self.t = np.linspace(-4, 4, POINTS).astype(dtype)

    def at_once(self) -> int:
        net = (self.weights, self.biases, "tanh", "sigmoid", "squared_error", self.x, self.y)
        Surface(*net).slices(self.places, self.t)
        return len(self.places)

    def loop(self, places: list[Weight]) -> int:
        """Slice some weights by running the network again for each value."""
        for place in places:
            weights = [w.copy() for w in self.weights]
            biases = [b.copy() for b in self.biases]
            layer, i, j = place
            row = weights[layer][i] if i < len(weights[layer]) else biases[layer]
            losses = np.empty(POINTS)
            for m, value in enumerate(self.t):
                row[j] = value
                h = self.x
                for w, b, last in zip(weights, biases, (False, True), strict=True):
                    z = h @ w + b if len(b) else h @ w
                    h = 1 / (1 + np.exp(-z)) if last else np.tanh(z)
                losses[m] = 0.5 * ((h - self.y) ** 2).sum() / len(self.x)
        return len(places)


def milliseconds(case: Case, rounds: int = 25) -> float:
    """Return the median time that all slices keep a processor busy: what else runs on the machine counts less."""
    seen = []
    for _ in range(rounds):
        begun = time.thread_time()
        case.at_once()
        seen.append(time.thread_time() - begun)
    return 1e3 * statistics.median(seen)


def test_slices_over_a_loop() -> None:
    small, large = Case((3, 4, 1), 4, False), Case((2, 32, 1), 200, True)
    single = Case((2, 32, 1), 200, True, np.float32)
    assert (len(small.places), len(large.places)) == (16, 129)
    rows: dict[str, float | str] = {}
    for name, case, part in (
        ("3-4-1, 16 weights x 201", small, small.places),
        ("2-32-1 on 200 examples, 129 weights x 201", large, large.places[::12]),
        ("the same in float32", single, single.places[::12]),
    ):
        found = rates({"loop": lambda c=case, p=part: c.loop(p), "at once": case.at_once}, rounds=9)
        rows[f"{name}: times a loop"] = found["at once"] / found["loop"]
        rows[f"{name}: ms"] = milliseconds(case)
    report("slices", rows)
