"""All 2^n thinned networks by subset sums against a loop of forward passes over the masks, and how long they take."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from dropout_viz.analysis import ensemble, subsets
from tests.analysis.nets import random_network
from tests.benchmarks.ratios import rates, report


def test_subset_sums_over_a_loop_of_forward_passes() -> None:
    network = random_network((3, 12, 1))
    x = np.random.default_rng(0).normal(size=(1, 3))
    masks, chances = subsets.bits(np.arange(1 << 12), 12), subsets.chances(network.drop[1])
    (w1, w2), (b1, b2) = network.weights, network.biases
    scale = network.on[1]

    def loop() -> int:
        total = np.zeros((1, 1))
        for mask, chance in zip(masks, chances, strict=True):
            hidden = np.tanh(x @ w1 + b1) * (mask * scale)
            total += chance / (1 + np.exp(-(hidden @ w2 + b2)))
        assert abs(total - ensemble.means(network, x).arithmetic).max() < 1e-12
        return 1

    def by_sums() -> int:
        for _ in range(50):
            ensemble.means(network, x)
        return 50

    found = rates({"a loop": loop, "subset sums": by_sums})
    report("ensemble, n = 12, times a loop of forward passes", {"ratio": found["subset sums"] / found["a loop"]})


def test_large_ensembles() -> None:
    x = np.random.default_rng(0).normal(size=(200, 3))
    cases = {
        "n = 16, 200 examples": (16, 200, 9),
        "n = 20, 4 examples": (20, 4, 9),
        "n = 20, 200 examples": (20, 200, 3),
    }
    rows: dict[str, float | str] = {}
    for name, (n, examples, rounds) in cases.items():
        network = random_network((3, n, 1))
        rows[f"{name}, ms"] = 1000 * _median(lambda w=network, e=examples: ensemble.means(w, x[:e]), rounds)
    longest = max(_gaps(random_network((3, 20, 1)), x))
    rows["n = 20, 200 examples: longest part of the stream, ms"] = 1000 * longest
    report("ensemble, all 2^n networks", rows)


def _gaps(network: object, x: object) -> list[float]:
    last, gaps = time.perf_counter(), []
    for _ in ensemble.stream(network, x):  # type: ignore[arg-type]
        gaps.append(time.perf_counter() - last)
        last = time.perf_counter()
    return gaps


def _median(turn: Callable[[], object], rounds: int) -> float:
    seen = []
    for _ in range(rounds):
        begun = time.perf_counter()
        turn()
        seen.append(time.perf_counter() - begun)
    return statistics.median(seen)
