"""Tables of one's own on the command line: the contract, and that a run of one is repeated by all that tells of it."""

from __future__ import annotations

import json
import os
import random
import runpy
import shlex
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from PIL import Image

import dropout_viz
from dropout_viz.cli import main
from dropout_viz.engine import picture_file, run_file
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.command_line import command_line
from dropout_viz.engine.config import RunConfig, make_config
from dropout_viz.engine.goodness import r2, rmse, spread
from dropout_viz.engine.own_table import config_of
from dropout_viz.engine.settings import load_preset, parse_words, read_toml, to_toml
from dropout_viz.engine.source import load_source
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import OtherFiles, UserError

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    draw = random.Random(1)
    rows = []
    for k in range(120):
        age = draw.randint(18, 80)
        income = "" if k % 20 == 0 else f"{draw.gauss(50 + age / 2, 5):.1f}"
        rows.append(f"{age},{income},{draw.choice(['Bern', 'Basel', 'Genf'])},{'yes' if age > 45 else 'no'}")
    path = tmp_path / "people.csv"
    path.write_text("age,income,city,owner\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def told(capsys: Capture, *words: str) -> dict[str, Any]:
    assert main([*words, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_classes_tell_accuracy_and_what_the_table_holds(table: Path, capsys: Capture) -> None:
    found = told(capsys, "train", str(table), "--target", "owner", "--steps", "200")
    taken = {"standardised": True, "encoding": "utf-8", "decimal_mark": ".", "decimal_mark_doubtful": False}
    assert found["data"] == {"rows": 120, "dropped": 6, "features": 5, "classes": 2, "left_out": [], **taken}
    assert found["accuracy"]["test"] > 0.7 and "r2" not in found
    three = told(capsys, "train", str(table), "--target", "city", "--missing", "mean", "--columns", "age,income")
    assert three["data"] == {"rows": 120, "dropped": 0, "features": 2, "classes": 3, "left_out": [], **taken}


def test_numbers_tell_r2_and_rmse_in_the_targets_unit(table: Path, capsys: Capture) -> None:
    words = ["--target", "income", "--task", "numbers", "--test-share", ".25", "--steps", "300", "--worlds", "2"]
    found = told(capsys, "train", str(table), *words)
    config = load_source(str(table)).config.changed(target="income")
    trainer = Trainer(config_of(table, {"target": "income", "test_share": 0.25, "worlds": 2}))
    trainer.advance(300)
    data = trainer.data
    incomes = [float(line.split(",")[1]) for line in table.read_text().splitlines()[1:] if line.split(",")[1]]
    assert config.task == "classes" and sorted(np.concatenate([data.y, data.y_test]).ravel())
    for world in range(2):
        snapshot = trainer.snapshot(world)
        for part, x, y in (("train", data.x, data.y), ("test", data.x_test, data.y_test)):
            a = x
            for k, (w, b) in enumerate(zip(snapshot.weights, snapshot.biases, strict=True)):
                a = a @ w + b
                a = np.maximum(a, 0) if k < 2 else a
            error = (a - y) * data.unit
            assert found["rmse"][part][world] == pytest.approx(np.sqrt((error**2).mean()), rel=1e-6)
            spread = ((y - y.mean()) * data.unit).var()
            assert found["r2"][part][world] == pytest.approx(1 - (error**2).mean() / spread, rel=1e-6)
    assert found["accuracy"] == {"train": None, "test": None} and data.unit < np.std(incomes) * 1.3
    assert main(["train", str(table), *words]) == 0
    said = capsys.readouterr().out
    tested = len(data.y_test)
    assert (
        f"  120 rows: {len(data.y)} for training, {tested} for the test, {120 - len(data.y) - tested} left out" in said
    )
    assert "R², test, every unit on: " in said and "RMSE, in the target's unit, train, every unit on: " in said


def test_the_measures_of_numbers_against_their_definitions() -> None:
    y, a = np.array([[1.0], [2.0], [4.0]]), np.array([[1.5], [2.0], [3.0]])
    loss = 0.5 * ((a - y) ** 2).sum(axis=1).mean()
    assert r2(loss, spread(y)) == pytest.approx(1 - 1.25 / ((y - y.mean()) ** 2).sum())
    assert rmse(loss, 1, 10.0) == pytest.approx(10 * np.sqrt(1.25 / 3))
    assert np.isnan(r2(loss, spread(np.ones((3, 1))))) and np.isnan(rmse(float("nan"), 1, 1.0))


def weights_after(config: RunConfig, steps: int) -> list[np.ndarray]:
    run = Arms.of(config)
    run.advance(steps)
    return [w.copy() for w in run.first.snapshot().weights]


def test_all_that_tells_of_a_run_repeats_it(table: Path, capsys: Capture, tmp_path: Path) -> None:
    """The settings as a file, the command line, a saved run, a picture and a script give the same weights."""
    given = ["--target", "owner", "--missing", "category", "--set", "texts=number", "--set", "data_seed=3"]
    first = load_source_of(table, given)
    wanted = weights_after(first, 60)
    (tmp_path / "again.toml").write_text(to_toml(first), encoding="utf-8")
    words = shlex.split(command_line(first))
    preset = load_preset(words[2]).model_dump()
    again = {**preset, **parse_words([word for word in words[3:] if word != "--set"])}
    for config in (read_toml(tmp_path / "again.toml"), make_config(again)):
        assert config == first
    saved, picture, script = (tmp_path / f"x{ending}" for ending in (".safetensors", ".png", ".py"))
    assert main(["train", str(table), *given, "--steps", "40", "--save", str(saved)]) == 0
    run = load_source(str(saved)).open()
    run.advance(20)
    for one, other in zip(run.first.snapshot().weights, wanted, strict=True):
        assert one.tobytes() == other.tobytes()
    assert main(["export", str(table), *given, "--steps", "60", "--view", "loss", "--out", str(picture)]) == 0
    assert picture_file.read(picture).state().config == first
    assert main(["export", str(table), *given, "--steps", "60", "--out", str(script)]) == 0
    text, beside = script.read_text(encoding="utf-8"), tmp_path / "x-examples.npz"
    assert beside.exists() and "It reads x-examples.npz, the training rows of people.csv" in text
    argv, sys.argv = sys.argv, [str(script)]
    try:
        names = runpy.run_path(str(script))
    finally:
        sys.argv = argv
    for k, w in enumerate(wanted, 1):
        assert names[f"W{k}"].tobytes() == w.tobytes()
    found = told(capsys_cleared(capsys), "train", str(beside), "--steps", "1")
    assert found["data"]["classes"] == 2 and found["data"]["rows"] == len(Trainer(first).data.x)
    table.write_text(table.read_text() + "1,2,Bern,no\n", encoding="utf-8")
    for path in (saved, picture, tmp_path / "again.toml"):
        with pytest.raises(OtherFiles, match="SHA-256 was"):
            load_source(str(path)).open()
    assert "weights.0" in safetensors.numpy.load_file(saved)
    assert run_file.read_settings(saved)[0] == first


def load_source_of(table: Path, given: list[str]) -> RunConfig:
    settings = {"target": given[1], "missing": given[3], "texts": "number", "data_seed": 3}
    return config_of(table, settings)


def capsys_cleared(capsys: Capture) -> Capture:
    capsys.readouterr()
    return capsys


def test_a_file_is_found_beside_the_settings_that_name_it(table: Path, tmp_path: Path) -> None:
    settings = tmp_path / "handout.toml"
    settings.write_text('data = "table"\nfile = "people.csv"\ntarget = "owner"\nhidden = [3]\n', encoding="utf-8")
    config = load_source(str(settings)).config
    assert config.file == str(table) and len(Trainer(config).data.classes) == 2


def test_a_run_finds_its_table_where_both_have_moved(table: Path, tmp_path: Path, capsys: Capture) -> None:
    """Beside it, below it, or where it is named; never another file of that name."""
    saved, picture, settings = (tmp_path / f"x{ending}" for ending in (".safetensors", ".png", ".toml"))
    given = ["--target", "owner", "--steps", "3"]
    assert main(["train", str(table), *given, "--save", str(saved)]) == 0
    for out in (picture, settings):
        assert main(["export", str(saved), "--out", str(out)]) == 0
    once = load_source(str(saved)).open().first.snapshot().weights[0].tobytes()
    home = tmp_path / "home"
    for folder in (home, home / tmp_path.name, home / "else"):
        folder.mkdir(exist_ok=True)
        file = table.rename(folder / table.name)
        for name in (saved, picture, settings):
            moved = home / name.name
            moved.write_bytes(name.read_bytes())
            words = ["--set", f"file={file}"] if folder.name == "else" else []
            assert main(["train", str(moved), "--steps", "3", *words, "--save", str(tmp_path / "y.safetensors")]) == 0
            again = load_source(str(tmp_path / "y.safetensors"))
            assert again.config.file == str(file)
            assert again.open().first.snapshot().weights[0].tobytes() == once
        table = file
    capsys.readouterr()
    assert main(["train", str(home / saved.name)]) == 2
    assert (
        "no such file; must be there, or lie beside the run, or be named where it is (--set file="
        in capsys.readouterr().err
    )
    (home / table.name).write_text("a,owner\n1,no\n2,yes\n3,no\n", encoding="utf-8")
    for words in ([], ["--set", f"file={home / table.name}"]):
        assert main(["train", str(home / saved.name), *words]) == 2
        said = capsys.readouterr().err
        assert "has changed (its SHA-256 was" in said and "where no run of it has begun" in said


def test_two_scripts_of_one_table_lie_in_one_folder(table: Path, tmp_path: Path) -> None:
    for name, gaps in (("a", "drop"), ("b", "mean")):
        words = ["--target", "owner", "--missing", gaps, "--steps", "1", "--out", str(tmp_path / f"{name}.py")]
        assert main(["export", str(table), *words]) == 0
        assert f"{name}-examples.npz" in (tmp_path / f"{name}.py").read_text(encoding="utf-8")
    assert len(np.load(tmp_path / "a-examples.npz")["x"]) < len(np.load(tmp_path / "b-examples.npz")["x"])


def test_what_reading_took_for_granted_is_told(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "größen.csv"
    rows = "".join(f"{k};Müller {k};7;{k}\u00b0;1,{100 + k};{'ja' if k % 3 else 'nein'}\n" for k in range(60))
    path.write_text(f"nr;name;jahr;grad;preis;gut\n{rows}", encoding="cp1252")
    found = told(capsys, "train", str(path), "--steps", "1")["data"]
    left_out = {one["name"]: one["why"] for one in found["left_out"]}
    assert left_out == {"name": "60 different texts", "grad": "60 different texts", "jahr": "always says the same"}
    assert (found["encoding"], found["decimal_mark"], found["decimal_mark_doubtful"]) == ("cp1252", ",", True)
    assert main(["train", str(path), "--steps", "1"]) == 0
    said = capsys.readouterr().out
    assert "  no inputs: name (60 different texts), grad (60 different texts), jahr (always says the same)\n" in said
    assert "  read as cp1252" in said and "  , is taken for the decimal mark" in said and "decimal=point" in said
    sure = told(capsys, "train", str(path), "--steps", "1", "--set", "decimal=point", "--encoding", "cp1252")["data"]
    assert (sure["decimal_mark"], sure["decimal_mark_doubtful"]) == (".", False)
    assert main(["train", str(path), "--header", "no"]) == 2
    assert "row 1, column 'column 1': 'nr' is no number" in capsys.readouterr().err


def test_a_name_that_settings_cannot_hold_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = os.fsencode(tmp_path) + b"/t\xe9st.csv"
    with open(path, "wb") as file:
        file.write(b"a,b\n1,2\n3,4\n5,6\n")
    assert main(["train", os.fsdecode(path), "--steps", "1"]) == 2
    said = capfd.readouterr().err
    assert "a name that is no UTF-8, which settings cannot hold; must be renamed" in said and said.count("\n") == 1


def test_arrays(tmp_path: Path, capsys: Capture) -> None:
    x = np.random.default_rng(0).normal(size=(50, 3))
    np.savez(tmp_path / "data.npz", x=x, y=x @ [1.0, 2.0, 3.0])
    found = told(capsys, "train", str(tmp_path / "data.npz"), "--steps", "100")
    assert found["data"] == {
        "rows": 50,
        "dropped": 0,
        "features": 3,
        "classes": None,
        "left_out": [],
        "standardised": True,
    }
    assert found["r2"]["train"] > 0


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["--target", "ownr"], "target = 'ownr': no column of people.csv (did you mean owner?); must be among age"),
        (["--target", "city", "--task", "numbers"], "task = numbers: the target 'city' is of texts; must be classes"),
        (["--target", "OWNR"], "target = 'OWNR': no column of people.csv (did you mean owner?)"),
        (["--header", "maybe"], 'header = "maybe": must be guess, yes or no'),
        (["--task", "colours"], 'task = "colours": must be classes or numbers'),
        (["--missing", "guess"], 'missing = "guess": must be drop, mean or category'),
        (["--test-share", "1"], "test_share = 1: must be less than 1"),
        (["--test-share", "-.1"], "must be greater than or equal to 0"),
        (["--test-share", ".999", "--target", "age"], "test_share = 0.999: leaves 1 row of 114 for training"),
        (["--columns", "age,cities"], "columns = 'cities': no column of people.csv (did you mean city?)"),
        (["--target", "owner", "--set", "batch_size=5000"], "batch_size = 5000: must be at most 91"),
        (
            ["--target", "income", "--set", "loss=binary_cross_entropy", "--set", "output=sigmoid"],
            "must be squared_error where",
        ),
    ],
)
def test_what_is_refused(words: list[str], wanted: str, table: Path, capsys: Capture) -> None:
    assert main(["train", str(table), *words]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ") and wanted in said and said.count("\n") == 1


def test_what_is_only_of_a_table_is_refused_for_others(capsys: Capture) -> None:
    assert main(["train", "xor", "--test-share", ".5"]) == 2
    assert capsys.readouterr().err == "error: --test-share: nothing in data = xor; must be left out\n"
    with pytest.raises(UserError, match="file: empty"):
        Trainer(load_preset("xor").changed(data="table"))


def test_nothing_that_a_run_reads_is_written_over(table: Path, tmp_path: Path, capsys: Capture) -> None:
    """Its table, by any name; the settings that were opened; and from Python, what a run would be saved in."""
    before, saved, link, other = table.read_bytes(), tmp_path / "r.safetensors", tmp_path / "l.csv", tmp_path / "h.csv"
    link.symlink_to(table.name)
    other.hardlink_to(table)
    settings = tmp_path / "s.toml"
    settings.write_text('# mine\ndata = "table"\nfile = "l.csv"\ntarget = "owner"\n', encoding="utf-8")
    assert main(["train", str(table), "--target", "owner", "--steps", "2", "--save", str(saved)]) == 0
    capsys.readouterr()
    for source in (table, saved, settings):
        for out in (table, link, other):
            assert main(["export", str(source), "--steps", "+2", "--out", str(out)]) == 2
            said = capsys.readouterr().err
            assert (
                said.startswith(f"error: {out}: a file that the run reads; must be another") and said.count("\n") == 1
            )
    assert main(["export", str(settings), "--set", "seed=3", "--out", str(settings)]) == 2
    assert main(["gui", str(table), "--profile-frames", str(table)]) == 2
    assert table.read_bytes() == before and settings.read_text(encoding="utf-8").startswith("# mine")
    odd = tmp_path / "odd.safetensors"
    odd.write_bytes(before)
    run = dropout_viz.run({"data": "table", "file": str(odd), "target": "owner", "missing": "drop"})
    with pytest.raises(UserError, match="a file that the run reads"):
        run.save(odd)
    assert odd.read_bytes() == before


def test_no_picture_is_written_among_those_that_a_run_reads(tmp_path: Path, capsys: Capture) -> None:
    for name in ("cats", "dogs"):
        (tmp_path / name).mkdir()
        for number in range(3):
            Image.new("L", (4, 4), 60 * number).save(tmp_path / name / f"{number}.png")
    for out in (tmp_path / "cats" / "0.png", tmp_path / "dogs" / "new.png"):
        assert main(["export", str(tmp_path), "--steps", "1", "--out", str(out)]) == 2
        assert "among the pictures that the run reads; must be another" in capsys.readouterr().err
