"""The loss over a plane against a loop that builds each network and runs it; and how long a surface takes."""

from __future__ import annotations

import numpy as np

from dropout_viz.analysis.plane import Plane, losses_of
from dropout_viz.analysis.plane_axes import random_directions
from dropout_viz.data.load import load
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.settings import load_preset
from tests.benchmarks.ratios import rates, report


def test_plane_over_a_loop() -> None:
    config = load_preset("moons").changed(examples=200)
    data = load("moons", examples=200)
    plan = make_plan(config, data)
    assert plan.sizes == (2, 32, 1)
    origin = np.random.default_rng(0).normal(size=plan.parameters)
    axes = random_directions(plan, origin, 0)
    planes = {kind: Plane(plan, origin, axes.directions, data.x, data.y, kind) for kind in ("float32", "float64")}

    def turn(kind: str, side: int) -> int:
        u = np.linspace(-1, 1, side)
        planes[kind].grid(u, u)
        return side * side

    def loop() -> int:
        points = np.random.default_rng(1).uniform(-1, 1, (300, 2))
        losses_of(plan, origin + points @ axes.directions, data.x, data.y)
        return len(points)

    turns = {f"{side} x {side}, {kind}": (lambda s=side, k=kind: turn(k, s)) for kind in planes for side in (51, 101)}
    found = rates({"loop": loop, **turns}, rounds=9)
    base = found.pop("loop")
    rows: dict[str, float | str] = {
        f"{name}: times a loop's points a second": rate / base for name, rate in found.items()
    }
    for name, rate in found.items():
        side = int(name.split()[0])
        rows[f"{name}: milliseconds on this machine, now"] = 1000 * side * side / rate
    report("plane of 2-32-1 over 200 examples", rows)
