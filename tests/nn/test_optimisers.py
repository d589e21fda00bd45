"""Adam against its algorithm written out step by step."""

from __future__ import annotations

import numpy as np

from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.lane import make_plan
from dropout_viz.nn.optimisers import make_optimiser
from tests.nn.test_gradients import problem


def test_adam_follows_algorithm_1() -> None:
    config, data, draw = problem(RunConfig(optimiser="adam", learning_rate=0.01), 0)
    plan = make_plan(config, data)
    rows, n = 4, plan.parameters
    optimiser = make_optimiser(plan, (), batch=len(data.x), rows=rows)
    w, m, v = draw.normal(size=n), np.zeros(n), np.zeros(n)
    ours, g = w.copy(), np.empty(n)
    programs = [[(op.call, op.args) for op in optimiser.ops(k, g, ours, ours)] for k in range(rows)]
    for t in range(1, 13):
        if (t - 1) % rows == 0:
            optimiser.begin_block(t - 1, rows)
        summed = draw.normal(size=n)
        mean = summed / len(data.x)
        m, v = 0.9 * m + 0.1 * mean, 0.999 * v + 0.001 * mean**2
        w -= 0.01 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        g[...] = summed
        for call, args in programs[(t - 1) % rows]:
            call(*args)
        assert np.allclose(ours, w, rtol=1e-13, atol=1e-15)
