"""PyTorch scripts of a run give its weights: the same sums in another order, so not to the last bit."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from dropout_viz import assets
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset
from dropout_viz.errors import UserError
from dropout_viz.script.torch_code import script
from dropout_viz.script.write import export_code, library_of, recipe_of
from tests.engine.code_runs import (
    CHANGES,
    WITHOUT_MAPS,
    configs,
    environment,
    run_alone,
    run_here,
    tidy,
    weights_of,
)

pytest.importorskip("torch")
pytestmark = [pytest.mark.oracle, pytest.mark.usefixtures("one_matrix_thread")]


def close(found: dict[str, Any], run: Arms, within: float = 1e-5) -> None:
    """Compare a network's state with a run's weights."""
    matrices, biases = run.first.parameters()
    for k, (w, b) in enumerate(zip(matrices, biases, strict=True)):
        np.testing.assert_allclose(np.asarray(found[f"layers.{k}.weight"]).T, w[0], rtol=within, atol=within)
        if b.size:
            np.testing.assert_allclose(np.asarray(found[f"layers.{k}.bias"]), b[0], rtol=within, atol=within)


def test_it_runs_where_there_is_only_torch_and_numpy(tmp_path: Path) -> None:
    run, path = Arms.of(load_preset("digits")), tmp_path / "run_torch.py"
    written = export_code(run, 30, path)
    assert library_of(path) == "torch" and written[0] == path
    python = environment(tmp_path / "clean", "numpy", "torch")
    ((found, said),) = run_alone(python, {path: []})
    run.advance(30)
    close(found, run)
    loss = run.first.scores()["loss"]["train"]
    assert loss is not None
    assert float(said.split()[-1]) == pytest.approx(loss[0], rel=1e-4)


@pytest.mark.parametrize("key", WITHOUT_MAPS)
def test_a_preset_in_double_precision_to_many_digits(key: str, tmp_path: Path, small_data: Path) -> None:
    (tmp_path / "digits.csv.gz").write_bytes(assets.path("datasets", "digits.csv.gz").read_bytes())
    config = load_preset(key)
    steps = 7 if config.data == "mnist" else 200
    own = script(recipe_of(Arms.of(config), steps, source=key))
    tidy(own, tmp_path / "x.py")
    assert ("float32" in own) == (config.dtype == "float32")
    run = Arms.of(config.changed(dtype="float64"))
    text = script(recipe_of(run, steps))
    run.advance(steps)
    close(run_here(text, tmp_path, small_data)["net"].state_dict(), run, 1e-9)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(configs(), CHANGES)
def test_any_small_run_to_rounding(
    tmp_path_factory: pytest.TempPathFactory, config: RunConfig, changes: list[tuple[int, dict[str, Any]]]
) -> None:
    # Factors of thirty make a difference of rounding ten times as large with every step: a test of its own, of few.
    assume(config.noise == "bernoulli" or max(config.drop_probabilities) <= 0.9)
    folder = tmp_path_factory.getbasetemp()
    (folder / "digits.csv.gz").write_bytes(assets.path("datasets", "digits.csv.gz").read_bytes())
    run = Arms.of(config.changed(dtype="float64"))
    for step, change in changes:
        run.advance(step - run.step)
        assume(run.step == step)
        run.change(change)
    run.advance(30 - run.step)
    assume(run.step == 30 and all(np.abs(w).max() < 1e3 for w in weights_of(run).values()))
    text = ""
    with suppress(UserError):  # the longest settings of all
        text = script(recipe_of(run, 30))
    assume(text)
    close(run_here(text, folder, folder)["net"].state_dict(), run)


def test_the_wildest_noise_while_rounding_is_small(tmp_path: Path) -> None:
    (tmp_path / "digits.csv.gz").write_bytes(assets.path("datasets", "digits.csv.gz").read_bytes())
    config = load_preset("digits").changed(noise="gaussian", hidden=(2,), p_hidden=(0.999,), dtype="float64")
    run = Arms.of(config)
    text = script(recipe_of(run, 5))
    run.advance(5)
    close(run_here(text, tmp_path, tmp_path)["net"].state_dict(), run, 1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("key", ["three-lines", "three-lines-exact", "xor", "five-valleys", "twins", "moons"])
def test_a_whole_preset(key: str, tmp_path: Path) -> None:
    run = Arms.of(load_preset(key))
    steps = min(run.config.steps, 6000) if key == "moons" else run.config.steps  # rounding grows there
    text = script(recipe_of(run, steps))
    run.advance(steps)
    close(run_here(text, tmp_path, tmp_path)["net"].state_dict(), run)
