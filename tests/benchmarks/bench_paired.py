"""The lab ``paired`` with 200 seeds in two arms, over one run of the post's loop of as many steps."""

from __future__ import annotations

import statistics
import time

from dropout_viz.engine.settings import load_preset
from dropout_viz.labs import paired
from dropout_viz.labs.lab import Tell
from dropout_viz.labs.options import make
from dropout_viz.labs.store import Store
from tests.benchmarks.ratios import report
from tests.oracle import post


def seconds_of_the_post(steps: int) -> float:
    begun = time.perf_counter()
    post(0, steps)
    return time.perf_counter() - begun


def test_four_hundred_runs_over_one_of_the_post() -> None:
    """The post runs before and after each time, so that a machine that gets busier slows both."""
    steps = load_preset("three-lines-exact").steps
    options = make(paired.Options, {"source": "three-lines-exact", "seeds": 200})
    ratios = []
    for _ in range(3):
        before = seconds_of_the_post(steps)
        begun = time.perf_counter()
        paired.run(options, Tell(store=Store(reading=False)))
        took = time.perf_counter() - begun
        ratios.append(2 * took / (before + seconds_of_the_post(steps)))
    report("lab paired, 400 runs of 60,000 steps, over one of the post", {"time": statistics.median(ratios)})
