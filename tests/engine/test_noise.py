"""The kind of noise as a setting: what goes with what, the names of older versions, and what snapshots tell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig, make_config
from dropout_viz.engine.settings import config_of, load_preset, parse_words, to_toml
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import UserError
from dropout_viz.script import torch_code as code_torch
from dropout_viz.script.numpy_code import script
from dropout_viz.script.write import recipe_of
from tests.engine.code_runs import run_here, tidy, weights_of
from tests.engine.test_arms import assert_is_alone

XOR = load_preset("xor").changed(noise="gaussian", p_hidden=0.3, seed=3)


@pytest.mark.parametrize(
    ("key", "settings", "said"),
    [
        ("xor", {"noise": "banana"}, 'noise = "banana": must be bernoulli or gaussian'),
        ("xor", {"noise": True}, "noise = true: must be bernoulli or gaussian"),
        ("three-lines", {"noise": "gaussian"}, "noise: must be bernoulli when rule is as-published"),
        ("xor", {"noise": "gaussian", "scaling": "classical"}, "scaling: must be inverted when noise is gaussian: "),
        ("xor", {"noise": "gaussian", "scaling": "none"}, "scaling: must be inverted when noise is gaussian: "),
    ],
)
def test_what_does_not_go_together_is_refused_in_a_line(key: str, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError) as error:
        load_preset(key).changed(**settings)
    assert str(error.value).startswith(said) and "\n" not in str(error.value)


def test_settings_of_older_versions_mean_what_they_meant() -> None:
    """``noise`` was the spread of the points."""
    old = config_of('data = "moons"\nnoise = 0.25\n', "old.toml")
    assert (old.data_noise, old.noise) == (0.25, "bernoulli")
    assert RunConfig(data="moons").noise == "bernoulli"
    assert make_config({"noise": None}).data_noise is None
    assert parse_words(["noise=0.1", "noise=gaussian"]) == {"data_noise": 0.1, "noise": "gaussian"}
    assert parse_words(["noise="]) == {"data_noise": None}
    both = old.changed(noise="gaussian").changed(noise=0.5)
    assert (both.data_noise, both.noise) == (0.5, "gaussian")
    assert config_of(to_toml(both), "new.toml") == both
    with pytest.raises(UserError, match="data_noise: all arms share it"):
        old.changed(arms=({"noise": 0.1},))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_its_script_is_tidy_and_repeats_the_run_bit_for_bit(dtype: str, tmp_path: Path) -> None:
    run = Arms.of(XOR.changed(dtype=dtype, p_input=0.2, activation="relu"))
    text = script(recipe_of(run, 70))
    tidy(text, tmp_path / "run.py")
    tidy(code_torch.script(recipe_of(run, 70)), tmp_path / "run_torch.py")
    run.advance(70)
    found = run_here(text, tmp_path, tmp_path)
    for name, wanted in weights_of(run).items():
        assert found[name].tobytes() == wanted.tobytes(), name


def test_a_snapshot_tells_factors_and_no_mask() -> None:
    trainer = Trainer(XOR)
    assert [f.shape for f in trainer.snapshot().factors] == [(4, 2), (4, 4)]
    trainer.advance(20)
    found = trainer.snapshot()
    assert all(mask.all() for mask in found.masks)
    assert (found.can_drop, found.presence, found.visited) == (0, None, None)
    assert (found.factors[0] == 1).all() and len(set(found.factors[1].ravel())) == 16
    bernoulli = Trainer(XOR.changed(noise="bernoulli"))
    bernoulli.advance(20)
    assert bernoulli.snapshot().factors == ()


def test_arms_may_have_noise_of_their_own_and_are_the_runs_alone() -> None:
    moons = load_preset("moons").changed(examples=60, seed=3)
    together = Trainer(moons.changed(worlds=2, arms=({"noise": "bernoulli"}, {"noise": "gaussian"})))
    together.advance(60)
    for world in range(4):
        alone = Trainer(moons.changed(noise=("bernoulli", "gaussian")[world // 2], seed=3 + world % 2))
        alone.advance(60)
        assert_is_alone(together, world, alone)
        for a, b in zip(together.snapshot(world).factors, alone.snapshot().factors, strict=True):
            assert a.tobytes() == b.tobytes()


def test_a_layer_that_begins_late_has_the_draws_of_its_steps() -> None:
    """Draws belong to a step, whether or not they were used before it."""
    late, always = (Arms.of(XOR.changed(p_hidden=p, learning_rate=1e-9)) for p in (0.0, 0.3))
    for run in (late, always):
        run.advance(71)
        run.change({"p_hidden": (0.4,)})
        run.advance(1)
    one, other = (run.first.snapshot().factors[1] for run in (late, always))
    assert np.array_equal(one, other) and np.ptp(one) > 0.1
