"""Arms: the same worlds under other settings, trained as one batch, are the runs alone with those settings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dropout_viz.engine.arrange import compiled_runs
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer, load_data
from dropout_viz.errors import UserError
from tests.engine.test_trainer import MOONS

pytestmark = pytest.mark.usefixtures("short_blocks", "little_measuring")

NUMBERS: dict[str, tuple[dict[str, Any], ...]] = {
    "p_hidden": ({}, {"p_hidden": 0.0}, {"p_hidden": (0.999995, 0.1)}),
    "p_input": ({"p_input": 0.0}, {"p_input": 0.5, "p_hidden": 0.0}),
    "learning_rate": ({}, {"learning_rate": 0.003}),
    "learning_rate_decay": ({}, {"learning_rate_decay": 0.9}),
    "l2": ({}, {"l2": 0.01}),
    "max_norm": ({}, {"max_norm": 0.7}, {"max_norm": 0.9, "p_hidden": 0.0}),
    "momentum": ({}, {"momentum": 0.2}, {"momentum_start": 0.1, "momentum_ramp": 40}, {"momentum_ramp": 9}),
    "adam": ({}, {"beta1": 0.5}, {"beta2": 0.9}, {"epsilon": 1e-4}),
}
RULES = {
    "p_hidden": ("sgd", "nesterov", "adam"),
    "p_input": ("sgd", "adam"),
    "learning_rate": ("sgd", "nesterov", "adam"),
    "learning_rate_decay": ("nesterov", "adam"),
    "l2": ("nesterov", "adam"),
    "max_norm": ("sgd", "adam"),
    "momentum": ("nesterov",),
    "adam": ("adam",),
}
"""Of the rules that read a number, those that read it each in a way of its own; under ``sgd`` scaling is classical."""


def assert_is_alone(trainer: Trainer, world: int, alone: Trainer, tolerance: float = 1e-9) -> None:
    """One world of a batch against the run alone, which is at the same step."""
    one, other = trainer.snapshot(world), alone.snapshot()
    assert one.config == other.config.changed(worlds=trainer.config.worlds, seed=trainer.config.seed)
    assert (one.step, one.can_drop) == (other.step, other.can_drop)
    assert np.array_equal(one.examples, other.examples)
    assert all(np.array_equal(a, b) for a, b in zip(one.masks, other.masks, strict=True))
    for a, b in zip((*one.weights, *one.biases), (*other.weights, *other.biases), strict=True):
        assert np.abs(a - b).max(initial=0) < tolerance
    for kind in ("loss", "accuracy"):
        for part in ("train", "test"):
            assert trainer.scores()[kind][part][world] == pytest.approx(alone.scores()[kind][part][0], abs=1e-8)
    steps, losses = trainer.histories[world].loss_under_mask.pair()
    assert np.array_equal(steps, np.arange(1, trainer.step + 1))
    assert np.allclose(losses, alone.history.loss_under_mask.values, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "optimiser"),
    [
        pytest.param(name, rule, marks=() if rule == rules[at % len(rules)] else pytest.mark.slow)
        for at, (name, rules) in enumerate(RULES.items())
        for rule in rules
    ],
)
def test_numbers_differ_along_the_world_axis(name: str, optimiser: str) -> None:
    base = MOONS.changed(optimiser=optimiser, seed=5, scaling="classical" if optimiser == "sgd" else "inverted")
    config = base.changed(arms=NUMBERS[name], worlds=3 if optimiser == "adam" else 4)
    trainer = Trainer(config)
    assert len(compiled_runs(config, trainer.data)) == 1
    assert trainer.worlds == config.worlds * len(config.arms)
    start = trainer.parameters()
    trainer.advance(48)
    for world in (0, trainer.worlds // 2 - 1, trainer.worlds - 1):
        arm, seed = divmod(world, config.worlds)
        alone = Trainer(base.changed(**config.arms[arm], seed=5 + seed))
        assert all(np.array_equal(a[0], b[world]) for a, b in zip(alone.parameters()[0], start[0], strict=True))
        alone.advance(48)
        assert_is_alone(trainer, world, alone)


def test_other_programs_run_beside_one_another() -> None:
    """Sizes, activations, optimisers, initial weights: several in one trainer, in the arms' own order all the same."""
    arms = (
        {"name": "a"},
        {"hidden": 3, "p_hidden": 0.2},
        {"name": "c", "p_hidden": 0.0},
        {"optimiser": "sgd"},
        {"activation": "relu"},
        {"init": "he"},
    )
    trainer = Trainer(MOONS.changed(arms=arms, worlds=2))
    assert [len(group) for group in compiled_runs(trainer.config, trainer.data)] == [4, 2, 2, 2, 2]
    trainer.advance(40)
    assert [trainer.arm_of(w) for w in (0, 1, 4, 5)] == ["a", "a", "c", "c"]
    assert list(trainer.worlds_of("c")) == [4, 5]
    for arm, table in enumerate(arms):
        for seed in range(2):
            alone = Trainer(MOONS.changed(**{k: v for k, v in table.items() if k != "name"}, seed=seed))
            alone.advance(40)
            assert_is_alone(trainer, 2 * arm + seed, alone)
    with pytest.raises(UserError, match="arms of several sizes: must be one of a, hidden = 3"):
        trainer.parameters()
    assert trainer.parameters("hidden = 3, p_hidden = 0.2")[0][0].shape == (2, 2, 3)
    assert np.array_equal(trainer.parameters("c")[0][1][1], trainer.snapshot(5).weights[1])
    with pytest.raises(UserError, match="arm 'd': unknown, must be one of a, "):
        trainer.parameters("d")


