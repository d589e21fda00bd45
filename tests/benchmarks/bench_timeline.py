"""Going to any step of a run, as a window asks for it; and what keeping the way back costs the trainer."""

from __future__ import annotations

import time
from functools import partial

import numpy as np

from dropout_viz.engine.arms import Arms
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.timeline import Timeline
from tests.benchmarks.ratios import rates, report

LOOKS = 400


def _looks(timeline: Timeline, steps: list[int]) -> np.ndarray:
    seconds = []
    for step in steps:
        begun = time.thread_time()  # whatever else the machine does
        timeline.go(step)
        timeline.look()
        seconds.append(time.thread_time() - begun)
    return 1000 * np.array(seconds)


def test_going_to_any_step() -> None:
    rows: dict[str, float | str] = {}
    generator = np.random.default_rng(0)
    for name, length in (("three-lines", 60_000), ("digits", 20_000)):
        timeline = Timeline(Arms.of(load_preset(name)))
        timeline.advance(length)
        kept = timeline.checkpoints
        jumps = _looks(timeline, generator.integers(0, length, LOOKS).tolist())
        back = _looks(timeline, list(range(length // 2, length // 2 - LOOKS, -1)))
        for what, found in (("any step", jumps), ("a step back", back)):
            at = np.percentile(found, [50, 95, 100])
            rows[f"{name}, {length:,} steps, {what}: median, 95th, most"] = " ".join(f"{v:.1f}" for v in at) + " ms"
        rows[f"{name}, {length:,} steps: states kept, MiB"] = kept.nbytes / 2**20
    report("going to a step of a run", rows)


def test_keeping_the_way_back() -> None:
    found = {}
    for name, steps, piece in (("three-lines", 2048, 256), ("moons", 512, 64), ("digits", 256, 32)):
        each = {"without": Arms.of(load_preset(name)), "with": Timeline(Arms.of(load_preset(name)))}

        def turn(run: Arms | Timeline, steps: int = steps, piece: int = piece) -> int:
            for _ in range(steps // piece):
                run.advance(piece)
            return steps

        speed = rates({how: partial(turn, run) for how, run in each.items()}, rounds=41)
        found[name] = speed["with"] / speed["without"]
    report("training with the way back kept, over training without", found)
