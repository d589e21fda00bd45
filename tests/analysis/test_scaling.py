"""What layers pass on: the closed form against every mask, and against the trainer's own numbers."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dropout_viz.analysis.scaling import MOST, passed_on
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.scaling import KINDS

CONFIG = RunConfig(data="xor", hidden=(4,), p_hidden=(0.3,), activation="sigmoid")


@pytest.mark.parametrize("kind", KINDS)
def test_training_is_test_on_average_over_every_mask_unless_nothing_is_scaled(kind: str) -> None:
    config = CONFIG.changed(scaling=kind)
    trainer = Trainer(config)
    trainer.advance(5)
    snapshot = trainer.snapshot()
    found = passed_on(snapshot, trainer.data)[0]
    h = 1 / (1 + np.exp(-(trainer.data.x @ snapshot.weights[0] + snapshot.biases[0])))
    mean = 0.0
    for mask in itertools.product((0, 1), repeat=4):
        chance = np.prod([0.7 if on else 0.3 for on in mask])
        mean += chance * float((h * mask).mean()) * config.train_scales[1]
    assert found.test == pytest.approx(h.mean() * config.test_scales[1], rel=1e-12)
    assert found.test / mean == pytest.approx(1 / 0.7 if kind == "none" else 1, rel=1e-12)
    assert found.step == pytest.approx(snapshot.activations[1].mean())
    assert found.training == pytest.approx(mean, rel=1e-12) and found.error == 0  # all masks, in closed form
    assert found.by_scaling[kind] == pytest.approx((found.training, found.test))


@pytest.mark.parametrize("kind", KINDS)
def test_another_scaling_of_the_layer_is_its_own_first_step(kind: str) -> None:
    """The first forward pass sees the same weights and masks under every scaling: only the scale differs."""
    own, other = Trainer(CONFIG), Trainer(CONFIG.changed(scaling=kind))
    own.advance(1)
    other.advance(1)
    there = passed_on(other.snapshot(), other.data)[0]
    here = passed_on(own.snapshot(), own.data)[0]
    assert here.as_scaled(kind, CONFIG.scaling) == pytest.approx(there.step, rel=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_a_step_is_shown_as_the_settings_that_it_used_have_it(kind: str) -> None:
    """A live change of p concerns the next step: until it is done, what is shown is of the last one."""
    trainer = Trainer(CONFIG.changed(scaling=kind))
    trainer.advance(5)
    before = passed_on(trainer.snapshot(), trainer.data)
    trainer.change(p_hidden=0.8)
    assert passed_on(trainer.snapshot(), trainer.data) == before
    trainer.advance(1)
    (after,) = passed_on(trainer.snapshot(), trainer.data)
    h = 1 / (1 + np.exp(-(trainer.data.x @ trainer.snapshot().weights[0] + trainer.snapshot().biases[0])))
    assert after.p == 0.8 and after.test == pytest.approx(h.mean() * (0.2 if kind == "classical" else 1))


def test_layers_that_drop_nothing_are_left_out_and_large_steps_cut() -> None:
    config = RunConfig(data="moons", examples=400, hidden=(5, 6), p_input=0.2, p_hidden=(0.0, 0.5))
    trainer = Trainer(config)
    assert np.isnan(passed_on(trainer.snapshot(), trainer.data)[0].step)
    trainer.advance(2)
    found = passed_on(trainer.snapshot(), trainer.data)
    assert [(one.layer, one.p) for one in found] == [(0, 0.2), (2, 0.5)]
    assert found[0].test == pytest.approx(np.abs(trainer.data.x[:MOST]).mean())
    assert found[1].step == pytest.approx(np.abs(trainer.snapshot().activations[2][:MOST]).mean())
    assert found[0].training == pytest.approx(found[0].test, rel=1e-6) and found[0].error == 0
    assert 0 < found[1].error < 0.05 * found[1].training


def test_of_rare_masks_the_first_layer_s_mean_is_exact() -> None:
    """One unit that is on once in a hundred: what 400 draws an example make of it is anything from 0.9 to 1.1."""
    trainer = Trainer(RunConfig(data="xor", hidden=(1,), p_hidden=(0.99,)))
    trainer.advance(3)
    (found,) = passed_on(trainer.snapshot(), trainer.data)
    assert found.test / found.training == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize("own", KINDS)
def test_another_scaling_is_that_of_the_whole_network(own: str) -> None:
    """Every mask of both layers under every scaling, with the weights that were trained under one."""
    p, config = (0.5, 0.6), RunConfig(data="xor", hidden=(2, 2), p_hidden=(0.5, 0.6), activation="tanh", seed=3)
    trainer = Trainer(config.changed(scaling=own))
    trainer.advance(30)
    snapshot = trainer.snapshot()

    def second(scales: np.ndarray) -> float:
        h = np.tanh(trainer.data.x @ snapshot.weights[0] + snapshot.biases[0]) * scales[:2]
        return float(np.abs(np.tanh(h @ snapshot.weights[1] + snapshot.biases[1]) * scales[2:]).mean())

    for kind in KINDS:
        kept = np.repeat([1 / (1 - q) if kind == "inverted" else 1 for q in p], 2)
        test = second(np.repeat([1 - q if kind == "classical" else 1 for q in p], 2))
        training = 0.0
        for mask in itertools.product((0, 1), repeat=4):
            chance = np.prod([1 - q if on else q for on, q in zip(mask, np.repeat(p, 2), strict=True)])
            training += float(chance) * second(np.array(mask) * kept)
        first, behind = passed_on(snapshot, trainer.data)
        found = behind.by_scaling[kind]
        assert found[1] == pytest.approx(test, rel=1e-9), kind
        assert 0 < behind.errors[kind] < 0.1 * training
        assert abs(found[0] - training) < 4 * behind.errors[kind], kind
        assert (behind.as_scaled(kind, own) is None) == (kind != own) and first.as_scaled(kind, own) is not None
    assert behind.by_scaling[own] == (behind.training, behind.test)


def test_behind_the_first_layer_the_error_is_that_of_the_draws() -> None:
    """Against every mask of both layers: the error is what 400 draws an example have, and the mean is within it."""
    trainer = Trainer(
        RunConfig(data="xor", hidden=(2, 2), p_hidden=(0.5, 0.6), activation="tanh", scaling="classical", seed=3)
    )
    trainer.advance(1)
    snapshot, chances, sizes = trainer.snapshot(), [], []
    h = np.tanh(trainer.data.x @ snapshot.weights[0] + snapshot.biases[0])
    for mask in itertools.product((0, 1), repeat=4):
        chances.append(np.prod([1 - p if on else p for on, p in zip(mask, (0.5, 0.5, 0.6, 0.6), strict=True)]))
        second = np.tanh((h * mask[:2]) @ snapshot.weights[1] + snapshot.biases[1])
        sizes.append(np.abs(second * mask[2:]).mean(axis=1))
    mean = np.array(chances) @ np.array(sizes)
    variance = np.array(chances) @ (np.array(sizes) - mean) ** 2
    found = passed_on(snapshot, trainer.data)[1]
    assert found.error == pytest.approx(np.sqrt(variance.sum() / 400) / 4, rel=0.1)
    assert abs(found.training - mean.mean()) < 3 * found.error
