"""Scripts of a run repeat its weights: bit for bit in NumPy, in an environment that has nothing else."""

from __future__ import annotations

import itertools
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from dropout_viz import assets
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer, load_data
from dropout_viz.errors import UserError
from dropout_viz.nn.noise import NOISES
from dropout_viz.nn.optimisers import OPTIMISERS
from dropout_viz.script.numpy_code import script
from dropout_viz.script.recipe import LONGEST, WIDEST, Recipe
from dropout_viz.script.write import LIBRARIES, export_code, recipe_of
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

pytestmark = pytest.mark.usefixtures("one_matrix_thread", "short_blocks")


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment(tmp_path_factory.mktemp("clean"), "numpy")


def same(found: dict[str, Any], run: Arms, arm: int = 0) -> None:
    for name, wanted in weights_of(run, arm).items():
        assert found[name].dtype == wanted.dtype
        assert found[name].tobytes() == np.ascontiguousarray(wanted).tobytes(), name


# --- the presets -----------------------------------------------------------------------------------------------------


def test_every_preset_is_repeated_bit_for_bit_where_there_is_only_numpy(
    python: Path, tmp_path: Path, small_data: Path
) -> None:
    runs, scripts = {}, {}
    for key in WITHOUT_MAPS:
        runs[key] = Arms.of(load_preset(key))
        mnist = runs[key].config.data == "mnist"
        steps, path = 4 if mnist else 70, tmp_path / key / "run.py"
        path.parent.mkdir()
        export_code(runs[key], steps, path, key)
        tidy(path.read_text(encoding="utf-8"), path)
        scripts[path] = [str(small_data)] * mnist
        runs[key].advance(steps)
        line = path.read_text(encoding="utf-8").splitlines()[0]
        assert f"{key}): seed {runs[key].config.seed}, {steps} steps" in line
    done = run_alone(python, scripts)
    for (key, run), (found, said) in zip(runs.items(), done, strict=True):
        same(found, run)
        loss = run.first.scores()["loss"]["train"]
        assert loss is not None
        assert float(said.split()[-1]) == pytest.approx(loss[0], rel=1e-4), key


@pytest.mark.parametrize(
    ("key", "more"),
    [
        ("moons", {"optimiser": "sgd", "learning_rate": 3000.0}),
        ("moons", {"optimiser": "sgd", "learning_rate": 300.0, "dtype": "float32"}),
        ("digits", {"learning_rate": 20.0}),
    ],
)
def test_a_script_prints_the_loss_of_a_network_that_is_sure_and_wrong(
    key: str, more: dict[str, Any], tmp_path: Path, small_data: Path
) -> None:
    (tmp_path / "digits.csv.gz").write_bytes(assets.path("datasets", "digits.csv.gz").read_bytes())
    run = Arms.of(load_preset(key).changed(p_hidden=0.0, **more))
    run.advance(12)
    text = script(recipe_of(run, 12)).replace("print(", "told(")
    said: list[str] = []
    run_here(f"told = said.append\n{text}", tmp_path, small_data, said=said)
    wanted = run.first.scores()["loss"]["train"]
    assert wanted is not None and wanted[0] > 30  # several times what a rounded output gives
    assert float(said[-1].split()[-1]) == pytest.approx(wanted[0], rel=2e-5)


def test_a_script_divides_by_no_norm_that_is_zero(tmp_path: Path, small_data: Path) -> None:
    run = Arms.of(load_preset("xor").changed(init="zeros", max_norm=0.7))
    text = script(recipe_of(run, 20)).replace("import numpy as np", 'import numpy as np\nnp.seterr(all="raise")', 1)
    run.advance(20)
    with np.errstate(under="ignore"):
        same(run_here(text, tmp_path, small_data), run)


@pytest.mark.parametrize("steps", [2000, pytest.param(60_000, marks=pytest.mark.slow)])
def test_the_post_is_written_as_it_was(steps: int, tmp_path: Path) -> None:
    run = Arms.of(load_preset("three-lines"))
    text = script(recipe_of(run, steps))
    for line in (
        "layer_1 = 1 / (1 + np.exp(-(np.dot(X, synapse_0))))",
        "layer_2_delta = (layer_2 - y) * (layer_2 * (1 - layer_2))",
        "synapse_1 -= alpha * layer_1.T.dot(layer_2_delta)",
    ):
        assert f"    {line}\n" in text
    run.advance(steps)
    same(run_here(text, tmp_path, tmp_path), run)


# --- a spread of settings --------------------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(configs(), CHANGES)
def test_any_small_run_is_repeated_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory, config: RunConfig, changes: list[tuple[int, dict[str, Any]]]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "digits.csv.gz").write_bytes(assets.path("datasets", "digits.csv.gz").read_bytes())
    run = Arms.of(config)
    for step, change in changes:
        run.advance(step - run.step)
        assume(run.step == step)  # it did not diverge
        run.change(change)
    run.advance(30 - run.step)
    assume(run.step == 30)
    text = ""
    with suppress(UserError):  # the longest settings of all
        text = script(recipe_of(run, 30))
    assume(text)
    assert len(text.splitlines()) <= LONGEST and max(map(len, text.splitlines())) <= WIDEST
    same(run_here(text, folder, folder), run)


