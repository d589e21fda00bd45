"""Runs from Python: the numbers are the trainer's, the shapes are as documented, bad input is one line."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dropout_viz
from dropout_viz import UserError
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer

MODULES = ("api.run", "api.table", "api.lab", "api.figure", "data.memory")
ARMS = {"arms": [{"name": "without", "p_hidden": [0.0]}, {"name": "with", "p_hidden": [0.5]}]}


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str) -> None:
    found = doctest.testmod(importlib.import_module(f"dropout_viz.{name}"))
    assert found.failed == 0 and (found.attempted or name == "api.figure")


def test_a_run_is_the_trainers_bit_for_bit() -> None:
    run = dropout_viz.run("moons", seed=3, steps=40, p_hidden=[0.4])
    run.advance(60)
    trainer = Trainer(load_preset("moons").changed(seed=3, p_hidden=(0.4,)))
    trainer.advance(100)
    weights, biases = trainer.parameters()
    assert all(np.array_equal(a, b[0]) for a, b in zip(run.weights, weights, strict=True))
    assert all(np.array_equal(a, b[0]) for a, b in zip(run.biases, biases, strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(run.masks, trainer.snapshot().masks, strict=True))
    scores = trainer.scores()
    assert run.scores == {
        "step": 100,
        "worlds": 1,
        **{kind: {part: (v or [None])[0] for part, v in scores[kind].items()} for kind in ("loss", "accuracy")},
    }
    curve = run.history["loss_under_mask"]
    assert np.array_equal(curve.steps, np.arange(1, 101))
    assert np.array_equal(curve.values, trainer.history.loss_under_mask.values)
    assert run.epoch == trainer.epoch and run.step == 100 and run.stopped == "" and run.arms == ()
    assert repr(run) == "<Run moons: step 100, seed 3>"


def test_what_is_handed_out_is_a_copy() -> None:
    run = dropout_viz.run("three-lines", steps=5)
    before = run.weights[0].copy()
    run.weights[0][:] = 7
    run.history["loss_train"].values[:] = 7
    assert np.array_equal(run.weights[0], before) and (run.history["loss_train"].values < 7).all()


def test_worlds_have_the_first_axis() -> None:
    run = dropout_viz.run("three-lines", worlds=3, seed=4, steps=20)
    alone = dropout_viz.run("three-lines", seed=6, steps=20)
    assert [w.shape for w in run.weights] == [(3, 3, 4), (3, 4, 1)]
    assert [m.shape for m in run.masks] == [(3, 4, 3), (3, 4, 4)]
    assert np.array_equal(run.weights[0][2], alone.weights[0]) and np.array_equal(run.masks[1][2], alone.masks[1])
    assert len(run.scores["loss"]["train"]) == 3
    assert np.array_equal(run.curves(2)["loss_train"].values, alone.history["loss_train"].values)
    for world in (-1, 3):
        with pytest.raises(UserError, match=r"must be a whole number from 0 to 2"):
            run.snapshot(world)


def test_arms_go_by_their_names() -> None:
    run = dropout_viz.run("xor", steps=30, **ARMS)
    assert run.arms == ("without", "with") and [row["name"] for row in run.scores["by_arm"]] == ["without", "with"]
    assert run.snapshot(arm="without").masks[1].all() and not run.snapshot(arm="with").masks[1].all()
    assert not np.array_equal(run.parameters("with")[0][0], run.weights[0])
    assert np.array_equal(run.parameters("without")[0][0], run.weights[0])
    for ask in (run.parameters, lambda arm: run.snapshot(arm=arm), lambda arm: run.curves(arm=arm)):
        with pytest.raises(UserError, match="arm 'neither'"):
            ask("neither")


def test_a_saved_run_goes_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    run = dropout_viz.run("xor", seed=5, steps=30)
    run.change(p_hidden=[0.5])
    run.advance(10)
    again = dropout_viz.open(run.save(tmp_path / "xor.safetensors"))
    assert again.step == 40 and again.config == run.config
    again.advance(20)
    run.advance(20)
    assert all(np.array_equal(a, b) for a, b in zip(run.weights, again.weights, strict=True))
    assert repr(again) == "<Run xor.safetensors: step 60, seed 5>"


def test_a_rule_to_stop_ends_it_early() -> None:
    run = dropout_viz.run("three-lines-exact", p_hidden=[0.0], stop_loss=0.05, steps=60_000)
    assert run.step < 60_000 and "0.05" in run.stopped


def test_settings_come_in_four_forms(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('data = "xor"\nhidden = [5]\n', encoding="utf-8")
    config = dropout_viz.RunConfig(data="xor", hidden=(5,))
    forms: list[Any] = [config, {"data": "xor", "hidden": [5]}, tmp_path / "a.toml", str(tmp_path / "a.toml")]
    assert all(dropout_viz.run(form).config == config for form in forms)
    assert dropout_viz.run().config == load_preset("three-lines")
    assert dropout_viz.run("moons", data="xor", batch_size=None).config.data == "xor"


def test_a_table_is_read_as_the_command_line_does(tmp_path: Path) -> None:
    rows = [f"{k},{k % 3},{'yes' if k % 2 else 'no'}" for k in range(40)]
    (tmp_path / "a.csv").write_text("\n".join(["size,rest,odd", *rows]) + "\n", encoding="utf-8")
    run = dropout_viz.run(tmp_path / "a.csv", target="odd", hidden=[6], steps=5)
    assert (run.config.target, run.config.hidden, run.data.classes) == ("odd", (6,), ("no", "yes"))
    assert run.step == 5 and repr(run).startswith("<Run a.csv: step 5")


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: dropout_viz.run("mons"), "did you mean moons"),
        (lambda: dropout_viz.run("moons", hiden=[3]), "hiden: unknown"),
        (lambda: dropout_viz.run("moons", seed=-1), "seed"),
        (lambda: dropout_viz.run("moons", steps=-1), "steps = -1: must be a whole number"),
        (lambda: dropout_viz.run("moons", steps=1.5), "steps = 1.5: must be a whole number"),  # type: ignore[arg-type]
        (lambda: dropout_viz.run({"data": "xor", "hidden": [0]}), "hidden"),
        (lambda: dropout_viz.run("no/such.toml"), "no/such.toml"),
        (lambda: dropout_viz.open("no-such.safetensors"), "no-such.safetensors"),
        (lambda: dropout_viz.open("x.doc"), "must be a file that ends in"),
        (lambda: dropout_viz.listing("vews"), "did you mean views"),
        (lambda: dropout_viz.lab("pared"), "did you mean paired"),
        (lambda: dropout_viz.lab("paired", sedes=3), "did you mean seeds"),
        (lambda: dropout_viz.lab("paired", seeds=1), "--seeds 1"),
        (lambda: dropout_viz.run("xor").save("x.png"), "ending of a run file must be .safetensors"),
        (lambda: dropout_viz.run("xor").film("x.avi"), "ending must be one of .gif, .mp4"),
        (lambda: dropout_viz.run("xor").film("x.gif", every=0), "every of at least 1"),
        (lambda: dropout_viz.run("xor").film("x.gif", first=9), "the last must be at least the first"),
        (lambda: dropout_viz.run("xor").figure("nothing"), "view 'nothing': unknown"),
        (lambda: dropout_viz.run("xor").figure(size=(1, 1)), "each side must be"),
        (lambda: dropout_viz.run("xor").figure(theme="pink"), "theme 'pink'"),  # type: ignore[arg-type]
        (lambda: dropout_viz.run("xor").figure(arm="a"), "this run has no arms"),
        (lambda: dropout_viz.run("xor").figure().save("x.jpg"), "must be .png or .svg"),
        (lambda: dropout_viz.run("xor").code("jax"), "must be one of numpy, torch"),  # type: ignore[arg-type]
        (lambda: dropout_viz.run("xor").change(hidden=[3]), "cannot change during a run"),
    ],
)
def test_bad_input_is_one_line(ask: Any, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError) as caught:
        ask()
    assert said in str(caught.value) and "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_script_of_the_run_repeats_it(capsys: pytest.CaptureFixture[str]) -> None:
    run = dropout_viz.run("xor", seed=2, steps=25)
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(run.code(), names)
    assert names["W1"].tobytes() == run.weights[0].tobytes()


def test_a_lab_is_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = dropout_viz.lab("paired", source="xor", p=[0.5], seeds=3, steps=30)
    assert answer.verdict == "undecided" and answer.columns[:3] == ("name", "published", "measured")
    assert answer.options["seeds"] == 3 and answer.rows[0]["name"] == answer[0]["name"] == answer["name"][0]
    assert answer.answer in repr(answer) and "<table>" in answer._repr_html_()
    curves = next(iter(answer.tables.values()))
    assert curves.to_numpy().shape == (len(curves),) and len(curves) > 3
    assert answer.to_csv().splitlines()[0] == "name,published,measured,tolerance,verdict,note"
    again = dropout_viz.lab("paired", source="xor", p=[0.5], seeds=3, steps=30)
    assert again.rows == answer.rows


def test_a_lab_takes_a_run_and_its_arrays() -> None:
    x = np.random.default_rng(0).normal(size=(40, 2))
    run = dropout_viz.run(data=(x, x[:, 0] > 0), hidden=[4], steps=5)
    answer = dropout_viz.lab("paired", source=run, seeds=2, steps=10)
    assert answer.options["source"] == repr(run) and answer.options["jobs"] == 1 and len(answer) > 0
    preset = dropout_viz.lab("paired", source="xor", p=[0.5], seeds=2, steps=10)
    config = load_preset("xor")
    assert dropout_viz.lab("paired", source=config, p=[0.5], seeds=2, steps=10).rows == preset.rows


def test_tables(tmp_path: Path) -> None:
    table = dropout_viz.DataTable([{"a": 1, "b": "<x>"}, {"a": 2, "c": 0.5}])
    assert table.columns == ("a", "b", "c") and table[1] == {"a": 2, "b": None, "c": 0.5} and len(list(table)) == 2
    assert table.to_numpy()["a"].tolist() == [1, 2] and np.isnan(table.to_numpy()["c"][0])
    assert "&lt;x&gt;" in table._repr_html_() and "<x>" not in table._repr_html_()
    assert table.to_csv(tmp_path / "t.csv") == (tmp_path / "t.csv").read_text("utf-8") == "a,b,c\n1,<x>,\n2,,0.5\n"
    with pytest.raises(UserError, match="column 'd'"):
        table["d"]
    long = dropout_viz.DataTable([{"n": n} for n in range(70)])
    assert "10 more of 70 rows" in repr(long) and "10 more of 70 rows" in long._repr_html_()
    assert list(dropout_viz.presets()["key"]) == dropout_viz.listing("presets")["key"].tolist()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda run: run.figure(3), "view '3': unknown"),
        (lambda run: run.figure(size=5), "size = 5: must be"),
        (lambda run: run.figure(scale="2"), "scale = '2': must be a number"),
        (lambda run: run.figure(theme=3), "theme '3': unknown"),
        (lambda run: run.figure(arm=0), "arm '0'"),
        (lambda run: run.figure().save(3), "path = 3"),
        (lambda run: run.snapshot(world="a"), "world = 'a': must be a whole number"),
        (lambda run: run.curves(world=None), "world = None: must be a whole number"),
        (lambda run: run.film(3), "path = 3: of type int; must be a path"),
        (lambda run: run.save(None), "path = None"),
        (lambda run: dropout_viz.open(3), "path = 3"),
        (lambda run: dropout_viz.presets().to_csv(3), "path = 3"),
        (lambda run: dropout_viz.run("xor", activation="rellu"), r"did you mean relu\?"),
        (lambda run: dropout_viz.run("xor", data="moon"), r"did you mean moons\?"),
        (lambda run: dropout_viz.run("xor", views=["lose"]), r"lose is no view \(did you mean loss\?\)"),
        (lambda run: dropout_viz.run("xor", lr=1), r"lr: unknown setting \(did you mean learning_rate\?\)"),
        (lambda run: dropout_viz.run("xor", keep_prob=0.5), r"keep_prob: .*did you mean p_hidden, .* 1 - keep_prob"),
    ],
)
def test_what_is_of_a_wrong_kind_is_one_line(wrong: Any, said: str) -> None:
    with pytest.raises(UserError, match=said) as caught:
        wrong(dropout_viz.run("xor"))
    assert "\n" not in str(caught.value)


def test_numbers_and_arrays_of_numpy_are_settings(tmp_path: Path) -> None:
    given = {
        "hidden": np.int64(5),
        "p_hidden": np.array([0.5]),
        "p_input": np.float64(0.25),
        "bias": np.bool_(True),
        "seed": np.uint64(3),
        "activation": np.str_("tanh"),
        "arms": [{"name": "a", "p_hidden": np.array([0.25])}, {"name": "b"}],
    }
    run = dropout_viz.run("xor", steps=np.int64(2), **given)
    plain = {"hidden": 5, "p_hidden": [0.5], "p_input": 0.25, "bias": True, "seed": 3, "activation": "tanh"}
    assert run.config == dropout_viz.run("xor", **plain, arms=[{"name": "a", "p_hidden": [0.25]}, {"name": "b"}]).config
    run.change(learning_rate=np.float32(0.5))
    run.advance(1)
    assert dropout_viz.open(run.save(tmp_path / "a.safetensors")).config.learning_rate == 0.5
    assert dropout_viz.open(run.film(tmp_path / "a.html", every=1)).config == run.config


def test_a_run_goes_on_after_a_rule_has_ended_it_as_its_copy_does(tmp_path: Path) -> None:
    run = dropout_viz.run("moons", patience=100)
    run.advance(3_000)
    at = run.step
    assert at < 3_000 and run.stopped
    copy = dropout_viz.open(run.save(tmp_path / "a.safetensors"))
    run.advance(9)
    copy.advance(9)
    assert run.step == copy.step == at + 9
    assert run.scores == copy.scores
