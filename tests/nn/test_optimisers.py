"""Every optimiser against its definition written out step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.optimisers import make_optimiser
from tests.nn.test_gradients import problem

Array = np.ndarray[Any, Any]
Rule = Callable[[int, float, Array, Array, dict[str, Array]], Array]


def adam(t: int, rate: float, w: Array, g: Array, state: dict[str, Array]) -> Array:
    state["m"] = 0.9 * state["m"] + 0.1 * g
    state["v"] = 0.999 * state["v"] + 0.001 * g**2
    return w - rate * (state["m"] / (1 - 0.9**t)) / (np.sqrt(state["v"] / (1 - 0.999**t)) + 1e-8)


def sgd(t: int, rate: float, w: Array, g: Array, state: dict[str, Array]) -> Array:
    return w - rate * g


def momentum(t: int, rate: float, w: Array, g: Array, state: dict[str, Array]) -> Array:
    mu = 0.5 + 0.4 * min(1.0, (t - 1) / 6)
    state["v"] = mu * state["v"] + g
    return w - rate * state["v"]


def nesterov(t: int, rate: float, w: Array, g: Array, state: dict[str, Array]) -> Array:
    mu = 0.5 + 0.4 * min(1.0, (t - 1) / 6)
    state["v"] = mu * state["v"] + g
    return w - rate * (g + mu * state["v"])


RULES: dict[str, Rule] = {"sgd": sgd, "momentum": momentum, "nesterov": nesterov, "adam": adam}


@pytest.mark.thinned(2)
@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("gradient", ["mean", "sum"])
@pytest.mark.parametrize("l2", [0.0, 0.3])
@pytest.mark.parametrize("rows", [1, 4])
def test_follows_its_definition(name: str, gradient: str, l2: float, rows: int) -> None:
    settings = {"optimiser": name, "gradient": gradient, "l2": l2, "learning_rate": 0.01}
    config, data, draw = problem(
        RunConfig(learning_rate_decay=0.9, momentum=0.9, momentum_start=0.5, momentum_ramp=6, **settings), 0
    )
    plan = make_plan(config, data)
    n, examples = plan.parameters, len(data.x)
    optimiser = make_optimiser(plan, np.empty(n), batch=examples, rows=rows, per_epoch=3)
    w = draw.normal(size=n)
    ours, g = w.copy(), np.empty(n)
    is_weight = np.zeros(n)
    for view in plan.views(is_weight)[0]:
        view[...] = 1
    state = {"m": np.zeros(n), "v": np.zeros(n)}
    programs = [[(op.call, op.args) for op in optimiser.ops(k, g, ours, ours, slice(0, n))] for k in range(rows)]
    for t in range(1, 13):
        if (t - 1) % rows == 0:
            optimiser.begin_block(t - 1, rows)
        summed = draw.normal(size=n)
        whole = (summed / examples if gradient == "mean" else summed) + l2 * is_weight * w
        w = RULES[name](t, 0.01 * 0.9 ** ((t - 1) // 3), w, whole, state)
        g[...] = summed
        for call, args in programs[(t - 1) % rows]:
            call(*args)
        assert np.allclose(ours, w, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("worlds", [1, 3])
def test_max_norm_bounds_every_hidden_unit_and_touches_no_other(worlds: int) -> None:
    config = RunConfig(data="moons", hidden=(8, 6), max_norm=0.7, learning_rate=0.5, worlds=worlds, batch_size=50)
    trainer = Trainer(config)
    before = trainer.parameters()[0]
    assert (np.linalg.norm(before[0], axis=1) > 0.7).any()
    trainer.advance(1)
    free = Trainer(config.changed(max_norm=None))
    free.advance(1)
    weights, loose = trainer.parameters()[0], free.parameters()[0]
    for layer in (0, 1):
        norms = np.linalg.norm(loose[layer], axis=1, keepdims=True)
        assert np.allclose(weights[layer], loose[layer] * np.minimum(1, 0.7 / norms), rtol=1e-12)
    assert np.array_equal(weights[2], loose[2])


def test_a_velocity_too_small_to_count_is_made_zero_now_and_then_and_no_other_is() -> None:
    config, data, draw = problem(RunConfig(optimiser="momentum"), 0)
    plan = make_plan(config, data)
    optimiser = make_optimiser(plan, np.empty(plan.parameters), batch=len(data.x), rows=1, per_epoch=3)
    velocity = draw.choice([-1.0, 1.0], plan.parameters) * 10.0 ** draw.uniform(-60, 0, plan.parameters)
    velocity[:3] = 1.01e-30, -1.01e-30, 0.99e-30
    optimiser.restore({"v": velocity})
    optimiser.begin_block(127, 1)
    assert np.array_equal(optimiser.state()["v"], velocity)
    optimiser.begin_block(128, 1)
    assert np.array_equal(optimiser.state()["v"], np.where(np.abs(velocity) < 1e-30, 0, velocity))
