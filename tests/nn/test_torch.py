"""PyTorch as an oracle: the same weights, masks and batches give the same forward pass, gradients and updates."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.layouts import OneWorld
from dropout_viz.nn.program import Program

Array = np.ndarray[Any, Any]
CLOSE = 1e-10
PAIRS = [
    ("sigmoid", "squared_error"),
    ("tanh", "squared_error"),
    ("linear", "squared_error"),
    ("sigmoid", "binary_cross_entropy"),
    ("softmax", "softmax_cross_entropy"),
]
pytestmark = pytest.mark.oracle
ACTIVATIONS = ("sigmoid", "tanh", "relu", "sine")


@pytest.fixture(scope="module")
def torch() -> Iterator[Any]:
    """PyTorch on one thread; what it warns about on import is not ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = pytest.importorskip("torch")
    threads = module.get_num_threads()
    module.set_num_threads(1)
    yield module
    module.set_num_threads(threads)


def data_for(config: RunConfig, features: int = 5, examples: int = 24) -> DataSet:
    draw = np.random.default_rng(len(config.hidden))
    return DataSet(draw.normal(size=(examples, features)), np.eye(3)[draw.integers(0, 3, examples)])


class Reference:
    """A network of PyTorch's own parts."""

    def __init__(self, torch: Any, config: RunConfig, weights: list[Array], biases: list[Array]) -> None:
        self.torch, self.config = torch, config
        self.weights = [torch.tensor(w.copy(), requires_grad=True) for w in weights]
        self.biases = [torch.tensor(b.copy(), requires_grad=True) for b in biases if b.size]
        groups = [
            {"params": self.weights, "weight_decay": config.l2},
            {"params": self.biases, "weight_decay": 0.0},
        ]
        groups = [g for g in groups if g["params"]]
        if config.optimiser == "adam":
            betas = (config.beta1, config.beta2)
            self.optimiser = torch.optim.Adam(groups, lr=config.learning_rate, betas=betas, eps=config.epsilon)
        elif config.optimiser == "sgd":
            self.optimiser = torch.optim.SGD(groups, lr=config.learning_rate)
        else:
            nesterov = config.optimiser == "nesterov"
            self.optimiser = torch.optim.SGD(
                groups, lr=config.learning_rate, momentum=config.momentum, nesterov=nesterov
            )

    def forward(self, x: Array, masks: list[Array]) -> tuple[list[Any], Any]:
        """Activations after the scaled masks, from the input to the output, and the output's pre-activation."""
        torch, config = self.torch, self.config
        functions = {
            "sigmoid": torch.sigmoid,
            "tanh": torch.tanh,
            "relu": torch.relu,
            "sine": torch.sin,
            "linear": lambda z: z,
            "softmax": lambda z: torch.softmax(z, 1),
        }
        passed = [torch.tensor(x) * torch.tensor(masks[0])]
        for layer, w in enumerate(self.weights):
            z = passed[-1] @ w
            z = z + self.biases[layer] if self.biases else z
            if layer == len(self.weights) - 1:
                return [*passed, functions[config.output](z)], z
            passed.append(functions[config.activation](z) * torch.tensor(masks[layer + 1]))
        raise AssertionError

    def loss(self, output: Any, z: Any, y: Array) -> Any:
        """The loss of the batch: mean or sum over the examples, as the config says."""
        f, target = self.torch.nn.functional, self.torch.tensor(y)
        if self.config.loss == "squared_error":
            terms = 0.5 * f.mse_loss(output, target, reduction="none").sum(1)
        elif self.config.loss == "binary_cross_entropy":
            terms = f.binary_cross_entropy_with_logits(z, target, reduction="none").sum(1)
        else:
            terms = f.cross_entropy(z, target, reduction="none")
        return terms.mean() if self.config.gradient == "mean" else terms.sum()

    def step(self, number: int, x: Array, y: Array, masks: list[Array], per_epoch: int) -> tuple[list[Array], float]:
        """Do one update; return the activations and the mean loss."""
        c = self.config
        for group in self.optimiser.param_groups:
            group["lr"] = c.learning_rate * c.learning_rate_decay ** (number // per_epoch)
            if c.optimiser in ("momentum", "nesterov") and c.momentum_start is not None:
                share = min(1.0, number / max(1, c.momentum_ramp))
                group["momentum"] = c.momentum_start + (c.momentum - c.momentum_start) * share
        passed, z = self.forward(x, masks)
        loss = self.loss(passed[-1], z, y)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        if c.max_norm is not None:
            with self.torch.no_grad():
                for w in self.weights[:-1]:
                    w *= (c.max_norm / w.norm(dim=0)).clamp(max=1)
        return [a.detach().numpy() for a in passed], loss.item() / (1 if c.gradient == "mean" else len(x))


def scaled(config: RunConfig, masks: tuple[Array, ...]) -> list[Array]:
    return [m * s for m, s in zip(masks, config.train_scales, strict=True)]


def compare(torch: Any, config: RunConfig, data: DataSet, steps: int, world: int = 0) -> Reference:
    """Train both, and compare all that they compute at every step."""
    trainer = Trainer(config, data)
    before = trainer.snapshot(world)
    reference = Reference(torch, config, list(before.weights), list(before.biases))
    for number in range(steps):
        trainer.advance(1)
        ours: Snapshot = trainer.snapshot(world)
        x, y = data.x[ours.examples], data.y[ours.examples]
        passed, loss = reference.step(number, x, y, scaled(config, ours.masks), trainer.steps_per_epoch)
        for theirs, own in zip(passed, ours.activations, strict=True):
            assert np.abs(theirs - own).max() < CLOSE
        assert abs(loss - ours.loss_under_mask) < CLOSE
        parameters = [*reference.weights, *reference.biases]
        for tensor, own in zip(parameters, (*ours.weights, *(b for b in ours.biases if b.size)), strict=True):
            assert np.abs(tensor.detach().numpy() - own).max() < CLOSE
    assert max(np.abs(a - b).max() for a, b in zip(before.weights, ours.weights, strict=True)) > 1e-3
    return reference


BASE = RunConfig(hidden=(6, 5), p_input=0.2, p_hidden=(0.4,), batch_size=8, learning_rate=0.1)


@pytest.mark.parametrize(("output", "loss"), PAIRS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("hidden", [(4,), (6, 5, 4)])
def test_every_gradient(torch: Any, output: str, loss: str, activation: str, hidden: tuple[int, ...]) -> None:
    for bias, scaling in ((True, "inverted"), (False, "classical")):
        config = BASE.changed(
            hidden=hidden, output=output, loss=loss, activation=activation, scaling=scaling, bias=bias, batch_size=None
        )
        data, draw = data_for(config), np.random.default_rng(1)
        program = Program(make_plan(config, data), OneWorld(), data.x, data.y, len(data.x), 1)
        program.parameters[0][...] = draw.normal(scale=0.7, size=program.parameters[0].shape)
        weights, biases = program.plan.views(program.parameters[0])
        for layer, rows in program.masks.items():
            rows[...] = (draw.random(rows.shape) >= 0.4) * config.train_scales[layer]
        for op in program.step(0):
            if op.stage != "update":
                op.call(*op.args)
        reference = Reference(torch, config.changed(gradient="sum"), weights, biases)
        passed, z = reference.forward(data.x, [program.masks[layer][0] for layer in range(len(weights))])
        reference.loss(passed[-1], z, data.y).backward()
        for tensors, ours in zip((reference.weights, reference.biases), program.gradients, strict=True):
            for tensor, own in zip(tensors, ours, strict=False):
                assert np.abs(tensor.grad.numpy() - own).max() < CLOSE


@pytest.mark.parametrize(("output", "loss"), PAIRS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_fifty_steps_of_every_activation_and_loss(torch: Any, output: str, loss: str, activation: str) -> None:
    config = BASE.changed(output=output, loss=loss, activation=activation)
    compare(torch, config, data_for(config), 50)


@pytest.mark.parametrize("hidden", [(5,), (6, 5), (6, 5, 4)])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("scaling", ["inverted", "classical"])
def test_fifty_steps_of_every_depth(torch: Any, hidden: tuple[int, ...], bias: bool, scaling: str) -> None:
    config = BASE.changed(hidden=hidden, bias=bias, scaling=scaling, activation="tanh")
    compare(torch, config, data_for(config), 50)


@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "nesterov", "adam"])
@pytest.mark.parametrize("gradient", ["mean", "sum"])
def test_fifty_steps_of_every_optimiser(torch: Any, optimiser: str, gradient: str) -> None:
    """With all that joins in: L2, max-norm, a rate that decays, a momentum that rises."""
    config = BASE.changed(
        optimiser=optimiser,
        gradient=gradient,
        learning_rate=0.02,
        activation="tanh",
        l2=0.01,
        max_norm=0.9,
        learning_rate_decay=0.95,
        momentum_start=0.5,
        momentum_ramp=20,
    )
    compare(torch, config, data_for(config), 50)


@pytest.mark.parametrize("optimiser", ["momentum", "adam"])
def test_steps_of_a_large_net_in_halves(torch: Any, optimiser: str) -> None:
    config = BASE.changed(
        hidden=(200, 180),
        batch_size=90,
        optimiser=optimiser,
        learning_rate=0.01,
        activation="relu",
        output="softmax",
        loss="softmax_cross_entropy",
        max_norm=1.0,
    )
    data = data_for(config, features=60, examples=200)
    assert Trainer(config, data)._compiled_runs[0].program.split
    compare(torch, config, data, 10)


def test_a_world_among_others(torch: Any) -> None:
    config = BASE.changed(worlds=3, optimiser="adam", learning_rate=0.01, activation="sine")
    compare(torch, config, data_for(config), 50, world=2)
