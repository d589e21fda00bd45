"""The shared potential against definitions written out once more, and against real training steps."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dropout_viz.analysis.questions import shared as question
from dropout_viz.analysis.shared import SharedNetwork, potential
from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.config import RunConfig, make_config
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer

Array = NDArray[Any]
HIDDEN = {
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2),
    "sine": (np.sin, np.cos),
    "relu": (lambda z: np.where(z > 0, z, 0.0), lambda z: np.where(z > 0, 1.0, 0.0)),
    "linear": (lambda z: z, np.ones_like),
}
PAIRS = [
    ("linear", "squared_error"),
    ("sigmoid", "squared_error"),
    ("tanh", "squared_error"),
    ("sigmoid", "binary_cross_entropy"),
]


def data_of(inputs: int, examples: int = 7) -> DataSet:
    random = np.random.default_rng([inputs, examples])
    return DataSet(random.normal(size=(examples, inputs)), random.integers(0, 2, (examples, 1)).astype(float))


def config_of(activation: str, output: str, loss: str, bias: bool, **more: Any) -> RunConfig:
    return make_config(
        {
            "data": "xor",
            "hidden": [4],
            "activation": activation,
            "output": output,
            "loss": loss,
            "bias": bias,
            "init": "he",
            "optimiser": "sgd",
            "learning_rate": 0.03,
            "dtype": "float64",
            **more,
        }
    )


def parameters(trainer: Trainer, world: int = 0) -> tuple[Array, Array, float]:
    """Points (units, coordinates), votes (units,) and the output's bias."""
    weights, biases = trainer.parameters()
    points = weights[0][world].T
    if biases[0].size:
        points = np.concatenate([points, biases[0][world][:, None]], axis=1)
    return points, weights[1][world][:, 0], float(biases[1][world][0]) if biases[1].size else 0.0


def network_of(trainer: Trainer) -> SharedNetwork:
    config, data = trainer.config, trainer.data
    points, votes, offset = parameters(trainer)
    x = np.concatenate([data.x, np.ones((len(data.x), 1))], axis=1) if config.bias else data.x
    return SharedNetwork(
        points,
        votes,
        offset,
        config.activation,
        config.output,
        config.loss,
        x,
        data.y[:, 0],
        data.x.shape[1],
        config.drop_probabilities,
        config.train_scales,
        config.test_scales,  # type: ignore[arg-type]
    )


def push(trainer: Trainer, pushes: Array) -> Array:
    """What a step of plain gradient descent should move the points by."""
    _, votes, _ = parameters(trainer)
    rate = trainer.config.learning_rate * (len(trainer.data.x) if trainer.config.gradient == "sum" else 1)
    return -rate * votes[:, None] * pushes


@pytest.mark.thinned(3)
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "sine", "relu"])
@pytest.mark.parametrize(("output", "loss"), PAIRS)
@pytest.mark.parametrize("inputs", [1, 2, 3])
def test_without_dropout_each_ball_moves_by_its_vote_times_the_drawn_slope(
    activation: str, output: str, loss: str, inputs: int
) -> None:
    for bias, gradient in ((False, "mean"), (True, "sum")):
        trainer = Trainer(config_of(activation, output, loss, bias, gradient=gradient), data_of(inputs))
        trainer.advance(3)  # so that biases are not 0
        before, votes, _ = parameters(trainer)
        for kind in ("mean", "all"):
            found = potential(network_of(trainer), kind)
            expected = push(trainer, found.gradient(before))
            np.testing.assert_allclose(found.pushes(before), found.gradient(before), atol=1e-14)
        rate = trainer.config.learning_rate * (len(trainer.data.x) if gradient == "sum" else 1)
        grown = -rate * found.values(before)
        trainer.advance(1)
        after, new_votes, _ = parameters(trainer)
        assert np.abs(expected).max() > 1e-6
        np.testing.assert_allclose(after - before, expected, rtol=0, atol=1e-10)
        np.testing.assert_allclose(new_votes - votes, grown, rtol=0, atol=1e-10)


def row_gradients(net: SharedNetwork, on_x: Array, on_h: Array) -> tuple[Array, Array]:
    """Per example, under one mask: delta (examples,) and dLoss/dpoints (examples, units, coordinates)."""
    phi, slope = HIDDEN[net.activation]
    x = net.x.copy()
    x[:, : net.inputs] *= on_x * net.train[0]
    z = x @ net.points.T
    gain = on_h * net.train[1]
    out = (phi(z) * gain) @ net.votes + net.offset
    value = HIDDEN[net.output][0](out)
    delta = value - net.y
    if net.loss == "squared_error":
        delta = delta * HIDDEN[net.output][1](out)
    return delta, (delta[:, None] * gain * net.votes * slope(z))[:, :, None] * x[:, None, :]


def all_masks(net: SharedNetwork) -> list[tuple[float, Array, Array]]:
    units = net.inputs + len(net.votes)
    drop = np.repeat(net.drop, [net.inputs, len(net.votes)])
    found = []
    for bits in itertools.product([0.0, 1.0], repeat=units):
        on = np.array(bits)
        found.append((float(np.where(on == 1, 1 - drop, drop).prod()), on[: net.inputs], on[net.inputs :]))
    return found


