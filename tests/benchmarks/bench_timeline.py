"""Going to any step of a run, as a window asks for it; and what keeping the way back costs the trainer."""

from __future__ import annotations

import time
from functools import partial

import numpy as np

from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.journey import Journey
from dropout_viz.engine.settings import load_preset
from tests.benchmarks.ratios import rates, report

LOOKS = 400


def _looks(journey: Journey, steps: list[int]) -> np.ndarray:
    seconds = []
    for step in steps:
        begun = time.perf_counter()
        journey.go(step)
        journey.look()
        seconds.append(time.perf_counter() - begun)
    return 1000 * np.array(seconds)


def test_going_to_any_step() -> None:
    rows: dict[str, float | str] = {}
    generator = np.random.default_rng(0)
    for name, length in (("three-lines", 60_000), ("digits", 20_000)):
        journey = Journey(Arms.of(load_preset(name)))
        journey.advance(length)
        kept = journey.timeline
        jumps = _looks(journey, generator.integers(0, length, LOOKS).tolist())
        back = _looks(journey, list(range(length // 2, length // 2 - LOOKS, -1)))
        for what, found in (("any step", jumps), ("a step back", back)):
            at = np.percentile(found, [50, 95, 100])
            rows[f"{name}, {length:,} steps, {what}: median, 95th, most"] = " ".join(f"{v:.1f}" for v in at) + " ms"
        rows[f"{name}, {length:,} steps: states kept, MiB"] = kept.nbytes / 2**20
    report("going to a step of a run", rows)


def _alone(config: RunConfig, steps: int, piece: int) -> tuple[Arms, Journey]:
    """Return a run and the same as a journey, both warm."""
    run, journey = Arms.of(config), Journey(Arms.of(config))
    for each in (run, journey):
        each.advance(2 * steps)
    return run, journey


def test_keeping_the_way_back() -> None:
    found = {}
    for name, steps, piece in (("three-lines", 2048, 256), ("moons", 512, 64), ("digits", 256, 32)):
        run, journey = _alone(load_preset(name), steps, piece)

        def turn(each: Arms | Journey, steps: int = steps, piece: int = piece) -> int:
            for _ in range(steps // piece):
                each.advance(piece)
            return steps

        speed = rates({"with": partial(turn, journey), "without": partial(turn, run)}, rounds=41)
        found[name] = speed["with"] / speed["without"]
    report("training with the way back kept, over training without", found)