def test_parameters_come_and_go_in_the_arms_order() -> None:
    """Where arms that share a program are not neighbours."""
    config = MOONS.changed(arms=({}, {"optimiser": "sgd"}, {"p_hidden": 0.0}), worlds=2)
    one, other = Trainer(config), Trainer(config.changed(seed=40))
    other.start_from(*one.parameters())
    for world in range(6):
        for a, b in zip(one.snapshot(world).weights, other.snapshot(world).weights, strict=True):
            assert np.array_equal(a, b)
            assert np.array_equal(a, Trainer(MOONS.changed(seed=world % 2)).snapshot().weights[0]) or a.shape != (2, 6)


def test_arms_of_the_published_rule_are_the_post_bit_for_bit() -> None:
    config = load_preset("three-lines")
    trainer = Trainer(config.changed(arms=({}, {"p_hidden": 0.5}), worlds=2))
    trainer.advance(300)
    for arm, p in enumerate((0.2, 0.5)):
        for seed in range(2):
            alone = Trainer(config.changed(p_hidden=p, seed=seed))
            alone.advance(300)
            for a, b in zip(alone.snapshot().weights, trainer.snapshot(2 * arm + seed).weights, strict=True):
                assert np.array_equal(a, b)


def test_a_hundred_worlds_of_the_post_s_task_are_one_batch() -> None:
    config = load_preset("three-lines-exact").changed(worlds=50, arms=({"name": "with"}, {"p_hidden": 0.0}))
    assert [len(group) for group in compiled_runs(config, load_data(config))] == [100]


def test_a_change_passes_over_arms_that_have_their_own() -> None:
    config = MOONS.changed(arms=({}, {"p_hidden": 0.0}, {"learning_rate": 0.001}), worlds=2)
    trainer = Trainer(config)
    alone = [Trainer(arm.changed(worlds=1)) for arm in config.arm_configs]
    for run in (trainer, *alone):
        run.advance(30)
    trainer.change(p_hidden=(0.6, 0.2), learning_rate=0.04)
    alone[0].change(p_hidden=(0.6, 0.2), learning_rate=0.04)
    alone[1].change(learning_rate=0.04)
    alone[2].change(p_hidden=(0.6, 0.2))
    for run in (trainer, *alone):
        run.advance(30)
    for arm in range(3):
        assert_is_alone(trainer, 2 * arm, alone[arm])
    assert [m.step for m in trainer.histories[4].marks] == [30]
    with pytest.raises(UserError, match="p_hidden: every arm has its own"):
        Trainer(MOONS.changed(arms=({"p_hidden": 0.1}, {"p_hidden": 0.2}))).change(p_hidden=0.3)
    with pytest.raises(UserError, match="arms: cannot change during a run"):
        trainer.change(arms=())


@pytest.mark.parametrize("p", [(0.0, 0.3), (0.3, 0.4)])
def test_a_change_under_classical_scaling_may_part_arms(p: tuple[float, float]) -> None:
    config = MOONS.changed(scaling="classical", p_input=p[0], arms=({}, {"p_input": p[1]}), worlds=2)
    trainer, alone = Trainer(config), Trainer(config.arm_configs[0].changed(worlds=1))
    for run in (trainer, alone):
        run.advance(20)
        run.change(p_input=0.7)
        run.advance(20)
    assert_is_alone(trainer, 0, alone)


def test_a_run_too_large_counts_its_arms() -> None:
    large = RunConfig(data="moons", hidden=(4096, 4096), batch_size=10)
    Trainer(large.changed(hidden=8, arms=({}, {"l2": 0.1})))
    arms = tuple({"l2": i / 10} for i in range(64))
    with pytest.raises(UserError, match="GiB"):
        Trainer(large.changed(arms=arms))


def test_every_arm_must_fit_the_data() -> None:
    with pytest.raises(UserError, match="loss = softmax_cross_entropy"):
        Trainer(MOONS.changed(arms=({}, {"loss": "softmax_cross_entropy", "output": "softmax"})))