@pytest.mark.thinned(2)
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "sine", "relu"])
@pytest.mark.parametrize(("output", "loss"), PAIRS)
def test_under_dropout_the_mean_step_over_all_masks_is_the_drawn_push(activation: str, output: str, loss: str) -> None:
    for bias, scaling, p_input in ((False, "inverted", 0.0), (True, "classical", 0.0), (True, "inverted", 0.3)):
        more = {"p_hidden": [0.4], "p_input": p_input, "scaling": scaling}
        net = network_of(Trainer(config_of(activation, output, loss, bias, **more), data_of(2)))
        found = potential(net)
        mean = sum(c * row_gradients(net, x, h)[1].mean(axis=0) for c, x, h in all_masks(net))
        np.testing.assert_allclose(net.votes[:, None] * found.pushes(net.points), mean, rtol=0, atol=1e-10)
        assert found.samples is None
        # the landscape for all: a unit without a vote joins, and is on with chance q, whatever the others are
        points = np.random.default_rng(1).normal(size=(5, net.points.shape[1]))
        gain, drawn = (1 - 0.4) * net.train[1], np.zeros(5)
        for c, x, h in all_masks(net):
            thinned = net.x.copy()
            thinned[:, :2] *= x * net.train[0]
            drawn += gain * c * (HIDDEN[activation][0](points @ thinned.T) * row_gradients(net, x, h)[0]).mean(axis=1)
        np.testing.assert_allclose(found.values(points), drawn, rtol=0, atol=1e-10)


def test_the_mean_of_many_real_steps_under_dropout_agrees() -> None:
    worlds = 2000
    config = config_of("sine", "sigmoid", "squared_error", True, p_hidden=[0.5], worlds=worlds)
    trainer = Trainer(config, data_of(2))
    weights, biases = trainer.parameters()
    start = [np.broadcast_to(w[:1], w.shape) for w in weights], [np.broadcast_to(b[:1], b.shape) for b in biases]
    trainer.start_from(*start)
    before, _, _ = parameters(trainer)
    expected = push(trainer, potential(network_of(trainer)).pushes(before))
    trainer.advance(1)
    (hidden, _), (biases, _) = trainer.parameters()
    moved = np.concatenate([hidden, biases[:, None]], axis=1).swapaxes(1, 2) - before
    error = moved.std(axis=0) / np.sqrt(worlds)
    assert (abs(moved.mean(axis=0) - expected) < 5 * error).all()
    assert (abs(expected) > 5 * error).sum() > 4  # so small an error means something


class Forced:
    """A stream that gives one mask, for every row."""

    def __init__(self, on: Array) -> None:
        self.on = on

    def peek(self, out: Array, p: float, scale: float) -> None:
        out[...] = self.on * scale

    def consume(self, steps: int) -> None:
        """Nothing is used up."""


@pytest.mark.thinned(2)
@pytest.mark.parametrize("p", [0.2, 0.5])
@pytest.mark.parametrize("steps", [0, 300])
def test_under_the_published_rule_it_is_the_mean_of_the_trainers_own_steps_over_all_masks(p: float, steps: int) -> None:
    """The trainer does one step from the same weights under each of the 16 masks, all rows under the same one: a step
    is a sum over the rows, so the mean over these is the mean over all masks of all rows."""
    trainer = Trainer(load_preset("three-lines").changed(p_hidden=p))
    trainer.advance(steps)
    state = trainer.state()
    net = question.network_of(trainer.snapshot(), trainer.data)
    mean = np.zeros_like(net.points)
    for chance, _, on in all_masks(net):
        if chance:
            one = Trainer.from_state(state, trainer.data)
            one._compiled_runs[0].streams[1] = Forced(on)
            one.advance(1)
            mean += chance * (parameters(one)[0] - net.points)
    np.testing.assert_allclose(push(trainer, potential(net).pushes(net.points)), mean, rtol=0, atol=1e-12)
    exact = push(trainer, potential(replace(net, published=False)).pushes(net.points))
    assert abs(exact - mean).max() > 1e-4  # the gradient's own step is another one


@pytest.mark.parametrize("kind", ["mean", "all"])
def test_the_gradient_is_that_of_the_values(kind: Any) -> None:
    for activation in ("sigmoid", "tanh", "sine"):
        net = network_of(Trainer(config_of(activation, "sigmoid", "squared_error", True, p_hidden=[0.4]), data_of(2)))
        found, points, h = potential(net, kind), np.random.default_rng(2).normal(size=(4, 3)), 1e-5
        for axis in range(3):
            shift = h * np.eye(3)[axis]
            slope = (found.values(points + shift) - found.values(points - shift)) / (2 * h)
            np.testing.assert_allclose(found.gradient(points)[:, axis], slope, atol=1e-9)


def test_before_any_unit_votes_is_the_potential_of_a_network_without_votes() -> None:
    net = network_of(Trainer(config_of("tanh", "sigmoid", "squared_error", True, p_hidden=[0.4]), data_of(2)))
    mute = replace(net, votes=np.zeros_like(net.votes))
    points = np.random.default_rng(3).normal(size=(6, 3))
    np.testing.assert_allclose(potential(net).both(points)[1], potential(mute).values(points), atol=1e-14)


@pytest.mark.slow
def test_a_sample_of_masks_is_as_near_as_its_error_says() -> None:
    config = config_of("tanh", "sigmoid", "squared_error", True, p_hidden=[0.5], hidden=[14], init="he")
    net = network_of(Trainer(config, data_of(2)))
    assert net.droppable == 14
    drawn = potential(net, draws=400)
    points = np.random.default_rng(4).normal(size=(9, 3))
    errors = drawn.errors(points)
    assert errors is not None and (errors > 0).all()
    exact = sum(
        c * (np.tanh(points @ net.x.T) * row_gradients(net, np.ones(2), h)[0]).mean(axis=1)
        for c, _, h in all_masks(replace(net, inputs=0))
        if c
    )
    assert (abs(drawn.values(points) - exact) < 5 * errors).all()
    values, _, again = drawn.both(points)
    assert np.array_equal(values, drawn.values(points))
    assert np.array_equal(again, errors)
    # under the condition that a unit is on, the sample of masks holds only those in which it is
    assert drawn.own.shape == (14, 7) and not np.allclose(drawn.own[0], drawn.own[1])