@pytest.mark.parametrize("key", WITHOUT_MAPS)
def test_live_changes_are_made_at_their_steps(key: str, tmp_path: Path, small_data: Path) -> None:
    (tmp_path / "digits.csv.gz").write_bytes(assets.path("datasets", "digits.csv.gz").read_bytes())
    config = load_preset(key)
    if config.data == "mnist":
        config = config.changed(hidden=[n // 8 for n in config.hidden])
    run = Arms.of(config)
    changes = [{"learning_rate": 0.02}, {"p_hidden": (0.35,)}, {"p_hidden": (0.0,)}, {"p_hidden": (0.5,)}]
    for change in changes:
        run.advance(3)
        run.change(change)
    run.advance(3)
    text = script(recipe_of(run, 15))
    tidy(text, tmp_path / "x.py")
    assert "0.35" in text
    same(run_here(text, tmp_path, small_data), run)
    first = script(recipe_of(run, 3))  # what came after is another matter
    assert "0.35" not in first and first == script(recipe_of(Arms.of(config), 3))


def test_a_dragged_slider_is_a_table(tmp_path: Path) -> None:
    run = Arms.of(load_preset("moons"))
    for k in range(40):
        run.advance(2)
        run.change({"p_hidden": (round(0.21 + k / 100, 2),)})
    run.advance(2)
    text = script(recipe_of(run, run.step))
    tidy(text, tmp_path / "x.py")
    same(run_here(text, tmp_path, tmp_path), run)


@pytest.mark.parametrize("together", [False, True])
def test_an_arm_is_repeated_with_what_was_changed_in_it(together: bool, tmp_path: Path) -> None:
    config = load_preset("xor").changed(arms=({"name": "a", "p_hidden": (0.4,)}, {"name": "b"}))
    run = Arms([Trainer(config)]) if together else Arms.of(config)
    run.advance(4)
    run.change({"learning_rate": 0.1, **({} if together else {"p_hidden": (0.3,)})})
    run.advance(4)
    if not together:
        run.change_arm(1, {"learning_rate": 0.7})
    run.advance(4)
    for arm in (0, 1):
        text = script(recipe_of(run, 12, arm=arm))
        assert f"the arm '{'ab'[arm]}'" in text
        found = run_here(text, tmp_path, tmp_path)
        if together:  # worlds side by side agree with one alone to rounding
            assert "Bit for bit that run's" not in text
            for name, wanted in weights_of(run, arm).items():
                np.testing.assert_allclose(found[name], wanted, rtol=1e-12)
        else:
            same(found, run, arm)


def test_of_many_worlds_it_is_the_first_and_says_so(tmp_path: Path) -> None:
    run = Arms([Trainer(load_preset("three-lines").changed(worlds=3))])
    run.advance(20)
    text = script(recipe_of(run, 20))
    assert "# This is world 1 of 3, trained alone." in text
    assert "# Bit for bit that run's synapse_0" in text
    same(run_here(text, tmp_path, tmp_path), run)


def test_of_worlds_side_by_side_it_promises_no_more_than_rounding(tmp_path: Path) -> None:
    config = load_preset("xor")
    run, alone = Arms([Trainer(config.changed(worlds=3))]), Arms.of(config)
    for each in (run, alone):
        each.advance(300)
    text = script(recipe_of(run, 300))
    tidy(text, tmp_path / "x.py")
    assert "# That run's W1 to W2 and b1 to b2 to rounding (alone, on this computer: bit for bit)." in text
    assert "That run's" not in script(recipe_of(alone, 300))
    found = run_here(text, tmp_path, tmp_path)
    same(found, alone)
    wanted = weights_of(run)
    assert any((found[name] != wanted[name]).any() for name in wanted)  # or it promises too little
    for name in wanted:
        np.testing.assert_allclose(found[name], wanted[name], rtol=1e-10)


def test_a_long_name_of_an_arm_is_cut(tmp_path: Path) -> None:
    config = load_preset("xor").changed(worlds=4096, arms=({"name": "x" * 60},))
    text = script(Recipe.of(config, load_data(config), 10))
    tidy(text, tmp_path / "x.py")
    assert "# That run's W1 to W2 and b1 to b2 to rounding (" in text
    assert "# This is world 1 of 4,096 of the arm 'xxx" in text


def test_a_title_cannot_leave_its_comment(tmp_path: Path) -> None:
    config = load_preset("xor").changed(title="a\nimport os\u2028" + "long " * 60)
    text = script(recipe_of(Arms.of(config), 1, source="x\ny"))
    tidy(text, tmp_path / "x.py")
    assert all(line.startswith("# ") for line in text.splitlines()[:3])


@pytest.mark.parametrize("key", WITHOUT_MAPS)
def test_every_preset_has_a_script_of_readable_length_under_any_noise_and_optimiser(key: str) -> None:
    base = load_preset(key)
    data = load_data(base)
    if base.data == "mnist":  # as many as there really are: how a step is cut depends on that
        nothing = np.float32(0)
        data = replace(data, x=np.broadcast_to(nothing, (60_000, 784)), y=np.broadcast_to(nothing, (60_000, 10)))
    for noise, optimiser in itertools.product(NOISES, OPTIMISERS):
        settings = {"optimiser": optimiser, "noise": noise}
        if noise != base.noise:
            settings["scaling"] = NOISES[noise].scalings[0]
        if base.rule == "as-published" and (noise, optimiser) != (base.noise, base.optimiser):
            settings["rule"] = "exact"
        config = base.changed(**settings)
        for write, worlds in itertools.product(LIBRARIES.values(), (1, 2)):
            recipe = Recipe.of(config.changed(worlds=worlds), data, config.steps, source=key)
            lines = write(recipe).splitlines()
            assert len(lines) <= LONGEST and max(map(len, lines)) <= WIDEST


def test_convolutions_are_refused() -> None:
    run = Arms.of(load_preset("digits").changed(maps=(2,)))
    with pytest.raises(UserError, match=r"^maps = \[2\]: code of convolutions is too long; must be empty$"):
        recipe_of(run, 10)
