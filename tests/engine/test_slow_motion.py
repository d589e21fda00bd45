"""A step taken apart is the trainer's step, bit for bit, and each formula's numbers are what the formula says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.slow_motion import STAGES, Dissection
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import UserError
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.operands import operands

pytestmark = pytest.mark.usefixtures("short_blocks", "little_measuring")

MOONS: dict[str, Any] = {"data": "moons", "examples": 30, "hidden": (6, 5), "p_input": 0.2, "p_hidden": (0.5, 0.3)}
CONFIGS = {
    "three-lines": load_preset("three-lines"),
    "three-lines-exact": load_preset("three-lines-exact"),
    "a linear output": load_preset("five-valleys"),
    "three-lines, p = 0": load_preset("three-lines").changed(p_hidden=0.0),
    "moons": load_preset("moons"),
    "digits": load_preset("digits"),
    "sine, momentum": RunConfig(
        **MOONS, activation="sine", optimiser="momentum", momentum_ramp=9, momentum_start=0.1, l2=0.01
    ),
    "tanh, nesterov": RunConfig(
        **MOONS, activation="tanh", optimiser="nesterov", batch_size=7, max_norm=0.8, learning_rate_decay=0.9
    ),
    "relu, adam, classical": RunConfig(
        **MOONS,
        activation="relu",
        optimiser="adam",
        l2=0.1,
        batch_size=8,
        scaling="classical",
        loss="binary_cross_entropy",
    ),
    "in pieces": RunConfig(
        data="digits",
        examples=60,
        hidden=(300, 200),
        p_hidden=(0.5,),
        batch_size=20,
        l2=0.01,
        optimiser="momentum",
        dtype="float32",
        output="softmax",
        loss="softmax_cross_entropy",
        activation="relu",
    ),
}


def parameters(snapshot: Any) -> dict[str, Any]:
    both = {f"W{n}": w for n, w in enumerate(snapshot.weights, start=1)}
    return both | {f"b{n}": b for n, b in enumerate(snapshot.biases, start=1) if b.size}


def value(found: Dissection, name: str) -> Any:
    return found.value(name, len(found.moments) - 1)


@pytest.mark.thinned(2)
@pytest.mark.parametrize("steps", [0, 1, 8, 15, 18])
@pytest.mark.parametrize("name", CONFIGS)
def test_walking_every_stage_is_the_trainers_step_bit_for_bit(name: str, steps: int) -> None:
    """Of each run every other of the steps; `-m slow` has the others."""
    if name == "in pieces" and steps > 1:
        pytest.skip("slow; rows of one step have no block to be in the middle of")
    trainer, undisturbed = Trainer(CONFIGS[name]), Trainer(CONFIGS[name])
    trainer.advance(steps)
    undisturbed.advance(steps + 3)
    before = trainer.snapshot()
    found = trainer.dissect()
    again = trainer.snapshot()
    for one, other in zip((*before.activations, *before.weights), (*again.activations, *again.weights), strict=True):
        np.testing.assert_array_equal(one, other)
    trainer.advance(1)
    after = trainer.snapshot()
    assert found.step == after.step == steps + 1
    for key, array in parameters(after).items():
        np.testing.assert_array_equal(value(found, key), array)
        np.testing.assert_array_equal(found.before[key], parameters(before)[key])
    np.testing.assert_array_equal(found.examples, after.examples)
    for layer, mask in enumerate(after.masks):
        drawn = value(found, f"m{layer}")
        np.testing.assert_array_equal(mask, np.ones_like(mask) if drawn is None else drawn != 0)
    for layer, activation in enumerate(after.activations[1:], start=1):
        held = value(found, f"h{layer}")
        np.testing.assert_array_equal(activation, value(found, f"a{layer}") if held is None else held)
    assert found.loss == pytest.approx(after.loss_under_mask, rel=1e-12)
    trainer.advance(2)
    for one, other in zip(trainer.snapshot().weights, undisturbed.snapshot().weights, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("name", CONFIGS)
def test_a_call_changes_nothing_but_its_last_operand(name: str) -> None:
    trainer = Trainer(CONFIGS[name])
    trainer.advance(1)
    compiled = trainer._compiled_runs[0]
    k, program = compiled.next_row(), compiled.program
    with np.errstate(all="ignore"):
        for op in program.step(k):
            arrays = operands(op)
            for array in arrays[-1:]:
                whole = {key: a.copy() for key, a in program.buffers(k).items()}
                op.call(*op.args)
                for key, a in program.buffers(k).items():
                    if not np.may_share_memory(a, array):
                        np.testing.assert_array_equal(a, whole[key], err_msg=f"{op.formula} changed {key}")


@pytest.mark.parametrize("name", [n for n in CONFIGS if n != "in pieces"])
def test_the_numbers_of_each_formula(name: str) -> None:
    trainer = Trainer(CONFIGS[name])
    trainer.advance(3)
    found, plan = trainer.dissect(), trainer._compiled_runs[0].plan
    stages = [m.stage for m in found.moments]
    assert stages[0] == "mask" and stages[-1] == "restore" and set(stages) <= set(STAGES)
    close = 1e-12 if plan.dtype == "float64" else 2e-5

    def get(key: str, else_: str = "") -> Any:
        got = value(found, key)
        return value(found, else_) if got is None else got

    h = get("h0", "x")
    for n in range(1, plan.layers + 1):
        z = h @ found.before[f"W{n}"] + found.before.get(f"b{n}", 0)
        np.testing.assert_allclose(get(f"z{n}"), z, rtol=close, atol=close)
        kind = ACTIVATIONS[plan.output if n == plan.layers else plan.activation]
        np.testing.assert_allclose(get(f"a{n}"), kind.value(z), rtol=close, atol=close)
        h = get(f"h{n}", f"a{n}")
        if f"m{n}" in found.moments[0].values:
            np.testing.assert_allclose(h, get(f"a{n}") * get(f"m{n}"), rtol=close)
    np.testing.assert_allclose(get("e"), h - found.before["y"], atol=close)
    delta = get(f"delta{plan.layers}", "e")
    for n in range(plan.layers, 0, -1):
        a = get(f"h{n - 1}", f"a{n - 1}") if n > 1 else get("h0", "x")
        summed = next(m.values[f"g{n}"] for m in found.moments if f"g{n}" in m.writes)
        np.testing.assert_allclose(summed, a.T @ delta, rtol=close, atol=10 * close)
        if n > 1:
            delta = get(f"delta{n - 1}")


def test_the_published_rule_beside_the_true_gradient() -> None:
    published = Trainer(load_preset("three-lines"))
    published.advance(200)
    found = published.dissect()
    h, delta = value(found, "h1"), value(found, "delta2") @ found.before["W2"].T
    np.testing.assert_allclose(value(found, "delta1"), delta * h * (1 - h), rtol=1e-12)
    # finite differences of the loss under the very masks of this step
    kept, x, y = value(found, "m1"), found.before["x"], found.before["y"]

    def loss(w: Any) -> float:
        hidden = kept / (1 + np.exp(-x @ w))
        return float(0.5 * np.sum((1 / (1 + np.exp(-hidden @ found.before["W2"])) - y) ** 2))

    for i in range(3):
        for j in range(4):
            up, down = found.before["W1"].copy(), found.before["W1"].copy()
            up[i, j] += 1e-6
            down[i, j] -= 1e-6
            assert found.exact["g1"][i, j] == pytest.approx((loss(up) - loss(down)) / 2e-6, rel=1e-5, abs=1e-8)
    assert not Trainer(load_preset("three-lines-exact")).dissect().exact


def test_loss_with_every_unit_on_before_and_after() -> None:
    trainer = Trainer(load_preset("three-lines"))
    trainer.advance(10)
    found = trainer.dissect()
    assert found.all_on[0] == pytest.approx(trainer.scores()["loss"]["train"][0])  # type: ignore[index]
    trainer.advance(1)
    assert found.all_on[1] == pytest.approx(trainer.scores()["loss"]["train"][0])  # type: ignore[index]


def test_worlds_side_by_side_are_refused() -> None:
    with pytest.raises(UserError, match="worlds = 4"):
        Trainer(load_preset("three-lines-exact").changed(worlds=4)).dissect()


def test_convolutions_are_refused() -> None:
    with pytest.raises(UserError, match=r"maps = \[4\]"):
        Trainer(load_preset("digits").changed(maps=(4,), examples=64)).dissect()
