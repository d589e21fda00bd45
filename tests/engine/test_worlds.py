"""Worlds side by side in one batch of arrays, or one after the other: both are the runs alone."""

from __future__ import annotations

import numpy as np
import pytest

from dropout_viz.engine import arrange
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from tests.engine.test_arms import assert_is_alone

pytestmark = pytest.mark.usefixtures("short_blocks", "little_measuring")

DIGITS = load_preset("digits").changed(hidden=(48, 24), p_input=0.2, p_hidden=0.5, examples=300, dtype="float64")
SPIRAL = load_preset("spiral").changed(hidden=(12, 8), p_hidden=(0.2, 0.5), batch_size=20, dtype="float64")


@pytest.mark.thinned(2)
@pytest.mark.parametrize("many", [True, False], ids=["side by side", "one after the other"])
@pytest.mark.parametrize("config", [DIGITS, SPIRAL], ids=["digits", "spiral"])
def test_either_way_worlds_are_the_runs_alone(config: RunConfig, many: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrange, "TINY", 10**9 if many else 0)
    monkeypatch.setattr(arrange, "_SMALL", 0)
    config = config.changed(worlds=3, seed=20, max_norm=2.0, optimiser="momentum", learning_rate=0.05)
    trainer = Trainer(config)
    assert len(arrange.compiled_runs(config, trainer.data)) == (1 if many else 3)
    trainer.advance(30)
    for world in range(3):
        alone = Trainer(config.changed(worlds=1, seed=20 + world))
        alone.advance(30)
        assert_is_alone(trainer, world, alone)
        if not many:
            for a, b in zip(trainer.snapshot(world).weights, alone.snapshot().weights, strict=True):
                assert np.array_equal(a, b)


def test_which_way_is_chosen() -> None:
    """Small nets side by side, middling ones where there are some worlds, large ones one after the other."""

    def groups(preset: str, worlds: int, **settings: object) -> int:
        config = load_preset(preset).changed(worlds=worlds, **settings)
        return len(arrange.compiled_runs(config, Trainer(config.changed(worlds=1)).data))

    assert [groups("three-lines-exact", n) for n in (2, 64)] == [1, 1]
    assert [groups("moons", n) for n in (2, 32)] == [2, 1]
    assert [groups("digits", n) for n in (2, 9, 40)] == [2, 1, 3]  # as many together as the cache holds
    assert groups("digits", 9, hidden=(512,)) == 9
    assert groups("three-lines", 5) == 5  # bit for bit the post's


@pytest.mark.parametrize("many", [True, False], ids=["side by side", "one after the other"])
def test_a_world_that_diverges_leaves_the_others_alone(many: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrange, "TINY", 10**9 if many else 0)
    monkeypatch.setattr(arrange, "_SMALL", 0)
    base = SPIRAL.changed(activation="relu", loss="squared_error", output="linear", optimiser="sgd", p_hidden=0.2)
    config = base.changed(worlds=2, arms=({"learning_rate": 0.01}, {"learning_rate": 1e6}, {"learning_rate": 0.02}))
    trainer = Trainer(config)
    trainer.advance(120)
    assert (trainer.step, trainer.stopped) == (120, "")
    assert trainer.diverged_worlds == [2, 3]
    bad = [h.loss_under_mask.values for h in trainer.histories[2:4]]
    first = [int(np.flatnonzero(~np.isfinite(values))[0]) + 1 for values in bad]
    assert trainer.diverged_at == min(first)
    for world, seed in ((2, 0), (3, 1)):
        alone = Trainer(base.changed(learning_rate=1e6, seed=seed))
        alone.advance(120)
        assert alone.step == alone.diverged_at == first[world - 2]
    for world, rate, seed in ((0, 0.01, 0), (1, 0.01, 1), (4, 0.02, 0), (5, 0.02, 1)):
        alone = Trainer(base.changed(learning_rate=rate, seed=seed))
        alone.advance(120)
        assert_is_alone(trainer, world, alone)
