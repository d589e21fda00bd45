"""The exact rule is the true gradient: finite differences with frozen masks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset
from dropout_viz.nn.layouts import Layout, OneWorld, WorldsFirst, WorldsLast
from dropout_viz.nn.noise import NOISES
from dropout_viz.nn.program import Program
from tests.oracle import activate, forward, loss_sum, slope

PAIRS = [
    ("sigmoid", "squared_error"),
    ("tanh", "squared_error"),
    ("linear", "squared_error"),
    ("sigmoid", "binary_cross_entropy"),
    ("softmax", "softmax_cross_entropy"),
]
SHAPES = [(4,), (5, 3), (6, 5, 4, 3)]


def problem(config: RunConfig, seed: int) -> tuple[RunConfig, DataSet, np.random.Generator]:
    draw = np.random.default_rng(seed)
    outputs = 3 if config.loss == "softmax_cross_entropy" else 2
    y = np.eye(outputs)[draw.integers(0, outputs, 7)]
    return config, DataSet(draw.normal(size=(7, 3)), y), draw


def program_for(config: RunConfig, data: DataSet, draw: np.random.Generator, layout: Layout | None = None) -> Program:
    """A program with random parameters and masks, run as far as the gradient."""
    layout = layout or OneWorld()
    program = Program(make_plan(config, data), layout, data.x, data.y, len(data.x), 1)
    program.parameters[0][...] = draw.normal(scale=0.8, size=program.parameters[0].shape)
    for layer, rows in program.masks.items():
        kind, p, scale = program.plan.noise_kind, program.plan.drop[layer], program.plan.train_scales[layer]
        worlds = [np.random.SeedSequence(draw.integers(1 << 32)) for _ in range(rows.shape[3] if rows.ndim > 3 else 1)]
        kind.stream(worlds, rows.shape[1], rows.shape[2]).peek(rows, p, scale)
    for op in program.step(0):
        if op.stage != "update":
            op.call(*op.args)
    return program


def numeric(program: Program, config: RunConfig, data: DataSet, world: int | None = None) -> np.ndarray[Any, Any]:
    """The gradient of the summed loss by a four-point difference, one parameter at a time."""
    at = ... if world is None else (..., world)
    masks = [program.masks[k][0][at] if k in program.masks else None for k in range(program.plan.layers)]
    flat = program.parameters[0][at].copy()

    def loss() -> float:
        weights, biases = program.plan.views(flat)
        biases = [b if b.size else np.zeros(w.shape[1]) for w, b in zip(weights, biases, strict=True)]
        return loss_sum(config.loss, forward(weights, biases, data.x, config.activation, config.output, masks), data.y)

    found, h = np.empty_like(flat), 2e-4
    for i, value in enumerate(flat.copy()):
        terms = 0.0
        for shift, weight in ((-2, 1), (-1, -8), (1, 8), (2, -1)):
            flat[i] = value + shift * h
            terms += weight * loss()
        flat[i] = value
        found[i] = terms / (12 * h)
    return found


@pytest.mark.thinned(3)
@pytest.mark.parametrize("hidden", SHAPES)
@pytest.mark.parametrize(("output", "loss"), PAIRS)
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "sine"])
@pytest.mark.parametrize(("bias", "noise"), [(False, "bernoulli"), *((True, kind) for kind in NOISES)])
def test_deep_nets(hidden: tuple[int, ...], output: str, loss: str, activation: str, bias: bool, noise: str) -> None:
    """One in three of the product of what a net may be; `-m slow` has all of it."""
    config = RunConfig(
        noise=noise,
        hidden=hidden,
        activation=activation,
        output=output,
        loss=loss,
        bias=bias,
        p_input=0.2,
        p_hidden=(0.4,),
    )
    config, data, draw = problem(config, len(hidden))
    program = program_for(config, data, draw)
    expected = numeric(program, config, data)
    assert np.linalg.norm(program.gradient - expected) < 1e-7 * np.linalg.norm(expected)


@pytest.mark.parametrize("hidden", SHAPES)
def test_relu(hidden: tuple[int, ...]) -> None:
    config = RunConfig(
        hidden=hidden, activation="relu", output="softmax", loss="softmax_cross_entropy", p_hidden=(0.3,)
    )
    for seed in range(20):
        config, data, draw = problem(config, seed)
        program = program_for(config, data, draw)
        if min(abs(z).min() for z in pre_activations(program, data)) > 0.02:  # no kink within the differences
            expected = numeric(program, config, data)
            assert np.linalg.norm(program.gradient - expected) < 1e-7 * np.linalg.norm(expected)
            return
    # Every start has a unit near its kink: compare with back-propagation by hand instead of skipping the net.
    assert np.allclose(program.gradient, by_hand(program, config, data), rtol=1e-12, atol=1e-12)


def pre_activations(program: Program, data: DataSet) -> list[np.ndarray[Any, Any]]:
    weights, biases = program.plan.views(program.parameters[0])
    a, found = data.x, []
    for layer, (w, b) in enumerate(zip(weights[:-1], biases[:-1], strict=True)):
        z = a @ w + b
        found.append(z)
        mask = program.masks.get(layer + 1)
        a = np.maximum(z, 0) * (1 if mask is None else mask[0])
    return found


def by_hand(program: Program, config: RunConfig, data: DataSet) -> np.ndarray[Any, Any]:
    weights, biases = program.plan.views(program.parameters[0])
    masks = [program.masks[k][0] if k in program.masks else 1.0 for k in range(program.plan.layers)]
    zs, a_s = [], [data.x * masks[0]]
    for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
        zs.append(a_s[-1] @ w + b)
        last = layer == len(weights) - 1
        a = activate(config.output if last else config.activation, zs[-1])
        a_s.append(a if last else a * masks[layer + 1])
    delta, parts = a_s[-1] - data.y, []
    for layer in range(len(weights) - 1, -1, -1):
        parts[:0] = [(a_s[layer].T @ delta).ravel(), delta.sum(axis=0)]
        if layer:
            delta = delta @ weights[layer].T * masks[layer] * slope(config.activation, zs[layer - 1])
    return np.concatenate(parts)


def test_three_lines_exact() -> None:
    config = load_preset("three-lines-exact")
    data = DataSet(np.array([[0.0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]), np.array([[0.0], [1], [1], [0]]))
    program = program_for(config, data, np.random.default_rng(1))
    expected = numeric(program, config, data)
    assert np.linalg.norm(program.gradient - expected) < 1e-7 * np.linalg.norm(expected)


def test_the_published_rule_is_not_the_gradient() -> None:
    """The check above can fail: it does for the post's line."""
    config = load_preset("three-lines")
    data = DataSet(np.array([[0.0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]), np.array([[0.0], [1], [1], [0]]))
    program = program_for(config, data, np.random.default_rng(1))
    expected = numeric(program, config, data)
    assert np.linalg.norm(program.gradient - expected) > 0.01 * np.linalg.norm(expected)


@pytest.mark.thinned(2)
@pytest.mark.parametrize(("output", "loss"), PAIRS)
@pytest.mark.parametrize("p_input", [0.0, 0.3])
@pytest.mark.parametrize("activation", ["tanh", "sine"])
@pytest.mark.parametrize("layout", [WorldsLast(3), WorldsFirst(3)], ids=["worlds last", "worlds first"])
def test_worlds_side_by_side(layout: Layout, output: str, loss: str, p_input: float, activation: str) -> None:
    """Every other of the product; `-m slow` has all of it."""
    config = RunConfig(
        hidden=(5, 4), activation=activation, output=output, loss=loss, p_input=p_input, p_hidden=(0.4,), bias=True
    )
    config, data, draw = problem(config, 8)
    program = program_for(config, data, draw, layout)
    for world in (0, 2):
        expected = numeric(program, config, data, world)
        assert np.linalg.norm(program.gradient[:, world] - expected) < 1e-7 * np.linalg.norm(expected)


@pytest.mark.parametrize("preset", ["three-lines", "three-lines-exact"])
def test_a_dropped_unit_gets_no_gradient_from_that_example(preset: str) -> None:
    """With one example a dropped unit's incoming and outgoing weights do not move, under both rules."""
    config = load_preset(preset).changed(p_hidden=0.5)
    draw = np.random.default_rng(0)
    data = DataSet(draw.normal(size=(1, 3)), np.ones((1, 1)))
    program = program_for(config, data, draw)
    off = program.masks[1][0][0] == 0
    assert off.any() and not off.all()
    first, second = program.gradients[0]
    assert (first[:, off] == 0).all() and (second[off] == 0).all()
    assert (first[:, ~off] != 0).all() and (second[~off] != 0).all()
